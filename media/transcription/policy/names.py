"""Names of companies, products and skills in a CV or a question, by the way they are written."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator

LONGEST_TEXT = 20_000
"""Characters that are looked through; a CV that is longer says the rest elsewhere."""

_TECHNICAL = re.compile(
    r"(?<![\w.])(?:"
    r"\.[A-Z][A-Za-z]{1,9}"  # .NET
    r"|[A-Za-z][A-Za-z0-9]*(?:\+\+|#)"  # C++, C#
    r"|[A-Z][A-Za-z0-9]*(?:\.[A-Za-z]{2,4})+(?![\w.])"  # Node.js, ASP.NET
    r"|[A-Z]{1,6}(?:[/&-][A-Z]{1,6})+"  # CI/CD, R&D
    r"|[A-Z]{2,}[a-z]?[0-9]*(?![\w])"  # SQL, APIs, H264
    r"|[A-Za-z]?[a-z]+[A-Z][A-Za-z0-9]*"  # iOS, PostgreSQL, TypeScript
    r"|[A-Za-z]+[0-9][A-Za-z0-9]*"  # K8s, B2B
    r")"
)
_WORD = r"[A-Z][A-Za-z0-9'’&+#-]*"
_CAPITALISED = re.compile(rf"(?<![\w.]){_WORD}(?:[ \t]+(?:(?:of|de|the)[ \t]+)?{_WORD}){{0,3}}")
_LATIN = re.compile(r"(?<![A-Za-z0-9])\.?[A-Za-z][A-Za-z0-9.+#/&-]*(?: [A-Z][A-Za-z0-9.+#/&-]*){0,2}")
_QUOTED = re.compile(r"[《「『“]([^《》「」『』“”\n]{2,16})[》」』”]")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_CHINESE_FIRM = re.compile(r"[㐀-䶿一-鿿]{2,12}(?:公司|集团|科技|银行|大学|学院|研究院|事务所)")
_BEFORE_FIRM = re.compile(r".*(?:就职于|任职于|毕业于|在|于|是|去|到|从|为|与|和|的|及|曾|加入)")
_ENDS_OF_SENTENCES = tuple(".!?;•*·|–—-")
_TRAILING = ".,-/&'’"

_ORDINARY = frozenset(
    """a an and as at because but by for from he her his how i i'd i'll i'm i've if in is it its me my no not of on or
    our she so that the their there these they this to was we were what when where which while who why with yes you your
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday
    about achievements address available awards born career certifications contact curriculum cv date education email
    employment experience female goals history hobbies interests introduction languages linkedin male mobile name
    objective personal phone present profile projects publications qualifications references responsibilities resume
    skills summary technologies tel tools vitae volunteering website work
    mr mrs ms dr tell describe explain please could can would did do does have has give think""".split()
)
_LEGAL_FORMS = frozenset("ag bv gmbh inc llc llp ltd plc sa se".split())
_NO_TERMS = _ORDINARY | _LEGAL_FORMS
_DEED = re.compile(r"[A-Z][a-z]+(?:ed|ing)|Led|Built|Wrote|Ran|Made|Grew|Won|Set|Taught|Took|Cut|Drove|Held|Oversaw")


def find_names(text: str) -> tuple[str, ...]:
    """Those written as technical terms first, then the often named ones, then as they come; each once."""
    names: Counter[str] = Counter()
    written: dict[str, str] = {}
    for line in text[:LONGEST_TEXT].splitlines():
        for name in _find_in_line(line):
            folded = name.casefold()
            written.setdefault(folded, name)
            names[folded] += 1
    order = {folded: number for number, folded in enumerate(written)}

    def rank(folded: str) -> tuple[bool, int, int]:
        return _TECHNICAL.fullmatch(written[folded]) is None, -names[folded], order[folded]

    return tuple(written[folded] for folded in sorted(written, key=rank))


def _find_in_line(line: str) -> Iterator[str]:
    if _HAN.search(line):
        yield from _find_in_chinese(line)
        return
    taken: deque[tuple[int, int]] = deque()
    for match in _TECHNICAL.finditer(line):
        if match.group().casefold() not in _NO_TERMS:
            taken.append(match.span())
            yield match.group()
    for match in _CAPITALISED.finditer(line):
        while taken and taken[0][1] <= match.start():
            taken.popleft()
        if not taken or taken[0][0] >= match.end():
            before = line[: match.start()].rstrip()
            yield from _tidy_run(match.group(), at_start=not before or before.endswith(_ENDS_OF_SENTENCES))


def _find_in_chinese(line: str) -> Iterator[str]:
    for match in _LATIN.finditer(line):
        name = match.group().rstrip(_TRAILING)
        if len(name) > 1 and name.casefold() not in _ORDINARY and not name.startswith("www."):
            yield name
    for match in _QUOTED.finditer(line):
        yield match.group(1).strip()
    for match in _CHINESE_FIRM.finditer(line):
        name = _BEFORE_FIRM.sub("", match.group())
        if len(name) >= 4:
            yield name


def _tidy_run(run: str, *, at_start: bool) -> Iterator[str]:
    """A sentence begins with a capital whatever its first word is: alone that word is no name."""
    words = [word.rstrip(_TRAILING) for word in run.split()]
    if at_start and words and (len(words) == 1 or _DEED.fullmatch(words[0])):
        words = words[1:]
    while words and words[0].casefold() in _ORDINARY:
        words = words[1:]
    while words and words[-1].casefold() in _ORDINARY:
        words = words[:-1]
    if words and (len(words) > 1 or len(words[0]) > 1):
        yield " ".join(words)

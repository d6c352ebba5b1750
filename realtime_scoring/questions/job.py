"""A job description: free text, or named fields that are joined to one text, so that every quote has one place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import as_mapping, as_text, as_texts
from realtime_scoring.rubric import LANGUAGES
from realtime_scoring.text import fold
from realtime_scoring.types import Language

Seniority = Literal["graduate", "experienced"]
SENIORITIES: tuple[Seniority, ...] = ("graduate", "experienced")

MAX_CHARACTERS = 50_000
MIN_LETTERS = 20
MAX_TITLE = 120

_FIELDS = ("title", "text", "summary", "responsibilities", "requirements", "traits", "seniority", "language")
_TITLE_LABEL = re.compile(
    r"^(?:job title|title|position|job|role|岗位名称|职位名称|招聘岗位|岗位|职位|招聘)\s*[:：]\s*", re.I
)
_ENGLISH_WORDS = frozenset(
    "a an and are as at be by for from in is of on or our that the to we will with you your".split()
)
_GRADUATE = re.compile(
    r"(?<![a-z])(?:graduates?(?: programme| program| scheme| role)|(?:recent|new|fresh) graduates?|entry[- ]level"
    r"|interns?|internship|trainees?|apprentice(?:ship)?s?"
    r"|no experience (?:is )?(?:needed|required|necessary))(?![a-z])"
    r"|应届|校招|校园招聘|实习|毕业生|管培生|管理培训生|无需经验|零经验"
)
_EXPERIENCED = re.compile(
    r"(?<![a-z])(?:senior|principal|lead|head of|experienced"
    r"|(?:\d{1,2}\+?|two|three|four|five|six|seven|eight|ten)(?: or more)?"
    r" years?(?:'| of)? (?:[a-z]+ ){0,3}experience)(?![a-z])"
    r"|资深|高级|主管|经理|总监|专家|[一二两三四五六七八九十\d]{1,3}年(?:及)?以上|多年"
)


@dataclass(frozen=True, slots=True)
class JobDescription:
    """Spans of quotes are places in `title` or in `text`."""

    title: str
    text: str
    seniority: Seniority | None
    language: Language


def describe_job(
    text: str,
    source: str,
    *,
    title: str = "",
    seniority: Seniority | None = None,
    language: Language | None = None,
) -> JobDescription:
    """Without a title, the first line is the title when it is short. Raises DataError."""
    text = re.sub(r"\r\n?|[\v\f]", "\n", text.removeprefix("\ufeff")).strip()
    _refuse_unreadable(text, source)
    if not title:
        title, text = _take_title(text)
    _refuse_unreadable(title, f"{source}: title", shortest=0)
    if len(title) > MAX_TITLE:
        raise DataError(f"{source}: title: longer than {MAX_TITLE} characters")
    whole = f"{title}\n{text}"
    return JobDescription(
        title=title,
        text=text,
        seniority=seniority or _find_seniority(whole),
        language=language or detect_language(whole, source),
    )


def parse_job(data: object, source: str) -> JobDescription:
    """From named fields: `title` and at least one of those that say what the job is. Raises DataError."""
    fields = as_mapping(data, source)
    unknown = sorted(set(fields) - set(_FIELDS))
    if unknown:
        raise DataError(f"{source}: unknown entries: {', '.join(unknown)}; there are {', '.join(_FIELDS)}")
    parts = [as_text(fields[name], f"{source}: {name}").strip() for name in ("text", "summary") if name in fields]
    for name in ("responsibilities", "requirements", "traits"):
        if name in fields:
            parts += [line.strip() for line in as_texts(fields[name], f"{source}: {name}")]
    if not parts:
        raise DataError(f"{source}: text: missing; say what the job is about")
    return describe_job(
        "\n".join(parts),
        source,
        title=as_text(fields.get("title"), f"{source}: title").strip(),
        seniority=as_seniority(fields.get("seniority"), f"{source}: seniority"),
        language=as_language(fields["language"], f"{source}: language") if "language" in fields else None,
    )


def as_seniority(value: object, source: str) -> Seniority | None:
    for seniority in SENIORITIES:
        if value == seniority:
            return seniority
    if value is None:
        return None
    raise DataError(f"{source}: expected {' or '.join(SENIORITIES)}, or nothing")


def as_language(value: object, source: str) -> Language:
    for language in LANGUAGES:
        if value == language:
            return language
    raise DataError(f"{source}: expected {' or '.join(LANGUAGES)}")


def detect_language(text: str, source: str) -> Language:
    """By its letters, and for English by its small words. Raises DataError for what is neither."""
    letters = [character for character in text if character.isalpha()]
    han = sum("\u4e00" <= character <= "\u9fff" for character in letters)
    kana_or_hangul = sum(
        "\u3040" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7af" for character in letters
    )
    latin = sum(character.isascii() for character in letters)
    # One Han character says about as much as two or three letters.
    if han * 2 >= latin and han > 2 * kana_or_hangul and han >= len(letters) * 0.2:
        return "zh-CN"
    words = re.findall(r"[^\W\d_]+", fold(text))
    small = sum(word in _ENGLISH_WORDS for word in words)
    if latin >= len(letters) * 0.9 and (small * 25 >= len(words) or len(words) < 25):
        return "en"
    raise DataError(f"{source}: reads as neither English nor Chinese; if it is, name its language")


def _refuse_unreadable(text: str, source: str, *, shortest: int = MIN_LETTERS) -> None:
    if len(text) > MAX_CHARACTERS:
        raise DataError(f"{source}: longer than {MAX_CHARACTERS:,} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        raise DataError(f"{source}: not a text: it holds control characters")
    letters = sum(2 if "\u4e00" <= character <= "\u9fff" else 1 for character in text if character.isalpha())
    if letters < shortest:
        raise DataError(f"{source}: too short to say what the job is about")


def _take_title(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    line = _TITLE_LABEL.sub("", first.strip().lstrip("#").strip())
    if rest.strip() and line and len(line) <= MAX_TITLE and line[-1] not in ".。;；!！":
        return line, rest.strip()
    return "", text


def _find_seniority(text: str) -> Seniority | None:
    """None when the text says nothing, or both."""
    folded = fold(text)
    graduate, experienced = _GRADUATE.search(folded) is not None, _EXPERIENCED.search(folded) is not None
    if graduate == experienced:
        return None
    return "graduate" if graduate else "experienced"

"""What a language model made of a planned follow-up, taken only if it is harmless, exact and still that follow-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.follow_ups import LONGEST, passes_gate
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.outcome import Refusal, Refused, Source
from realtime_scoring.opinion.reading import Malformed, read_object, read_text
from realtime_scoring.opinion.similarity import measure_likeness
from realtime_scoring.opinion.wording import WordingTask
from realtime_scoring.opinion.wording_rules import ASKING, ASKS_FOR, FORBIDDEN, REPORTING
from realtime_scoring.quotes import is_sensitive
from realtime_scoring.text import count_words, fold
from realtime_scoring.types import AnswerText, FollowUpKind, Language

TOO_LIKE = 0.8
_LONGEST_REPLY = 600
_KEYS = frozenset({"kind", "question", "clause_id", "quote"})
_MARKS: dict[Language, tuple[str, str]] = {"en": ('"', '"'), "zh-CN": ("“", "”")}
_QUOTE_SIGNS = '"“”„«»「」『』'
_QUOTED = re.compile(r'["“”„«»「『]([^"“”„«»「」『』]*)["“”„«»」』]')
_SINGLE_QUOTED = re.compile(r"(?<![a-z0-9])'[^']+'(?![a-z0-9])")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][A-Za-z]+")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_PLAIN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"[A-Za-z0-9 ,.;:?!'’()%&/+–—-]*"),
    "zh-CN": re.compile(rf"[{_HAN}A-Za-z0-9 ,.;:?!'()%+/，。？！、；：（）《》…—-]*"),
}
_HAN_SHARE = 0.6
_FEWEST: dict[Language, int] = {"en": 3, "zh-CN": 4}


@dataclass(frozen=True, slots=True)
class Worded:
    """A follow-up in a model's words. `quote` (may be empty) is an exact span of the answer of `turn_id`, and stands
    in the text as it was said, hidden names included."""

    kind: FollowUpKind
    text: str
    turn_id: str
    quote: str
    char_start: int
    char_end: int
    source: Source = "llm"


@dataclass(frozen=True, slots=True)
class _Draft:
    """`frame`: the question with its quote taken out."""

    kind: FollowUpKind
    text: str
    frame: str
    turn_id: str
    quote: str
    char_start: int
    char_end: int


def accept_wording(task: WordingTask, reply: object, lexicons: Mapping[Language, Lexicon]) -> Worded | Refused:
    """`reply`: decoded JSON, of any shape."""
    draft = _read(task, reply)
    if isinstance(draft, Refusal):
        return Refused(draft)
    reason = (
        _check_form(draft, task.question.language)
        or _check_words(draft)
        or _check_aim(draft, task)
        or _check_topic(draft, task.question.language, lexicons)
    )
    if reason is not None:
        return Refused(reason)
    return Worded(draft.kind, draft.text, draft.turn_id, draft.quote, draft.char_start, draft.char_end)


def _read(task: WordingTask, reply: object) -> _Draft | Refusal:
    try:
        values = read_object(reply, _KEYS)
        named = read_text(values["kind"], _LONGEST_REPLY)
        question = read_text(values["question"], _LONGEST_REPLY).strip()
        clause_id = read_text(values["clause_id"], 20)
        quote = read_text(values["quote"], _LONGEST_REPLY)
    except Malformed:
        return Refusal.MALFORMED
    kind = next((kind for kind in task.allowed if kind == named), None)
    if kind is None:
        return Refusal.KIND
    if not question.isprintable():
        return Refusal.MARKUP
    quoted = list(_QUOTED.finditer(question))
    if not quote:
        return Refusal.QUOTE if quoted else _Draft(kind, question, question, task.planned.turn_id, "", 0, 0)
    if len(quoted) != 1 or quoted[0].group(1) != quote:
        return Refusal.QUOTE
    found = task.excerpt.find(clause_id, quote)
    if found is None or not _may_be_quoted(found.quote, task.question.language):
        return Refusal.QUOTE
    before, after = question[: quoted[0].start()], question[quoted[0].end() :]
    opening, closing = _MARKS[task.question.language]
    text = f"{before}{opening}{found.quote}{closing}{after}"
    return _Draft(kind, text, f"{before}{after}", found.turn_id, found.quote, found.char_start, found.char_end)


def _may_be_quoted(quote: str, language: Language) -> bool:
    return quote.isprintable() and not any(sign in quote for sign in _QUOTE_SIGNS) and count_words(quote, language) >= 2


def _check_form(draft: _Draft, language: Language) -> Refusal | None:
    words = count_words(draft.text, language)
    if not _FEWEST[language] <= words <= LONGEST[language]:
        return Refusal.LENGTH
    if not draft.text.endswith(("?", "？")):
        return Refusal.NO_QUESTION
    if sum(draft.text.count(mark) for mark in "?？") > 1:
        return Refusal.SEVERAL_QUESTIONS
    if not _PLAIN[language].fullmatch(draft.frame):
        # Letters of another script, or signs that are no part of a spoken question.
        strange = [sign for sign in draft.frame if not _PLAIN[language].fullmatch(sign)]
        return Refusal.LANGUAGE if all(sign.isalpha() for sign in strange) else Refusal.MARKUP
    letters = [sign for sign in draft.frame if sign.isalpha()]
    han = sum(re.match(f"[{_HAN}]", sign) is not None for sign in letters)
    if language == "zh-CN" and han < _HAN_SHARE * len(letters):
        return Refusal.LANGUAGE
    return None


def _check_words(draft: _Draft) -> Refusal | None:
    folded = fold(draft.frame)
    for reason, patterns in FORBIDDEN:
        if any(pattern.search(folded) for pattern in patterns):
            return reason
    reports = sum(len(pattern.findall(folded)) for pattern in REPORTING)
    if _SINGLE_QUOTED.search(folded) or reports > (1 if draft.quote else 0):
        return Refusal.QUOTE
    return None


def _check_aim(draft: _Draft, task: WordingTask) -> Refusal | None:
    language = task.question.language
    if not ASKING[language].search(fold(draft.frame)):
        return Refusal.LANGUAGE
    wanted = ASKS_FOR[language].get(draft.kind)
    if wanted is None or not wanted.search(fold(draft.frame)):
        return Refusal.OTHER_QUESTION
    known = fold(" ".join((task.question.text, *(line.text for line in task.excerpt.lines))))
    given = (*_NUMBER.findall(draft.frame), *_NAME_INSIDE.findall(draft.frame))
    if any(fold(detail) not in known for detail in given):
        return Refusal.INVENTED
    if any(measure_likeness(draft.text, asked) >= TOO_LIKE for asked in task.asked):
        return Refusal.REPEATED
    return None


def _check_topic(draft: _Draft, language: Language, lexicons: Mapping[Language, Lexicon]) -> Refusal | None:
    """Read as a whole and in every language: a topic may begin before a quote and end in it."""
    for text in (draft.text, draft.frame):
        if is_sensitive((AnswerText("", text, language),), lexicons):
            return Refusal.TOPIC
    return None if passes_gate(draft.text, lexicons[language]) else Refusal.TOPIC

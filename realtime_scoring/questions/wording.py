"""Whether the words of a question, once somebody has edited them, may still be asked of everybody.

Common wordings are caught, not all there are: whoever edits a question reads it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from realtime_scoring.lexicon import Lexicon, compile_pattern
from realtime_scoring.opinion.injection import speaks_to_machine
from realtime_scoring.opinion.outcome import Refusal
from realtime_scoring.opinion.wording_rules import FORBIDDEN
from realtime_scoring.questions.cues import Cues
from realtime_scoring.text import count_words, fold
from realtime_scoring.types import AnswerText, Language

WordingCode = Literal[
    "empty", "too_long", "not_plain", "other_language", "protected_topic", "private_data", "leading", "yes_or_no"
]

MAX_CHARACTERS = 600
LONGEST: dict[Language, int] = {"en": 60, "zh-CN": 110}
"""Words, or Chinese characters: what can be kept in mind when it is heard once."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]")
_MARKUP = re.compile(r"[<>{}`]|&[a-z#0-9]+;|\[[^\]]*\]\(|https?:|www\.")
_ASKED_AS: dict[Refusal, WordingCode] = {
    Refusal.TOPIC: "protected_topic",
    Refusal.PRIVATE_DATA: "private_data",
    Refusal.LEADING: "leading",
}
_CLOSED: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:do|did|does|are|is|was|were|have|has|would|will|should)(?:n't)? (?:you|your|it|there)\b"
        r"|^(?:can|could) you (?!tell|describe|give|explain|walk|talk)"
    ),
    "zh-CN": re.compile(r"(?:吗|是不是|有没有|能不能|会不会|对不对|是否)[^,。?]{0,12}[?。]?$"),
}
_LEADING = (
    compile_pattern(["as a good [a-z]+|everybody knows|wouldn't you|isn't it"], "en", "wording"),
    compile_pattern(["众所周知|应该都"], "zh-CN", "wording"),
)


@dataclass(frozen=True, slots=True)
class WordingProblem:
    """`quote`: the words that it is about; empty where it is about the whole."""

    language: Language
    code: WordingCode
    quote: str = ""


def check_wording(
    text: str, language: Language, lexicons: Mapping[Language, Lexicon], cues: Cues, *, written: str = ""
) -> WordingProblem | None:
    """The first thing that keeps this text from being asked; None when nothing does.

    `written`: the text of the bank that was edited. What stands in it has been looked at by people.
    """
    folded, known = fold(text).strip(), fold(written)
    shape = _check_shape(text, folded, language)
    if shape is not None:
        return WordingProblem(language, shape)
    topics = [lexicon.protected for lexicon in lexicons.values()] + [lexicon.grave for lexicon in lexicons.values()]
    topics += [pattern for patterns in cues.protected.values() for own in patterns.values() for pattern in own]
    if (found := _first(topics, folded, known)) is not None:
        return WordingProblem(language, "protected_topic", found)
    for refusal, patterns in FORBIDDEN:
        code = _ASKED_AS.get(refusal)
        if code is not None and (found := _first(patterns, folded, known)) is not None:
            return WordingProblem(language, code, found)
    if (found := _first(_LEADING, folded, known)) is not None:
        return WordingProblem(language, "leading", found)
    if _is_closed(folded, language):
        return WordingProblem(language, "yes_or_no")
    if speaks_to_machine((AnswerText(turn_id="", text=text, language=language),), lexicons):
        return WordingProblem(language, "not_plain")
    return None


def _check_shape(text: str, folded: str, language: Language) -> WordingCode | None:
    letters = sum(character.isalpha() for character in folded)
    if letters < (4 if language == "zh-CN" else 8):
        return "empty"
    if len(text) > MAX_CHARACTERS or count_words(text, language) > LONGEST[language]:
        return "too_long"
    if _MARKUP.search(folded) or not text.isprintable():
        return "not_plain"
    han, latin = len(_HAN.findall(folded)), len(_LATIN.findall(folded))
    if han > latin / 4 if language == "en" else han * 2 < latin:
        return "other_language"
    return None


def _is_closed(folded: str, language: Language) -> bool:
    """All that it asks can be answered by yes or no. A question may begin with a statement."""
    sentences = [part.strip() for part in re.split(r"(?<=[.?!。])\s*", folded) if part.strip()]
    asking = [part for part in sentences if "?" in part] or sentences[-1:]
    return all(_CLOSED[language].search(part) for part in asking)


def _first(patterns: Iterable[re.Pattern[str]], folded: str, known: str) -> str | None:
    found = (match[0] for pattern in patterns for match in pattern.finditer(folded))
    return next((words for words in found if words not in known), None)

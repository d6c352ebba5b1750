"""Which words of the candidate to pick up in a question or an acknowledgement: short, exact, harmless."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from realtime_scoring.features import ClauseFacts, strip_lead_in
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.text import fold, word_spans
from realtime_scoring.types import AnswerText, Language

LOWEST_QUOTABLE_CONFIDENCE = 0.4
"""Below this mean word probability the words may not be the candidate's."""

_SHORTEST: dict[Language, int] = {"en": 3, "zh-CN": 4}
_MARKS = '"“”„«»「」『』<>`\n\r\t'
_SUBORDINATE = re.compile(r"(?:if|when|while|before|after|since|until|although|or)(?![a-z])|如果|虽然|假如|要是|再")
_SPACES = re.compile(r"\s+")
_HAN_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_OWN_LIFE = re.compile(
    r"(?<![a-z])(?<!as if )(?:(?:my|our)(?![a-z])|(?:i|we|me) ?$|(?:i|we)(?:'m|'ve|'d| am| was| were| had| have| got"
    r"| get| became| become| went| go| started| lost| felt| left| met| suffered| took| stay| pray| [a-z]+ at)(?![a-z]))"
    r"[^.,!?;]*$"
    r"|我(?!们)[^.,!?;，。！？；]*$"
)
_IN_PASSING = 1
_BREAKS = frozenset(
    "in at for with from of by on about because that which who when where while after before during since".split()
)


@dataclass(frozen=True, slots=True)
class Quote:
    """`text` is exactly the span of the answer of `turn_id`; empty when there is nothing good to quote."""

    turn_id: str
    text: str
    char_start: int
    char_end: int


def pick_quote(
    answers: tuple[AnswerText, ...],
    facts: tuple[ClauseFacts, ...],
    preferences: tuple[Callable[[ClauseFacts], bool], ...],
    is_topical: Callable[[ClauseFacts], bool],
    lexicons: Mapping[Language, Lexicon],
) -> Quote:
    """The shortest quotable clause of the first preference that has one: on the topic if any, latest turn first.

    Nothing is quoted from an answer that touches a protected topic anywhere: beside it no words are harmless.
    """
    nothing = Quote(answers[-1].turn_id if answers else "", "", 0, 0)
    if is_sensitive(answers, lexicons):
        return nothing
    for prefers in preferences:
        found = [
            (not is_topical(fact), -fact.clause.turn_index, end - start, start, end)
            for fact in facts
            if prefers(fact) and (span := quotable_span(fact, answers[fact.clause.turn_index], lexicons[fact.language]))
            for start, end in (span,)
        ]
        if found:
            _, turn, _, start, end = min(found)
            answer = answers[-turn]
            return Quote(answer.turn_id, answer.text[start:end], start, end)
    return nothing


def is_sensitive(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> bool:
    return is_grave(answers, lexicons) or _touches(answers, tuple(lexicon.protected for lexicon in lexicons.values()))


def is_private(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> bool:
    """Of one's own life, or of anybody's more than in passing: "the guest had a baby with her" is part of the work."""
    if is_grave(answers, lexicons):
        return True
    passing = 0
    for answer in answers:
        text = _SPACES.sub(" ", fold(answer.text))
        for lexicon in lexicons.values():
            for match in lexicon.protected.finditer(text):
                passing += 1
                if passing > _IN_PASSING or _OWN_LIFE.search(text, max(0, match.start() - 48), match.start()):
                    return True
    return False


def is_grave(answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon]) -> bool:
    return _touches(answers, tuple(lexicon.grave for lexicon in lexicons.values()))


def _touches(answers: tuple[AnswerText, ...], patterns: tuple[re.Pattern[str], ...]) -> bool:
    """Reads the whole text in every language: clauses left out of the facts count here, and languages are mixed."""
    return any(_text_touches(answer.text, patterns) for answer in answers)


@lru_cache(maxsize=512)
def _text_touches(text: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    """Remembered: every plan looks at all answers again, of which one is new."""
    text = _SPACES.sub(" ", fold(text))
    joined = _HAN_SPACE.sub("", text)
    return any(pattern.search(text) or pattern.search(joined) for pattern in patterns)


def quotable_span(fact: ClauseFacts, answer: AnswerText, lexicon: Lexicon) -> tuple[int, int] | None:
    if answer.asr_confidence is not None and answer.asr_confidence < LOWEST_QUOTABLE_CONFIDENCE:
        return None
    clause = fact.clause
    begin = strip_lead_in(clause.text, lexicon)
    words = [span for span in word_spans(clause.text, fact.language) if span[0] >= begin]
    count = _shorten(clause.text, words, lexicon)
    if count < _SHORTEST[fact.language] or _SUBORDINATE.match(clause.text, begin):
        return None
    start, end = clause.span(words[0][0], words[count - 1][1])
    quote = answer.text[start:end]
    spoken = clause.text[words[0][0] : words[count - 1][1]]
    if lexicon.protected.search(spoken) or lexicon.grave.search(spoken) or any(mark in quote for mark in _MARKS):
        return None
    # Much longer than what was kept of it: the span is full of hesitation, which is no pleasure to read back.
    return (start, end) if len(quote) <= len(spoken) + 12 and quote.isprintable() else None


def _shorten(text: str, words: list[tuple[int, int]], lexicon: Lexicon) -> int:
    """How many words to quote: all, or those before the last phrase break within the limit; 0 if there is none."""
    if len(words) <= lexicon.quote_words:
        return len(words)
    if lexicon.language == "zh-CN":
        return 0
    breaks = [
        index
        for index, (start, end) in enumerate(words[: lexicon.quote_words + 1])
        if index >= 4 and text[start:end] in _BREAKS
    ]
    return breaks[-1] if breaks else 0

"""The part of an answer that a language model may read: numbered clauses, redacted, and the way back from its quotes.

Clauses about who somebody is, about private life or grave things are left out, as they are for the rules themselves. Of
an answer that speaks to the rater or to a model nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.injection import speaks_to_machine
from realtime_scoring.opinion.outcome import Withheld, Withholding
from realtime_scoring.opinion.redaction import KnownNames, RedactedText, redact
from realtime_scoring.quotes import is_sensitive
from realtime_scoring.text import Clause, locate_ms, split_clauses
from realtime_scoring.types import AnswerText, Language

LONGEST_EXCERPT = 20_000
"""Characters: more than anybody says to one question."""

_LATIN = re.compile(r"[0-9A-Za-z\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class Line:
    """`text` is `redacted.text[start:end]` of the answer of this turn."""

    clause_id: str
    turn_index: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """An exact span of an answer: `quote` is `text[char_start:char_end]` of the turn's text."""

    turn_id: str
    quote: str
    char_start: int
    char_end: int
    t_start_ms: int | None
    t_end_ms: int | None


@dataclass(frozen=True, slots=True)
class Excerpt:
    answers: tuple[AnswerText, ...]
    redacted: tuple[RedactedText, ...]
    lines: tuple[Line, ...]

    def find(self, clause_id: str, quote: str) -> Found | None:
        """The quote's place in the original, if the clause holds it word for word, cut at the edges of words."""
        line = next((line for line in self.lines if line.clause_id == clause_id), None)
        if line is None or not quote or quote != quote.strip():
            return None
        at = line.text.find(quote)
        while at >= 0:
            if not _cuts_a_word(line.text, at, at + len(quote)):
                return self._uncover(line, line.start + at, line.start + at + len(quote))
            at = line.text.find(quote, at + 1)
        return None

    def _uncover(self, line: Line, start: int, end: int) -> Found | None:
        span = self.redacted[line.turn_index].uncover(start, end)
        if span is None:
            return None
        answer = self.answers[line.turn_index]
        t_start_ms, t_end_ms = locate_ms(answer, *span)
        return Found(answer.turn_id, answer.text[span[0] : span[1]], *span, t_start_ms, t_end_ms)


def read_excerpt(
    answers: tuple[AnswerText, ...], lexicons: Mapping[Language, Lexicon], names: KnownNames
) -> Excerpt | Withheld:
    if speaks_to_machine(answers, lexicons):
        return Withheld(Withholding.SPEAKS_TO_MACHINE)
    redacted = tuple(redact(answer.text, names) for answer in answers)
    lines: list[Line] = []
    for turn_index, answer in enumerate(answers):
        for clause in split_clauses(answer, turn_index, lexicons[answer.language]):
            if not _may_be_read(clause, answer, lexicons):
                continue
            start, end = redacted[turn_index].shield(clause.char_start, clause.char_end)
            text = redacted[turn_index].text[start:end]
            if text.strip():
                lines.append(Line(f"c{len(lines) + 1}", turn_index, start, end, text))
    if not lines:
        return Withheld(Withholding.NOTHING_TO_READ)
    if sum(len(line.text) for line in lines) > LONGEST_EXCERPT:
        return Withheld(Withholding.TOO_LONG)
    return Excerpt(answers, redacted, tuple(lines))


def _may_be_read(clause: Clause, answer: AnswerText, lexicons: Mapping[Language, Lexicon]) -> bool:
    """In every language: answers mix them."""
    said = AnswerText(answer.turn_id, answer.text[clause.char_start : clause.char_end], answer.language)
    return not is_sensitive((said,), lexicons) and not any(
        lexicon.about_person.search(clause.text) for lexicon in lexicons.values()
    )


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Of "skill", "ill" is no quote."""
    return _joined(text, start) or _joined(text, end)


def _joined(text: str, at: int) -> bool:
    return 0 < at < len(text) and _LATIN.match(text[at - 1]) is not None and _LATIN.match(text[at]) is not None

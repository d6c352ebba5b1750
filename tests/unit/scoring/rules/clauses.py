"""Clauses of which it is said outright what they are, so that no word list decides."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from realtime_scoring.features import ClauseFacts
from realtime_scoring.tagger import Odds
from realtime_scoring.text import Clause, fold
from realtime_scoring.types import AnswerText, Language

_UNMARKED: dict[str, Any] = {
    field.name: False for field in fields(ClauseFacts) if field.name not in ("clause", "language", "words")
} | {"agency": None, "negation_at": None, "odds": Odds()}


def mark(answers: tuple[AnswerText, ...], text: str, *, words: int = 8, **marks: Any) -> ClauseFacts:
    """The clause `text` of one of the answers: no mark is set but those given."""
    turn_index, answer = next((index, answer) for index, answer in enumerate(answers) if text in answer.text)
    start = answer.text.index(text)
    offsets = tuple(range(start, start + len(text)))
    clause = Clause(turn_index, answer.turn_id, 0, fold(text), start, start + len(text), offsets)
    return ClauseFacts(**{**_UNMARKED, **marks, "clause": clause, "language": answer.language, "words": words})


def mark_each(texts: list[str], marks: list[dict[str, Any]], language: Language = "en") -> tuple[ClauseFacts, ...]:
    """One clause each."""
    answers = (AnswerText("t0", ". ".join(texts), language),)
    return tuple(mark(answers, text, **given) for text, given in zip(texts, marks, strict=True))

"""How much of an answer has been told, by what its question asks for.

Asked anew with every text that comes, so what has been read is kept: only the last, growing piece is read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import log2

from realtime_scoring.coverage import find_results
from realtime_scoring.engine import ScoringEngine
from realtime_scoring.features import ClauseFacts, find_facts
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.text import count_words
from realtime_scoring.types import AnswerText, Language, QuestionKind

_PIECE_WORDS: dict[Language, int] = {"en": 40, "zh-CN": 80}
"""Speech without punctuation is read in pieces of this many words, counted from the beginning, so that they stay."""
_KEPT_PIECES = 512

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])")
_WORD_START = re.compile(r"[A-Za-z0-9']+|[㐀-䶿一-鿿]")

_SHORTEST: dict[QuestionKind, dict[Language, int]] = {
    "identity": {"en": 3, "zh-CN": 3},
    "introduction": {"en": 35, "zh-CN": 55},
    "behavioural": {"en": 25, "zh-CN": 40},
    "situational": {"en": 25, "zh-CN": 40},
    "logic": {"en": 20, "zh-CN": 30},
    "open": {"en": 20, "zh-CN": 30},
}
"""Words (Chinese: characters) below which hardly any answer to such a question is whole."""
_SHORTEST_CLOSING: dict[Language, int] = {"en": 5, "zh-CN": 8}
_SHORTEST_TO_FOLLOW_UP: dict[Language, int] = {"en": 8, "zh-CN": 12}

_EVIDENCE_OF_DOUBLE_LENGTH = 2.3
"""For each time that an answer doubles, up to twice the shortest: how long somebody talks beyond that tells little."""
_DOUBLED = (-1.5, 1.0)
_EVIDENCE_OF_SHORTEST_LENGTH = 0.9
_STORY_OPEN = -1.5
"""A story has an end of its own, and is not over because enough words have been said."""
_EVIDENCE_OF_ACT = 0.5
_EVIDENCE_OF_RESULT = 1.1
_EVIDENCE_OF_CLOSING = 0.9


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer, or a piece of one, tells; `outcome` whether or not an act stands before it."""

    words: int = 0
    acted: bool = False
    """Somebody did something, or would."""
    outcome: bool = False
    result: bool = False
    closes: bool = False
    """Its last clause is none of the teller's own acts, nor of what it all began with."""


def read_told(text: str, language: Language) -> Told:
    told = Told()
    for piece in _split_pieces(text, language):
        told = _join(told, _read_piece(piece, language))
    return told


def weigh_told(told: Told, language: Language, kind: QuestionKind, *, follow_up: bool = False) -> float:
    """How much speaks for a whole answer, as a term of the sum in `patience`. An answer to a follow-up has one thing to
    tell, may be short, and is no story."""
    shortest = (_SHORTEST_TO_FOLLOW_UP if follow_up else _SHORTEST[kind])[language]
    least, most = _DOUBLED
    doubled = min(most, max(least, log2(max(1, told.words) / shortest)))
    story = kind in ("behavioural", "situational") and not follow_up
    return (
        _EVIDENCE_OF_DOUBLE_LENGTH * doubled
        + _EVIDENCE_OF_SHORTEST_LENGTH * (told.words >= shortest)
        + _STORY_OPEN * story
        + _EVIDENCE_OF_ACT * told.acted
        + _EVIDENCE_OF_RESULT * told.result
        + _EVIDENCE_OF_CLOSING * told.closes
    )


def _join(before: Told, piece: Told) -> Told:
    return Told(
        words=before.words + piece.words,
        acted=before.acted or piece.acted,
        outcome=before.outcome or piece.outcome,
        result=before.result or piece.result or (before.acted and piece.outcome),
        closes=piece.closes,
    )


@lru_cache(maxsize=_KEPT_PIECES)
def _read_piece(piece: str, language: Language) -> Told:
    facts = find_facts((AnswerText("", piece, language),), _lexicons())
    return Told(
        words=count_words(piece, language),
        acted=any(fact.action or fact.intended for fact in facts),
        outcome=any(fact.outcome for fact in facts),
        result=bool(find_results(facts)),
        closes=bool(facts) and _closes(facts[-1], language),
    )


@cache
def _lexicons() -> dict[Language, Lexicon]:
    return ScoringEngine.default().lexicons


def _closes(last: ClauseFacts, language: Language) -> bool:
    """A scrap of a clause closes nothing."""
    own_act = last.action and last.agency == "own"
    return not own_act and not last.task and last.words >= _SHORTEST_CLOSING[language]


def _split_pieces(text: str, language: Language) -> list[str]:
    longest = _PIECE_WORDS[language]
    pieces: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        starts = [match.start() for match in _WORD_START.finditer(sentence)]
        cuts = [0, *starts[longest::longest], len(sentence)] if starts else []
        pieces.extend(sentence[left:right] for left, right in pairwise(cuts))
    return pieces

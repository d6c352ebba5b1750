"""What a clause probably shows, by its wording: weights of short word sequences, found from labelled answers.

Rules know the words that somebody thought of; the table knows those that people's sentences share. Three logistic
regressions (Cox 1958) over sequences of up to three words (four characters in Chinese), of the ends of the clauses
beside it, and of what the rules found; `python -m tests.benchmarks.mind.fit` finds them again from the gold set's
develop and training parts. The same words give the same odds everywhere: weights are whole hundredths, added exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from realtime_scoring.errors import DataError
from realtime_scoring.types import Language

HEADS = ("evidence", "result", "lesson")
SCALE = 100
"""Weights are told in so many parts of a unit of log odds."""


@dataclass(frozen=True, slots=True)
class Odds:
    """Log odds, in hundredths. `evidence` is that of the pieces asked about alone."""

    evidence: int = 0
    result: int = 0
    lesson: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """Equal only to itself. `weights`: piece -> weight for each of HEADS."""

    language: Language
    weights: Mapping[str, tuple[int, int, int]]

    def judge(self, pieces: Iterable[str]) -> Odds:
        known = [self.weights[piece] for piece in set(pieces) if piece in self.weights]
        return Odds(*(sum(column) for column in zip(*known, strict=True))) if known else Odds()


def parse_tagger(text: str, language: Language, file: str) -> Tagger:
    """Lines of a piece and a weight for each head, parted by tabs. Raises DataError with the line."""
    weights: dict[str, tuple[int, int, int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        piece, *told = line.split("\t")
        try:
            evidence, result, lesson = (int(weight) for weight in told)
        except ValueError:
            raise DataError(f"{file}: line {number}: a piece and {len(HEADS)} whole numbers expected") from None
        if piece in weights:
            raise DataError(f"{file}: line {number}: {piece!r} stands twice")
        weights[piece] = (evidence, result, lesson)
    return Tagger(language, weights)

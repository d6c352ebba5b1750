"""Ratings, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Measure = Literal[
    "icc_2_1",
    "icc_2_k",
    "weighted_kappa",
    "spearman",
    "mean_difference",
    "within_one",
    "retest_kappa",
    "retest_difference",
    "retest_within_one",
    "cronbach_alpha",
]
Missing = Literal["too_few", "no_variation", "no_second_ratings", "no_columns", "one_question"]


@dataclass(frozen=True, slots=True)
class Rating:
    """`level` is None where the rater found not enough evidence. `candidate` and `question` may be empty."""

    answer: str
    competency: str
    rater: str
    level: int | None
    candidate: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None with a reason in `missing`. `low` and `high` are the 95 % bootstrap interval, None if there is
    none. `n` counts what the value rests on, named by `unit`."""

    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: Literal["pairs", "answers", "candidates"]
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Figures of all ratings, of one competency, or of two raters."""

    name: str
    kind: Literal["all", "competency", "raters"]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class EvidenceAgreement:
    """Pairs by whether both, one or neither of the raters found enough evidence for a level."""

    both_rated: int
    one_rated: int
    none_rated: int


@dataclass(frozen=True, slots=True)
class AgreementReport:
    raters: tuple[str, ...]
    ratings: int
    evidence: EvidenceAgreement
    scopes: tuple[Scope, ...]
    seed: int
    draws: int


class TooFewPairs(ValueError):
    """Fewer pairs of ratings than anything can be said of."""

    def __init__(self, found: int, wanted: int) -> None:
        super().__init__(f"{found} answers rated by two raters; at least {wanted} are needed to say anything")
        self.found = found
        self.wanted = wanted

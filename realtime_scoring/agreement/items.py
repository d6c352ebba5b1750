"""Ratings laid together: what is compared with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from realtime_scoring.agreement.statistics import LEVELS
from realtime_scoring.agreement.types import EvidenceAgreement, Rating

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Item:
    """One competency of one answer: the first level that each rater gave, and the second where there is one."""

    answer: str
    competency: str
    first: dict[str, int | None]
    second: dict[str, int | None]


def gather(ratings: Sequence[Rating]) -> list[Item]:
    """In order of answer and competency, so that the order of the file changes little."""
    items: dict[tuple[str, str], Item] = {}
    for rating in ratings:
        key = (rating.answer, rating.competency)
        item = items.setdefault(key, Item(rating.answer, rating.competency, {}, {}))
        (item.second if rating.rater in item.first else item.first)[rating.rater] = rating.level
    return [items[key] for key in sorted(items)]


def keep_raters(item: Item, raters: Sequence[str]) -> Item:
    first = {rater: item.first[rater] for rater in raters if rater in item.first}
    return Item(item.answer, item.competency, first, {})


def list_levels(item: Item) -> list[int]:
    """In order of rater."""
    return [level for _, level in sorted(item.first.items()) if level is not None]


def list_pairs(item: Item) -> list[Pair]:
    """Levels of every two raters, the rater whose name comes first in front."""
    return list(combinations(list_levels(item), 2))


def list_second_pairs(item: Item) -> list[Pair]:
    """First and second level of each rater who gave two."""
    found = []
    for rater in sorted(item.second):
        one, other = item.first[rater], item.second[rater]
        if one is not None and other is not None:
            found.append((one, other))
    return found


def count_pairs(groups: Sequence[Sequence[Pair]]) -> list[int]:
    """How often each pair of levels comes, as the measures take it."""
    counts = [0] * (LEVELS * LEVELS)
    for pairs in groups:
        for one, other in pairs:
            counts[LEVELS * (one - 1) + other - 1] += 1
    return counts


def lay_out_candidates(ratings: Sequence[Rating]) -> tuple[int, list[list[float]]]:
    """Number of questions, and for each candidate with all of them the mean level at each."""
    cells: dict[tuple[str, str], list[int]] = {}
    for rating in ratings:
        if rating.candidate and rating.question and rating.level is not None:
            cells.setdefault((rating.candidate, rating.question), []).append(rating.level)
    questions = sorted({question for _, question in cells})
    table = [
        [sum(cells[candidate, question]) / len(cells[candidate, question]) for question in questions]
        for candidate in sorted({candidate for candidate, _ in cells})
        if all((candidate, question) in cells for question in questions)
    ]
    return len(questions), table


def compare_evidence(items: Sequence[Item]) -> EvidenceAgreement:
    found = [0, 0, 0]
    for item in items:
        for one, other in combinations(sorted(item.first), 2):
            found[(item.first[one] is None) + (item.first[other] is None)] += 1
    return EvidenceAgreement(*found)

"""The measures of agreement themselves. Each returns None where it is not defined (nothing varies, nothing there)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEVELS = 5


@dataclass(frozen=True, slots=True)
class Icc:
    """Two-way random effects, absolute agreement: of one rater, and of the mean of k."""

    single: float
    mean_of_k: float


def measure_icc(table: Sequence[Sequence[float]]) -> Icc | None:
    """ICC(2,1) and ICC(2,k). `table[i][j]`: what rater j gave to answer i, without gaps.

    Shrout & Fleiss 1979, "Intraclass correlations: uses in assessing rater reliability", case 2.
    """
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2:
        return None
    grand = sum(map(sum, table)) / (n * k)
    between_answers = sum((sum(row) / k - grand) ** 2 for row in table) * k
    between_raters = sum((sum(row[j] for row in table) / n - grand) ** 2 for j in range(k)) * n
    total = sum((value - grand) ** 2 for row in table for value in row)
    answers = between_answers / (n - 1)
    raters = between_raters / (k - 1)
    rest = (total - between_answers - between_raters) / ((n - 1) * (k - 1))
    single = answers + (k - 1) * rest + k * (raters - rest) / n
    mean = answers + (raters - rest) / n
    if total <= 1e-12 or single <= 1e-12 or mean <= 1e-12:
        return None
    return Icc((answers - rest) / single, (answers - rest) / mean)


def weigh_kappa(counts: Sequence[int]) -> float | None:
    """Kappa with quadratic weights (Cohen 1968). `counts[5 * (a - 1) + b - 1]`: pairs of levels a and b.

    One less the mean squared difference over that of the same levels paired by chance.
    """
    n = sum(counts)
    if not n:
        return None
    rows = [sum(counts[LEVELS * a : LEVELS * a + LEVELS]) for a in range(LEVELS)]
    columns = [sum(counts[b::LEVELS]) for b in range(LEVELS)]
    observed = sum(counts[LEVELS * a + b] * (a - b) ** 2 for a in range(LEVELS) for b in range(LEVELS)) / n
    chance = sum(rows[a] * columns[b] * (a - b) ** 2 for a in range(LEVELS) for b in range(LEVELS)) / (n * n)
    return 1.0 - observed / chance if chance else None


def correlate_ranks(counts: Sequence[int]) -> float | None:
    """Spearman's rho: the correlation of ranks, ties sharing the mean of theirs. `counts` as for kappa."""
    n = sum(counts)
    rows = _rank([sum(counts[LEVELS * a : LEVELS * a + LEVELS]) for a in range(LEVELS)])
    columns = _rank([sum(counts[b::LEVELS]) for b in range(LEVELS)])
    middle = (n + 1) / 2
    both = first = second = 0.0
    for a in range(LEVELS):
        for b in range(LEVELS):
            count, x, y = counts[LEVELS * a + b], rows[a] - middle, columns[b] - middle
            both += count * x * y
            first += count * x * x
            second += count * y * y
    return both / (first * second) ** 0.5 if first and second else None


def _rank(sizes: Sequence[int]) -> list[float]:
    """Mean rank of the members of each level, ranks counted from 1."""
    ranks, before = [], 0
    for size in sizes:
        ranks.append(before + (size + 1) / 2)
        before += size
    return ranks


def average_difference(counts: Sequence[int]) -> float | None:
    """Mean absolute difference, in levels."""
    n = sum(counts)
    total = sum(counts[LEVELS * a + b] * abs(a - b) for a in range(LEVELS) for b in range(LEVELS))
    return total / n if n else None


def share_within_one(counts: Sequence[int]) -> float | None:
    n = sum(counts)
    near = sum(counts[LEVELS * a + b] for a in range(LEVELS) for b in range(LEVELS) if abs(a - b) <= 1)
    return near / n if n else None


def measure_alpha(table: Sequence[Sequence[float]]) -> float | None:
    """Cronbach's alpha (1951). `table[i][j]`: the level of candidate i at question j, without gaps."""
    k = len(table[0]) if table else 0
    if len(table) < 2 or k < 2:
        return None
    whole = _variance([sum(row) for row in table])
    parts = sum(_variance([row[j] for row in table]) for j in range(k))
    return k / (k - 1) * (1 - parts / whole) if whole > 1e-12 else None


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)

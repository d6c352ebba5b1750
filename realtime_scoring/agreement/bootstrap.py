"""Percentile intervals by resampling (Efron 1979), the same for the same seed on every machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

DRAWS = 1000
_MASK = (1 << 64) - 1
_TAIL = 0.025
_LEAST_DEFINED = 0.9
"""Of the draws; a measure that most samples leave undefined gets no interval."""

Unit = TypeVar("Unit")
Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


class Generator:
    """SplitMix64 (Steele, Lea, Flood 2014): small, and written down, so that a figure can be made again."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def choose(self, count: int) -> int:
        """0..count - 1; by multiplication, whose bias is far below what a draw can show."""
        return (self.next() * count) >> 64


def resample(
    units: Sequence[Unit],
    measure: Callable[[Sequence[Unit]], Values],
    seed: int,
    draws: int = DRAWS,
    report: Callable[[], None] | None = None,
) -> tuple[Interval | None, ...]:
    """An interval for each value of `measure`, over samples of whole units with replacement.

    Units are what is independent: an answer with all its ratings, not a single rating. `report` is called once a draw.
    """
    generator = Generator(seed)
    found: list[list[float]] = []
    for _ in range(draws):
        values = measure([units[generator.choose(len(units))] for _ in units])
        found = found or [[] for _ in values]
        for known, value in zip(found, values, strict=True):
            if value is not None:
                known.append(value)
        if report is not None:
            report()
    return tuple(_cut(values, draws) for values in found)


def _cut(values: list[float], draws: int) -> Interval | None:
    if not values or len(values) < _LEAST_DEFINED * draws:
        return None
    ordered = sorted(values)
    return Interval(_quantile(ordered, _TAIL), _quantile(ordered, 1 - _TAIL))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between neighbours."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)

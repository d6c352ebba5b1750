"""Agreement of the engine's readings with the gold labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.benchmarks.mind.reading import Reading, Span
from tests.gold.guide import LEVELS, Follow
from tests.gold.loader import Answer


class Judged(Protocol):
    """One gold answer, and what the engine or a second reader makes of it."""

    @property
    def answer(self) -> Answer: ...

    @property
    def level(self) -> int | None: ...

    @property
    def given(self) -> tuple[Span, ...]: ...

    @property
    def wanted(self) -> tuple[Span, ...]: ...

    @property
    def probe(self) -> Follow: ...


@dataclass(frozen=True, slots=True)
class Levels:
    """`confusion[gold, engine]` with None for no level; kappa and shares are over answers that both give a level."""

    confusion: dict[tuple[int | None, int | None], int]
    kappa: float | None
    exact: float | None
    within_one: float | None
    none_agreed: int
    none_in_gold: int
    none_in_engine: int


@dataclass(frozen=True, slots=True)
class Share:
    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None


def weigh_kappa(pairs: Sequence[tuple[int, int]], lowest: int = LEVELS[0], highest: int = LEVELS[-1]) -> float | None:
    """Quadratic weighted kappa (Cohen 1968); None where chance alone would leave nothing to disagree on."""
    if not pairs:
        return None
    span = (highest - lowest) ** 2
    seen = sum((one - other) ** 2 for one, other in pairs) / (span * len(pairs))
    by_chance = sum((one - other) ** 2 for one, _ in pairs for _, other in pairs) / (span * len(pairs) ** 2)
    return 1 - seen / by_chance if by_chance else None


def compare_levels(readings: Iterable[Judged]) -> Levels:
    confusion: dict[tuple[int | None, int | None], int] = {}
    for reading in readings:
        key = (reading.answer.level, reading.level)
        confusion[key] = confusion.get(key, 0) + 1
    pairs = [
        (gold, engine)
        for (gold, engine), count in confusion.items()
        for _ in range(count)
        if gold is not None and engine is not None
    ]
    return Levels(
        confusion=confusion,
        kappa=weigh_kappa(pairs),
        exact=Share(sum(gold == engine for gold, engine in pairs), len(pairs)).value,
        within_one=Share(sum(abs(gold - engine) <= 1 for gold, engine in pairs), len(pairs)).value,
        none_agreed=confusion.get((None, None), 0),
        none_in_gold=sum(count for (gold, _), count in confusion.items() if gold is None),
        none_in_engine=sum(count for (_, engine), count in confusion.items() if engine is None),
    )


def measure_precision(readings: Iterable[Judged]) -> Share:
    """Given spans that are about a gold one."""
    judged = [any(span.is_about(gold) for gold in reading.wanted) for reading in readings for span in reading.given]
    return Share(sum(judged), len(judged))


def measure_recall(readings: Iterable[Judged]) -> Share:
    """Gold spans that some given one is about."""
    judged = [any(span.is_about(gold) for span in reading.given) for reading in readings for gold in reading.wanted]
    return Share(sum(judged), len(judged))


def count_best_probes(readings: Sequence[Judged]) -> Share:
    return Share(sum(reading.probe is reading.answer.probe.best for reading in readings), len(readings))


def count_fine_probes(readings: Sequence[Judged]) -> Share:
    """The best, or one of those that are as good."""
    good = [reading.probe in (reading.answer.probe.best, *reading.answer.probe.fine) for reading in readings]
    return Share(sum(good), len(good))


def count_policy(readings: Sequence[Reading]) -> Share:
    return Share(sum(reading.within_policy for reading in readings), len(readings))

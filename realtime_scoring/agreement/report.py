"""From ratings to a report: every figure with what it rests on and its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, count
from typing import Any, Literal

from realtime_scoring.agreement.bootstrap import DRAWS, Interval, Values, resample
from realtime_scoring.agreement.items import (
    Item,
    Pair,
    compare_evidence,
    count_pairs,
    gather,
    keep_raters,
    lay_out_candidates,
    list_levels,
    list_pairs,
    list_second_pairs,
)
from realtime_scoring.agreement.statistics import (
    average_difference,
    correlate_ranks,
    measure_alpha,
    measure_icc,
    share_within_one,
    weigh_kappa,
)
from realtime_scoring.agreement.types import AgreementReport, Figure, Measure, Missing, Rating, Scope, TooFewPairs

FEWEST = 10
"""Pairs, answers or candidates below which no figure is given."""

Report = Callable[[int, int], None]
"""Draws made, and draws in all."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Figures that are worked out together. `units` are what is resampled; `n` counts what they rest on."""

    names: tuple[Measure, ...]
    units: Sequence[Any]
    measure: Callable[[Sequence[Any]], Values]
    n: int
    unit: Literal["pairs", "answers", "candidates"]
    missing: Missing | None = None


def compare(
    ratings: Sequence[Rating], *, seed: int = 1, draws: int = DRAWS, report: Report | None = None
) -> AgreementReport:
    """Raises TooFewPairs when there are fewer than ten pairs of levels in all."""
    items = gather(ratings)
    raters = tuple(sorted({rating.rater for rating in ratings}))
    pairs = sum(len(list_pairs(item)) for item in items)
    if pairs < FEWEST:
        raise TooFewPairs(pairs, FEWEST)
    planned = _plan(items, raters, ratings)
    total = draws * sum(_is_measured(task) for _, _, tasks in planned for task in tasks)
    made = count(1)

    def tell() -> None:
        if report is not None:
            report(next(made), total)

    scopes = tuple(
        Scope(name, kind, tuple(figure for task in tasks for figure in _work_out(task, seed, draws, tell)))
        for name, kind, tasks in planned
    )
    return AgreementReport(raters, len(ratings), compare_evidence(items), scopes, seed, draws)


def _plan(
    items: Sequence[Item], raters: tuple[str, ...], ratings: Sequence[Rating]
) -> list[tuple[str, Literal["all", "competency", "raters"], list[_Task]]]:
    planned: list[tuple[str, Literal["all", "competency", "raters"], list[_Task]]] = []
    planned.append(("all", "all", [*_compare_raters(items, raters), _retest(items), _relate_questions(ratings)]))
    for competency in sorted({item.competency for item in items}):
        own = [item for item in items if item.competency == competency]
        planned.append((competency, "competency", _compare_raters(own, raters)))
    if len(raters) > 2:
        planned += [
            (" / ".join(both), "raters", _compare_raters([keep_raters(item, both) for item in items], both))
            for both in combinations(raters, 2)
        ]
    return planned


def _compare_raters(items: Sequence[Item], raters: tuple[str, ...]) -> list[_Task]:
    """Intraclass correlations on the answers that every rater gave a level; the rest on all pairs there are."""
    table = [levels for item in items if len(levels := list_levels(item)) == len(raters)]
    groups = [pairs for item in items if (pairs := list_pairs(item))]
    return [
        _Task(("icc_2_1", "icc_2_k"), table, _measure_table, len(table), "answers"),
        _Task(
            ("weighted_kappa", "spearman", "mean_difference", "within_one"),
            groups,
            _measure_pairs,
            sum(map(len, groups)),
            "pairs",
        ),
    ]


def _retest(items: Sequence[Item]) -> _Task:
    groups = [pairs for item in items if (pairs := list_second_pairs(item))]
    names: tuple[Measure, ...] = ("retest_kappa", "retest_difference", "retest_within_one")
    missing: Missing | None = None if groups else "no_second_ratings"
    return _Task(names, groups, _measure_second, sum(map(len, groups)), "pairs", missing)


def _relate_questions(ratings: Sequence[Rating]) -> _Task:
    questions, table = lay_out_candidates(ratings)
    missing: Missing | None = "no_columns" if not questions else "one_question" if questions == 1 else None
    return _Task(("cronbach_alpha",), table, _measure_questions, len(table), "candidates", missing)


def _measure_table(rows: Sequence[Sequence[float]]) -> Values:
    icc = measure_icc(rows)
    return (icc.single, icc.mean_of_k) if icc else (None, None)


def _measure_pairs(groups: Sequence[Sequence[Pair]]) -> Values:
    counts = count_pairs(groups)
    return weigh_kappa(counts), correlate_ranks(counts), average_difference(counts), share_within_one(counts)


def _measure_second(groups: Sequence[Sequence[Pair]]) -> Values:
    counts = count_pairs(groups)
    return weigh_kappa(counts), average_difference(counts), share_within_one(counts)


def _measure_questions(rows: Sequence[Sequence[float]]) -> Values:
    return (measure_alpha(rows),)


def _is_measured(task: _Task) -> bool:
    return task.missing is None and task.n >= FEWEST


def _work_out(task: _Task, seed: int, draws: int, tell: Callable[[], None]) -> list[Figure]:
    if not _is_measured(task):
        missing: Missing = task.missing or "too_few"
        return [Figure(name, None, None, None, task.n, task.unit, missing) for name in task.names]
    values = task.measure(task.units)
    intervals = resample(task.units, task.measure, seed, draws, tell)
    return [
        _figure(task, name, value, interval)
        for name, value, interval in zip(task.names, values, intervals, strict=True)
    ]


def _figure(task: _Task, name: Measure, value: float | None, interval: Interval | None) -> Figure:
    if value is None:
        return Figure(name, None, None, None, task.n, task.unit, "no_variation")
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Figure(name, value, low, high, task.n, task.unit)

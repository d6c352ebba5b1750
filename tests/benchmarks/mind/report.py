"""The figures as a text; of the held-out part nothing but sums."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from tests.benchmarks.mind.measures import (
    Levels,
    Share,
    compare_levels,
    count_best_probes,
    count_fine_probes,
    count_policy,
    measure_precision,
    measure_recall,
)
from tests.benchmarks.mind.moves import Case
from tests.benchmarks.mind.pauses.measure import PauseFigures
from tests.benchmarks.mind.reading import Reading
from tests.benchmarks.mind.reply import ReplyFigures

_LABELS: tuple[int | None, ...] = (1, 2, 3, 4, 5, None)


def write_language(language: str, readings: Sequence[Reading]) -> str:
    levels = compare_levels(readings)
    lines = [
        f"### {language}: {len(readings)} answers",
        "",
        "| figure | value |",
        "| --- | --- |",
        f"| quadratic weighted kappa of the levels | {_write(levels.kappa)} |",
        f"| same level; within one level | {_write(levels.exact)}; {_write(levels.within_one)} |",
        f"| no level: in gold, by the rules, by both |"
        f" {levels.none_in_gold}, {levels.none_in_engine}, {levels.none_agreed} |",
        f"| evidence spans, precision | {write_share(measure_precision(readings))} |",
        f"| evidence spans, recall | {write_share(measure_recall(readings))} |",
        f"| follow-up is the best one | {write_share(count_best_probes(readings))} |",
        f"| follow-up is the best or as fine | {write_share(count_fine_probes(readings))} |",
        f"| follow-up within policy | {write_share(count_policy(readings))} |",
        "",
        _write_confusion(levels),
    ]
    return "\n".join(lines)


def write_differences(readings: Sequence[Reading]) -> str:
    """For the part that rules are written with: what is read otherwise, answer by answer."""
    lines = []
    for reading in readings:
        gold = reading.answer
        missed = [span for span in reading.wanted if not any(given.is_about(span) for given in reading.given)]
        wrong = [span for span in reading.given if not any(span.is_about(wanted) for wanted in reading.wanted)]
        if reading.level == gold.level and reading.probe is gold.probe.best and not missed and not wrong:
            continue
        lines.append(f"{gold.id}: level {reading.level} for {gold.level}, {reading.probe} for {gold.probe.best}")
        lines += [f"  missed {'+' if span.sign > 0 else '-'} {gold.text[span.start : span.end]}" for span in missed]
        lines += [f"  wrong  {'+' if span.sign > 0 else '-'} {gold.text[span.start : span.end]}" for span in wrong]
    return "\n".join(lines)


def write_moves(cases: Sequence[Case]) -> str:
    lines = ["### answers changed in known ways", "", "| change | moved as it may |", "| --- | --- |"]
    for name in dict.fromkeys(case.transform for case in cases):
        held = [case.holds for case in cases if case.transform == name]
        lines.append(f"| {name} | {write_share(Share(sum(held), len(held)))} |")
    return "\n".join(lines)


def write_pauses(figures: PauseFigures) -> str:
    return (
        f"pauses: cut off {100 * figures.false_cutoff_rate:.1f} % of {figures.pauses}; a finished answer waits"
        f" {figures.response_delay_p50_s:.1f} s (median), {figures.response_delay_p95_s:.1f} s (95 %)"
    )


def write_replies(figures: ReplyFigures) -> str:
    return (
        f"next question on the candidate's page, after the decision that the answer is over: p50 {figures.p50_s:.2f} s,"
        f" p95 {figures.p95_s:.2f} s ({len(figures.replies_s)} questions); decided"
        f" {median(figures.silences_s):.2f} s after the last word (median)"
    )


def write_share(share: Share) -> str:
    return f"{_write(share.value)} ({share.hits} of {share.of})"


def _write_confusion(levels: Levels) -> str:
    names = ["none" if label is None else str(label) for label in _LABELS]
    rows = [f"| gold \\ rules | {' | '.join(names)} |", "| --- " * (len(names) + 1) + "|"]
    for gold, name in zip(_LABELS, names, strict=True):
        cells = [str(levels.confusion.get((gold, engine), 0)) for engine in _LABELS]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _write(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"

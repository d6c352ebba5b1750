"""Each way at its own full load of a core."""

from __future__ import annotations

from statistics import median
from typing import Literal

from tests.benchmarks.media.bench import Bench
from tests.benchmarks.media.costs import require_kept_up
from tests.benchmarks.media.messages import Pace, SetPace
from tests.benchmarks.media.report import Figure, Row
from tests.benchmarks.media.saturation import (
    CHECKED_RECORDINGS,
    Saturation,
    find_saturation,
    judge_keeping_up,
    judge_viva,
    require_whole,
)
from tests.benchmarks.media.stage import Measured, Stage

NAIVE_START, PATH_START, WHOLE_START = 2, 40, 20


def measure_full_load(bench: Bench) -> None:
    """Candidates per core of the media path, and its cost there against the naive way's at as many as that keeps up
    with (whatever its lag)."""
    with bench.use_stages(("naive", "asyncio"), ("path", "uvloop")) as (naive, path):
        alone = find_saturation(naive, judge_keeping_up, bench.plan, start=NAIVE_START, say=bench.say)
        naive_windows = [alone.last]
        naive.close_sessions(0)
        found = find_saturation(path, judge_viva, bench.plan, start=PATH_START, say=bench.say)
        path_windows = [found.last]
        require_whole(path.close_sessions(0, CHECKED_RECORDINGS, found.last))
        for _ in range(1, bench.plan.other_rounds):
            naive.set_sessions(alone.sessions)
            naive_windows.append(require_kept_up(naive.measure()))
            naive.close_sessions(0)
            path.set_sessions(found.sessions)
            path_windows.append(require_kept_up(path.measure()))
            path.close_sessions(0)
        if bench.full:
            _measure_paces(bench, path, max(1, found.sessions // 2))
    _report_saturation(bench, "candidates_per_core", "Candidates per core, media path alone", ">= 40", found)
    costs = [median(window.cost for window in windows) for windows in (path_windows, naive_windows)]
    bench.report.rows.append(Row(f"{bench.words['naive']}, its full load", "asyncio", tuple(naive_windows)))
    bench.report.rows.append(Row(f"{bench.words['path']}, its full load", "uvloop", tuple(path_windows)))
    bench.report.figures["full_load_ratio"] = Figure(
        "CPU per candidate, each way at its own full load",
        "<= 0.04",
        round(costs[0] / costs[1], 4),
        f"{costs[0]:.4f} at {found.sessions} against {costs[1]:.4f} at {alone.sessions} CPU s per second",
    )
    if bench.full:
        _measure_naive_on_uvloop(bench)


def measure_whole(bench: Bench) -> None:
    """Candidates per core with everything that hearing does."""
    with bench.use_stages(("whole", "uvloop")) as (stage,):
        found = find_saturation(stage, judge_viva, bench.plan, start=WHOLE_START, say=bench.say)
        require_whole(stage.close_sessions(0, CHECKED_RECORDINGS, found.last))
    _report_saturation(bench, "whole_per_core", "Candidates per core with denoise and voice activity", ">= 20", found)
    bench.report.rows.append(Row(f"{bench.words['whole']}, its full load", "uvloop", (found.last,)))


def _measure_paces(bench: Bench, path: Stage, sessions: int) -> None:
    """How the packets lie in time: at half the load, which the load generator can draw out too."""
    words: dict[Pace, str] = {"together": "all candidates in phase", "paced": "frames drawn out as browsers do"}
    path.set_sessions(sessions)
    try:
        for pace, word in words.items():
            bench.generator.ask(SetPace(pace))
            bench.report.rows.append(Row(f"{bench.words['path']}, {word}", "uvloop", (path.measure(),)))
    finally:
        bench.generator.ask(SetPace("spread"))


def _measure_naive_on_uvloop(bench: Bench) -> None:
    with bench.use_stages(("naive", "uvloop")) as (stage,):
        found = find_saturation(stage, judge_keeping_up, bench.plan, start=NAIVE_START, say=bench.say)
    bench.report.rows.append(Row(f"{bench.words['naive']}, its full load", "uvloop", (found.last,)))


def _report_saturation(
    bench: Bench,
    key: Literal["candidates_per_core", "whole_per_core"],
    title: str,
    bar: str,
    found: Saturation,
) -> None:
    last: Measured = found.last
    failing = [step for step in found.steps if step.complaints]
    beyond = min(failing, key=lambda step: step.sessions) if failing else None
    limit = f"; {beyond.sessions} failed: {', '.join(beyond.complaints)}" if beyond is not None else ""
    bench.report.figures[key] = Figure(
        title,
        bar,
        found.sessions,
        f"lag p99 {last.server.lag_p99_ms:.1f} ms, {last.server.cpu_share:.0%} of the core, worst observer got"
        f" {last.received_share:.1%}{limit}",
    )

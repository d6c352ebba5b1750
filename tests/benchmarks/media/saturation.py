"""The most sessions that one core carries: by trying, never by extrapolation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.media.messages import RecordingCheck
from tests.benchmarks.media.process import ChildFailed
from tests.benchmarks.media.stage import Measured, MeasurementFailed, Plan, Stage

LAG_LIMIT_MS = 20.0
RECEIVED_LIMIT = 0.99
CORE_LIMIT = 0.97
LARGEST = 160
LEAP = 1.5
CHECKED_RECORDINGS = 3
CONFIRMATIONS = 3
"""Tries to see the best again after a failure above it, each a little lower."""

Judge = Callable[[Measured], list[str]]
"""What was not as it should be; nothing for a pass."""


def judge_keeping_up(measured: Measured) -> list[str]:
    """Everything that was sent came through; how late the loop was is not asked."""
    server = measured.server
    complaints = []
    if measured.received_share < RECEIVED_LIMIT:
        complaints.append(f"an observer got {measured.received_share:.1%}")
    if any(reception.forged for reception in measured.load.receptions):
        complaints.append("packets did not open")
    if server.cpu_share > CORE_LIMIT:
        complaints.append(f"{server.cpu_share:.0%} of the core")
    if server.faults:
        complaints.append(server.faults[0])
    return complaints


def judge_viva(measured: Measured) -> list[str]:
    """The bar of the figures: with the lag of the loop and the hearing."""
    server = measured.server
    complaints = judge_keeping_up(measured)
    if server.lag_p99_ms > LAG_LIMIT_MS:
        complaints.append(f"lag p99 {server.lag_p99_ms:.1f} ms")
    return complaints + judge_hearing(measured)


def judge_hearing(measured: Measured) -> list[str]:
    """All that was said was decoded; hearing takes audio in batches of 0.1 s."""
    server = measured.server
    wall_s = server.ended_s - server.begun_s
    if server.heard_s >= server.sessions * (0.99 * wall_s - 0.1):
        return []
    return [f"{server.heard_s / (server.sessions * wall_s):.1%} heard"]


@dataclass(frozen=True, slots=True)
class Step:
    """Nothing is measured of sessions that did not even connect."""

    sessions: int
    measured: Measured | None
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saturation:
    """`last` is the confirming window at `sessions`; `steps` are all windows in order."""

    sessions: int
    last: Measured
    steps: tuple[Step, ...]


def find_saturation(stage: Stage, judge: Judge, plan: Plan, *, start: int, say: Callable[[str], None]) -> Saturation:
    """The stage is left with that many sessions. Raises MeasurementFailed when nothing passes, and passes again."""
    steps: list[Step] = []
    passed, failed = 0, LARGEST + 1
    sessions = start
    while len(steps) < plan.search_steps and failed - passed > max(1, int(passed * plan.grain)):
        step = _try(stage, judge, plan, sessions, say)
        steps.append(step)
        if step.complaints:
            failed = sessions
        else:
            passed = sessions
        sessions = _choose_next(step, passed, failed, plan)
    if not passed:
        raise MeasurementFailed(f"{steps[-1].sessions} sessions: {', '.join(steps[-1].complaints)}")
    for _ in range(CONFIRMATIONS):
        if not steps[-1].complaints:
            break
        steps.append(_try(stage, judge, plan, passed, say))
        passed = max(1, passed - max(1, int(passed * plan.grain / 2)))
    last = steps[-1]
    if last.complaints or last.measured is None:
        raise MeasurementFailed(f"what passed once did not pass again: {', '.join(last.complaints)}")
    return Saturation(last.sessions, last.measured, tuple(steps))


def _try(stage: Stage, judge: Judge, plan: Plan, sessions: int, say: Callable[[str], None]) -> Step:
    """A failure leaves no session behind: an overload ends connections for good,
    and what is left of them would be a lighter load."""
    measured: Measured | None = None
    try:
        stage.set_sessions(sessions)
        for _ in range(plan.failures):
            measured = stage.measure(plan.saturation_window_s)
            complaints = judge(measured)
            if not complaints:
                say(f"{sessions} sessions: pass, lag p99 {measured.server.lag_p99_ms:.1f} ms")
                return Step(sessions, measured, ())
    except ChildFailed as error:
        complaints = [f"could not connect: {error}"]
    say(f"{sessions} sessions: {', '.join(complaints)}")
    stage.close_sessions(0)
    return Step(sessions, measured, tuple(complaints))


def _choose_next(step: Step, passed: int, failed: int, plan: Plan) -> int:
    if failed <= LARGEST:
        return (passed + failed) // 2
    used = step.measured.server.cpu_share if step.measured is not None else 1.0
    by_processor = int(step.sessions * 0.9 / max(used, 0.01))
    least = passed + max(1, int(passed * plan.grain))
    return min(LARGEST, max(least, min(by_processor, int(passed * LEAP))))


def require_whole(checks: tuple[RecordingCheck, ...]) -> None:
    """Raises MeasurementFailed when a recording lacks frames."""
    for check in checks:
        if not check.whole:
            raise MeasurementFailed(
                f"the recording of {check.name} lacks frames: {check.video_found} of {check.video_expected} pictures,"
                f" {check.audio_found} of {check.audio_expected} audio packets"
            )

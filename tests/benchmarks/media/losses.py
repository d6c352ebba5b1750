"""What a lost packet does to those who listen and look. Both ways get the same losses in the same seconds."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.media.bench import Bench
from tests.benchmarks.media.messages import Emitted, Kind, Lose, Lost, ReadOutput, ReadTrace, Sent, SentTrace, Trace
from tests.benchmarks.media.report import Figure
from tests.benchmarks.media.stage import MeasurementFailed, Stage

BURST = 10
STEADY_S = 3.0
VIDEO_SESSIONS = 4
BETWEEN_VIDEO_LOSSES_S = 6.0
"""The naive way needs 4.3 s to come back."""
AFTER_SINGLE_S, AFTER_BURST_S, LOOKED_AT_S = 5.0, 10.0, 3.0


@dataclass(frozen=True, slots=True)
class _Delays:
    """Milliseconds between a packet's coming and its going on, before and after the loss."""

    before_ms: float
    after_ms: float

    @property
    def added_ms(self) -> float:
        return self.after_ms - self.before_ms


@dataclass(frozen=True, slots=True)
class _Outcome:
    single: _Delays
    burst: _Delays
    resumes_ms: tuple[float, ...]


def measure_losses(bench: Bench) -> None:
    """One lost audio packet, ten in a row, and video packets that no retransmission brings back."""
    with bench.trace_stages(("naive", "asyncio"), ("path", "uvloop")) as (naive, path):
        for stage in (naive, path):
            stage.set_sessions(1, observers=0, record=False)  # the first one warms up
            stage.set_sessions(3 + VIDEO_SESSIONS, observers=0, record=False)
        _lose(bench, (naive, path))
        traces: dict[str, SentTrace] = bench.generator.ask(ReadTrace())
        outcomes = {stage.kind: _read_outcome(stage, traces) for stage in (naive, path)}
    ours, theirs = outcomes["path"], outcomes["naive"]
    bench.report.figures["loss_delay_ms"] = Figure(
        "Added audio delay: after one lost packet, and 10 s after ten in a row; the greater",
        "0",
        max(0, round(max(ours.single.added_ms, ours.burst.added_ms))),
        f"one: {_write(ours.single)}, ten: {_write(ours.burst)}; aiortc one: {_write(theirs.single)},"
        f" ten: {_write(theirs.burst)}",
    )
    bench.report.figures["video_resume_ms"] = Figure(
        "Video comes again after one unrecovered packet, median",
        "<= 600",
        round(median(ours.resumes_ms)),
        f"{min(ours.resumes_ms):.0f}..{max(ours.resumes_ms):.0f} ms in {len(ours.resumes_ms)}; aiortc"
        f" {median(theirs.resumes_ms):.0f} ms ({min(theirs.resumes_ms):.0f}..{max(theirs.resumes_ms):.0f}"
        f" in {len(theirs.resumes_ms)})",
    )


def _lose(bench: Bench, stages: tuple[Stage, ...]) -> None:
    """Sessions: 0 warmed up, 1 loses one, 2 loses ten, the others lose video."""
    bench.generator.ask(Trace(tuple(name for stage in stages for name in stage.sessions)))
    time.sleep(STEADY_S)
    begun_s = time.monotonic()
    for stage in stages:
        bench.generator.ask(Lose(stage.sessions[1], "audio", 1))
        bench.generator.ask(Lose(stage.sessions[2], "audio", BURST))
    for turn in range(bench.plan.loss_rounds):
        _sleep_until(begun_s + turn * BETWEEN_VIDEO_LOSSES_S)
        for stage in stages:
            for name in stage.sessions[3:]:
                bench.generator.ask(Lose(name, "video", 1))
    _sleep_until(begun_s + max(AFTER_BURST_S + LOOKED_AT_S + 0.5, bench.plan.loss_rounds * BETWEEN_VIDEO_LOSSES_S))


def _sleep_until(at_s: float) -> None:
    time.sleep(max(0.0, at_s - time.monotonic()))


def _read_outcome(stage: Stage, traces: dict[str, SentTrace]) -> _Outcome:
    output: dict[str, tuple[Emitted, ...]] = stage.server.ask(ReadOutput())
    _, single, burst, *video = stage.sessions
    resumes = [
        resume
        for name in video
        for lost in traces[name].lost
        if (resume := find_resume_ms(traces[name].sent, output[name], lost)) is not None
    ]
    expected = sum(len(traces[name].lost) for name in video)
    if not resumes or len(resumes) < expected:
        raise MeasurementFailed(f"{stage.kind}: video came again after {len(resumes)} of {expected} losses")
    return _Outcome(
        find_delays(traces[single], output[single], AFTER_SINGLE_S),
        find_delays(traces[burst], output[burst], AFTER_BURST_S),
        tuple(resumes),
    )


def find_delays(trace: SentTrace, output: tuple[Emitted, ...], after_s: float) -> _Delays:
    """Raises MeasurementFailed when a stretch has no audio that can be told apart."""
    lost_s = next(lost.at_s for lost in trace.lost if lost.kind == "audio")
    delays = match_delays(trace.sent, output, "audio")
    before = [delay for at_s, delay in delays if lost_s - STEADY_S < at_s < lost_s - 0.1]
    after = [delay for at_s, delay in delays if lost_s + after_s <= at_s < lost_s + after_s + LOOKED_AT_S]
    if not before or not after:
        raise MeasurementFailed(f"audio came out for {len(before)} packets before the loss and {len(after)} after")
    return _Delays(median(before) * 1000, median(after) * 1000)


def match_delays(sent: tuple[Sent, ...], output: tuple[Emitted, ...], kind: Kind) -> list[tuple[float, float]]:
    """(when sent, seconds until it came out). Encoded packets are known by their checksum where that is the only one
    of its kind (silence repeats itself), decoded ones by their number."""
    of_kind = [one for one in sent if one.kind == kind]
    times = Counter(one.checksum for one in of_kind)
    by_checksum = {one.checksum: one for one in of_kind if times[one.checksum] == 1}
    by_number = {one.number: one for one in of_kind}
    delays = []
    for frame in output:
        if frame.kind == kind:
            source = by_number.get(frame.number) if frame.number is not None else by_checksum.get(frame.checksum or 0)
            if source is not None:
                delays.append((source.at_s, frame.at_s - source.at_s))
    return delays


def find_resume_ms(sent: tuple[Sent, ...], output: tuple[Emitted, ...], lost: Lost) -> float | None:
    """From the lost packet to the next frame out: of encoded frames the next key frame, for the ones before it cannot
    be decoded; of decoded ones whatever comes."""
    if lost.kind != "video":
        return None
    later = {one.checksum for one in sent if one.kind == "video" and one.at_s > lost.at_s}
    for frame in output:
        if frame.kind != "video" or frame.at_s <= lost.at_s:
            continue
        newer = frame.number > lost.number if frame.number is not None else frame.key and frame.checksum in later
        if newer:
            return (frame.at_s - lost.at_s) * 1000
    return None


def _write(delays: _Delays) -> str:
    return f"{delays.before_ms:.1f} -> {delays.after_ms:.1f} ms"

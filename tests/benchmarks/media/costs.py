"""Costs of both ways at the same load, in turn: one session, more observers, audio alone."""

from __future__ import annotations

from statistics import median

from tests.benchmarks.media.bench import Bench
from tests.benchmarks.media.report import Figure, Row
from tests.benchmarks.media.saturation import judge_hearing, judge_keeping_up
from tests.benchmarks.media.stage import Measured, MeasurementFailed

AUDIO_SESSIONS = 24
OBSERVED_SESSIONS, FEW, MANY = 6, 1, 8
NAIVE_MANY = 2


def measure_one_session(bench: Bench) -> None:
    """Recorded and with one observer, against the same."""
    variants = [("naive", "asyncio"), ("path", "uvloop")]
    if bench.full:
        variants += [("naive", "uvloop"), ("path", "asyncio"), ("whole", "uvloop")]
    windows: dict[tuple[str, str], list[Measured]] = {variant: [] for variant in variants}
    with bench.use_stages(*variants) as stages:
        for turn in range(bench.plan.rounds):
            for at, (variant, stage) in enumerate(zip(variants, stages, strict=True)):
                if at > 1 and turn > 1:
                    continue  # two windows are enough for what no figure rests on
                stage.set_sessions(1)
                windows[variant].append(require_kept_up(stage.measure(), stage.kind))
                stage.close_sessions(0)
    costs = {variant: median(window.cost for window in found) for variant, found in windows.items()}
    naive, viva = costs["naive", "asyncio"], costs["path", "uvloop"]
    for (kind, loop), found in windows.items():
        bench.report.rows.append(Row(bench.words[kind] + ", recorded, one observer", loop, tuple(found)))
    bench.report.figures["one_session_ratio"] = Figure(
        "CPU per candidate at one interview, against the naive way",
        "<= 0.125",
        round(viva / naive, 4),
        f"{viva:.4f} against {naive:.4f} CPU s per second",
    )


def measure_observers(bench: Bench) -> None:
    """What one more observer costs, against one more subscription to a MediaRelay."""
    few: dict[str, list[Measured]] = {"naive": [], "path": []}
    many: dict[str, list[Measured]] = {"naive": [], "path": []}
    sessions = {"naive": 1, "path": OBSERVED_SESSIONS}
    extra = {"naive": NAIVE_MANY - FEW, "path": MANY - FEW}
    with bench.use_stages(("naive", "asyncio"), ("path", "uvloop")) as stages:
        for _ in range(bench.plan.other_rounds):
            for stage in stages:
                stage.set_sessions(sessions[stage.kind], observers=FEW)
                few[stage.kind].append(require_kept_up(stage.measure(), stage.kind))
                stage.set_observers(FEW + extra[stage.kind])
                many[stage.kind].append(require_kept_up(stage.measure(), stage.kind))
                stage.close_sessions(0)
    marginal = {
        kind: [(after.cost - before.cost) / extra[kind] for before, after in zip(few[kind], many[kind], strict=True)]
        for kind in few
    }
    viva, naive = median(marginal["path"]), median(marginal["naive"])
    for kind, loop in (("naive", "asyncio"), ("path", "uvloop")):
        count = FEW + extra[kind]
        bench.report.rows.append(Row(f"{bench.words[kind]}, one observer each", loop, tuple(few[kind])))
        bench.report.rows.append(Row(f"{bench.words[kind]}, {count} observers each", loop, tuple(many[kind])))
    bench.report.figures["observer_ratio"] = Figure(
        "CPU of one more observer, against one more MediaRelay subscription",
        "<= 0.02",
        round(viva / naive, 4),
        f"{viva:.5f} against {naive:.4f} CPU s per second; rounds {_range(marginal['path'])} and"
        f" {_range(marginal['naive'])}",
    )


def measure_audio(bench: Bench) -> None:
    """Candidates without video, decoded and not recorded, both ways; and what recording adds to ours."""
    windows: dict[tuple[str, bool], list[Measured]] = {("naive", False): [], ("path", False): [], ("path", True): []}
    with bench.use_stages(("naive", "asyncio"), ("path", "uvloop")) as stages:
        for _ in range(bench.plan.other_rounds):
            for stage in stages:
                for record in (False, True) if stage.kind == "path" else (False,):
                    stage.set_sessions(AUDIO_SESSIONS, observers=0, video=False, record=record)
                    windows[stage.kind, record].append(require_kept_up(stage.measure(), stage.kind))
                    stage.close_sessions(0)
    naive, viva, recorded = (median(window.cost for window in found) for found in windows.values())
    for (kind, record), found in windows.items():
        variant = f"{bench.words[kind]}, audio alone, {'recorded' if record else 'not recorded'}"
        bench.report.rows.append(Row(variant, "asyncio" if kind == "naive" else "uvloop", tuple(found)))
    bench.report.figures["audio_ratio"] = Figure(
        f"{AUDIO_SESSIONS} candidates with audio alone, decoded, against aiortc's decoding; neither records",
        "<= 0.5",
        round(viva / naive, 4),
        f"{viva:.5f} against {naive:.5f} CPU s per second; recorded {recorded:.5f} ({recorded / naive:.2f})",
    )


def require_kept_up(measured: Measured, kind: str = "naive") -> Measured:
    """The cost of work that was not done is none. Raises MeasurementFailed."""
    complaints = judge_keeping_up(measured)
    if kind == "path":
        complaints += judge_hearing(measured)
    if complaints:
        raise MeasurementFailed(f"{measured.server.sessions} sessions did not keep up: {', '.join(complaints)}")
    return measured


def _range(values: list[float]) -> str:
    return f"{min(values):.5f}..{max(values):.5f}"

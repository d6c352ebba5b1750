"""Sessions and cost as figures and as a table."""

from __future__ import annotations

import math

from tests.benchmarks.asr.figures import Figure, write_failures, write_range, write_s
from tests.benchmarks.asr.load import LoadReport
from tests.benchmarks.asr.stage import LEAST_FINALS, Stage

COST_BAR = 0.15


def find_load(load: LoadReport) -> dict[str, Figure]:
    knee, peers = load.find("viva", load.viva_knee), load.find("usual way", load.peer_knee)
    one, cheapest_one = load.viva_one, load.cheapest_one
    at_knee, sustained = load.at_knee, load.cheapest_sustained
    few = f"; no ratio from {load.deciding_finals} finals" if load.deciding_finals < LEAST_FINALS else ""
    found = {
        "sessions_ratio": Figure(
            "speaking sessions with finals in 1.0 s (p95) and words in 2.5 s (p50), over the usual way",
            load.sessions_ratio, 5, least=True,
            detail=f"{load.viva_knee}{'' if knee is None else f' (worst level: {knee.worst_level.word})'} against"
            f" {load.peer_knee} ({load.habit}"
            + (")" if load.peer_knee else "; one does not hold it; taken as one)")
            + f"; at least {load.deciding_finals} finals each{few}",
        ),
        "engine_cost_ratio": Figure(
            "engine CPU per second of speech over the usual way, each at its own full load", load.cost_ratio, COST_BAR,
            detail=f"{at_knee.engine_share:.3f} with {at_knee.sessions} against {sustained.engine_share:.3f} s/s with"
            f" {sustained.sessions}, the cheapest that the usual way sustained, whatever its ending"
            + ("" if sustained.sustained else " (it sustained none)"),
        ),
        "engine_cost_ratio_one_session": Figure(
            "the same with one session each", load.cost_ratio_one, COST_BAR,
            detail=f"{one.engine_share:.3f} against {cheapest_one.engine_share:.3f} s/s, where nothing is decoded"
            " together",
        ),
        "engine_cost_ratio_full_windows": Figure(
            "the same with one session each and Viva's finals filled up to 30 s", load.cost_ratio_full_windows,
            detail=f"{load.viva_full.engine_share:.3f} s/s: what short windows of finals do not save",
        ),
        "sessions_sustained": Figure(
            "speaking sessions sustained", load.viva_knee,
            detail="" if knee is None else f"words p50 {knee.word_p50_s:.2f} s, worst level {knee.worst_level.word}",
        ),
        "sessions_sustained_usual_way": Figure(
            "the usual way", load.peer_knee,
            detail="" if peers is None else f"finals p95 {peers.final_p95_s:.2f}, words p50 {peers.word_p50_s:.2f} s",
        ),
    }  # fmt: skip
    if knee is not None:
        found["final_p95_knee_s"] = Figure(
            "speech end to final text at the knee, p95, s", knee.final_p95_s, 1.0,
            detail=f"95 %: {write_range(knee.estimate_final_p95_s())}; {len(knee.finals_s)} finals; partials"
            f" {knee.partials_per_speech_s:.2f} per second of speech, words p50 {knee.word_p50_s:.2f} s",
        )  # fmt: skip
    return found


def write_load(load: LoadReport) -> list[str]:
    lines = [
        "| | sessions (refused) | finals p50 / p95, s (95 %; n) | words p50, s (missing) | finals missing | failures"
        " | engine CPU s per s of speech | decodes, s decoded per s of speech | partials | engine, all, of a core"
        " | feed late, ms | |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        _write_stage(load.viva_one),
        _write_stage(load.viva_full, ", finals filled up to 30 s"),
        *(_write_stage(stage, f", {habit}") for habit, stage in load.peers_one.items()),
        *(_write_stage(stage) for stage in sorted(load.stages, key=lambda one: (one.system != "viva", one.sessions))),
    ]
    if load.past is not None:
        lines.append(_write_stage(load.past, ", past the knee"))
    return lines


def _write_stage(stage: Stage, remark: str = "") -> str:
    words = "-" if math.isinf(stage.word_p50_s) else f"{stage.word_p50_s:.2f}"
    refused = f" ({stage.refused})" if stage.refused else ""
    cells = (
        f"{stage.system}{remark}",
        f"{stage.sessions}{refused}",
        f"{write_s(stage.final_p50_s)} / {write_s(stage.final_p95_s)}"
        f" ({write_range(stage.estimate_final_p95_s())}; {len(stage.finals_s)})",
        f"{words} ({stage.words_missing})",
        str(stage.lost),
        write_failures(stage.failures),
        f"{stage.engine_share:.3f}",
        f"{stage.decodes_per_s:.2f}, {stage.decoded_share:.1f}",
        f"{stage.partials_per_speech_s:.2f}",
        f"{stage.engine_s / stage.wall_s:.0%}, {stage.process_s / stage.wall_s:.0%}",
        f"{stage.late_s * 1000:.0f}",
        stage.remarks,
    )
    return f"| {' | '.join(cells)} |"

"""The matrix as a table."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.impairment.run import Outcome

HEAD = (
    "network", "audio delivered", "recovered by FEC", "concealed", "silent", "audio delay, median / p95", "video whole",
    "longest freeze", "first audio / video after return", "shown", "profiles",
)  # fmt: skip


def write_table(outcomes: list[Outcome]) -> str:
    rows = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    notes: list[str] = []
    for outcome in outcomes:
        mark = ""
        if outcome.note:
            notes.append(f"{len(notes) + 1}. {outcome.cell.name}: {outcome.note}.")
            mark = f" ({len(notes)})"
        rows.append("| " + " | ".join([outcome.cell.name + mark, *_cells(outcome)]) + " |")
    return "\n".join([*rows, "", *notes])


def _cells(outcome: Outcome) -> list[str]:
    audio, video = outcome.audio, outcome.video
    return [
        *(
            (
                f"{audio.delivered:.1%}",
                f"{audio.by_fec:.1%}",
                f"{audio.by_concealment:.1%}",
                f"{audio.silent:.1%}",
                f"{audio.delay_median_ms:.0f} / {audio.delay_p95_ms:.0f} ms",
            )
            if audio is not None
            else ("-",) * 5
        ),
        *((f"{video.complete:.1%}", f"{video.freeze_s:.1f} s") if video is not None and video.sent else ("off", "-")),
        f"{_seconds(outcome.first_audio_s)} / {_seconds(outcome.first_video_s)}"
        if outcome.first_audio_s is not None or outcome.cell.kind in ("blackout", "blocked")
        else "-",
        ", ".join(outcome.words) or "-",
        ", ".join(outcome.profiles) or "-",
    ]


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} s"


def to_json(outcomes: list[Outcome]) -> dict[str, Any]:
    """For scripts: one object a cell."""
    cells = {}
    for outcome in outcomes:
        audio, video = outcome.audio, outcome.video
        cells[outcome.cell.name] = {
            "audio_delivered": audio and round(audio.delivered, 4),
            "audio_covered": audio and round(audio.covered, 4),
            "recovered_by_fec": audio and round(audio.by_fec, 4),
            "concealed": audio and round(audio.by_concealment, 4),
            "silent": audio and round(audio.silent, 4),
            "audio_delay_p95_ms": audio and round(audio.delay_p95_ms, 1),
            "video_complete": video and round(video.complete, 4),
            "longest_freeze_s": video and round(video.freeze_s, 2),
            "first_audio_s": outcome.first_audio_s and round(outcome.first_audio_s, 3),
            "first_video_s": outcome.first_video_s and round(outcome.first_video_s, 3),
            "shown": outcome.words,
            "profiles": outcome.profiles,
        }
    return {"cells": cells}

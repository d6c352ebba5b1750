"""The worst of what was measured against what is promised, and the section of the document about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.benchmarks.document import describe_machine
from tests.browser.whole.stepping import Measured

ONE_WAY_LIMIT_MS = 400
YIELD_LIMIT_MS = 300
WHISPER_IDLE_LIMIT_MS = 1000


def summarise(measured: Sequence[Measured]) -> dict[str, Any]:
    """The slowest of all runs; words of all runs together."""
    return {
        "hr_voice_one_way_ms": max(one for each in measured for one in each.one_way_ms),
        "yield_ms": round(max(each.yield_ms for each in measured), 1),
        "whisper_idle_ms": round(max(each.whisper_idle_ms for each in measured), 1),
        "words_lost": sum(each.words_lost for each in measured),
        "words_said": sum(each.words_said for each in measured),
        "words_other": sum(each.words_other for each in measured),
        "yield_command_ms": round(max(each.yield_command_ms for each in measured), 1),
        "yield_cold_ms": round(max(each.yield_cold_ms for each in measured), 1),
        "floor_freed_ms": round(max(each.floor_freed_ms for each in measured)),
        "likeness": min(one for each in measured for one in each.likeness),
        "runs": len(measured),
    }


def meets_bars(values: dict[str, Any]) -> bool:
    return bool(
        values["hr_voice_one_way_ms"] <= ONE_WAY_LIMIT_MS
        and values["yield_ms"] <= YIELD_LIMIT_MS
        and values["whisper_idle_ms"] <= WHISPER_IDLE_LIMIT_MS
        and values["words_lost"] == 0
    )


def write_section(values: dict[str, Any]) -> str:
    own = values["likeness"]
    return f"""## HR steps in

`python -m tests.benchmarks.stepping_in` on {describe_machine("aiortc", "playwright")}; the server and three Chromium
browsers share it, and its clock.

The slowest of {values["runs"]} spoken interviews, on the bundled recogniser, in which two people of HR observe,
whisper, barge in, take over and hand back.

| | measured | bar |
|---|---|---|
| HR's microphone to what the candidate's page plays | {values["hr_voice_one_way_ms"]} ms | {ONE_WAY_LIMIT_MS} ms |
| *Barge in* to silence, microphone connected | {values["yield_ms"]} ms | {YIELD_LIMIT_MS} ms |
| the same, from when HR's page sends the command | {values["yield_command_ms"]} ms | |
| the same, while the microphone has to be connected first | {values["yield_cold_ms"]} ms | |
| whisper to question, interviewer idle | {values["whisper_idle_ms"]} ms | {WHISPER_IDLE_LIMIT_MS} ms |
| HR's browser killed to the floor being free | {values["floor_freed_ms"]} ms | |
| words of the candidate lost, of {values["words_said"]} | {values["words_lost"]} | 0 |

How late HR's voice is, is found by correlation (likeness {own} or more, 1 being the same sound). The devices' own time
and any network are not in it: what lies between is the encoder, the server and the jitter buffer. The floor of a page
that is gone is kept for five seconds, since a page that is loaded anew has it still. {values["words_other"]} words came
out as others."""

"""Interviews for an hour: does memory grow? `python -m tests.benchmarks.asr.soak --minutes 60`.

Several candidates speak on a real clock through the server's hearing chain to the bundled recogniser; each leaves after
its talk and another comes. A tenth of the time nobody says a word, all at once. Every few seconds the process is looked
at. Each answer must have its final text, nothing may fail, and where nobody speaks nothing may be written.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from server.cli.memory import limit_arenas, settle_memory
from tests.benchmarks.asr.endurance import SILENT_SHARE, THREADS, Look, Tally, endure
from tests.benchmarks.document import describe_machine, put_section
from tests.benchmarks.soak.samples import find_slope

LOOK_EVERY_S = 5.0
COURSE_EVERY_MIN = 4.0
WARM_UP_SHARE, WARM_UP_MOST_MIN = 0.2, 6.0
"""Models, caches and the allocator fill up at first."""
FLAT_MB_PER_MIN = 0.1
WRITE_FROM_MIN = 10.0

TEXT = """\
## Soak of transcription

`python -m tests.benchmarks.asr.soak --minutes {minutes:g} --sessions {sessions}` on {machine}.

{sessions} candidates at a time speak on a real clock through the server's hearing chain to the bundled recogniser on
{threads} threads; each leaves after four answers and another comes. For {silent:g} minutes in the middle nobody says a
word. The process is looked at every {every:g} s; the slope is a Theil-Sen regression of its memory after the first
{warm_up:g} minutes.

| | |
|---|---|
| memory, slope | **{memory_slope_mb_per_min} MB a minute** |
| memory, first / most / last | {memory_first_mb} / {memory_most_mb} / {memory_last_mb} MB |
| memory every {every_min:g} minutes from the start, MB | {course} |
| Python's objects, slope | {blocks_slope_per_min} blocks a minute |
| threads, tasks at the most | {threads_most}, {tasks_most} |
| interviews, finals (revisions among them), partials | {interviews}, {finals}, {partials} |
| finals lost or failed | **{finals_lost}** |
| texts in silence | **{words_in_silence}** |
"""


@dataclass(frozen=True, slots=True)
class Soak:
    minutes: float
    tally: Tally

    @property
    def warm_up_min(self) -> float:
        return min(WARM_UP_MOST_MIN, self.minutes * WARM_UP_SHARE)

    def values(self) -> dict[str, float | None]:
        steady = [look for look in self.tally.looks if look.minute >= self.warm_up_min]
        slope = find_slope([(look.minute, look.rss_mb) for look in steady])
        blocks = find_slope([(look.minute, look.blocks) for look in steady])
        memory_mb = [look.rss_mb for look in steady] or [0.0]
        counts = self.tally.counts
        return {
            "memory_slope_mb_per_min": None if slope is None else round(slope, 3),
            "memory_first_mb": round(memory_mb[0], 1),
            "memory_most_mb": round(max(memory_mb), 1),
            "memory_last_mb": round(memory_mb[-1], 1),
            "blocks_slope_per_min": None if blocks is None else round(blocks),
            "threads_most": _find_most(self.tally.looks, "threads"),
            "tasks_most": _find_most(self.tally.looks, "tasks"),
            "interviews": counts["interviews"],
            "finals": counts["finals"],
            "partials": counts["partials"],
            "words_in_silence": counts["words in silence"],
            "finals_lost": self.tally.lost + sum(self.tally.failures.values()),
        }

    def write_course(self) -> str:
        """Memory, a look every `COURSE_EVERY_MIN` minutes."""
        chosen: list[str] = []
        for look in self.tally.looks:
            if look.minute >= len(chosen) * COURSE_EVERY_MIN:
                chosen.append(f"{look.rss_mb:.0f}")
        return ", ".join(chosen)

    @property
    def held(self) -> bool:
        values = self.values()
        slope = values["memory_slope_mb_per_min"]
        flat = slope is not None and slope <= FLAT_MB_PER_MIN
        return flat and values["finals_lost"] == 0 and values["words_in_silence"] == 0


def _find_most(looks: Sequence[Look], name: str) -> int:
    return max((getattr(look, name) for look in looks), default=0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.asr.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="(%(default)s)")
    parser.add_argument("--sessions", type=int, default=4, help="candidates at a time (%(default)s)")
    options = parser.parse_args()
    console = Console(stderr=True)
    limit_arenas()  # as `viva serve` does, and below too: without it each interview leaves a MB in the heaps of threads
    run = endure(options.minutes, options.sessions, look_every_s=LOOK_EVERY_S, on_start=settle_memory)
    soak = Soak(options.minutes, asyncio.run(run))
    values = soak.values()
    text = TEXT.format(
        minutes=options.minutes,
        sessions=options.sessions,
        machine=describe_machine("faster-whisper", "ctranslate2"),
        threads=THREADS,
        silent=options.minutes * SILENT_SHARE,
        every=LOOK_EVERY_S,
        every_min=COURSE_EVERY_MIN,
        course=soak.write_course(),
        warm_up=soak.warm_up_min,
        **values,
    )
    console.print(text, markup=False, highlight=False)
    for code, count in soak.tally.failures.items():
        console.print(f"failed: {count} x {code}", highlight=False)
    if options.minutes >= WRITE_FROM_MIN:
        put_section("asr-soak", text)
    print(json.dumps(values))
    return 0 if soak.held or options.minutes < WRITE_FROM_MIN else 1


if __name__ == "__main__":
    sys.exit(main())

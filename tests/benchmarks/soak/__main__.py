"""`python -m tests.benchmarks.soak`: see the package."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import platform
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from rich.console import Console
from rich.live import Live
from rich.table import Table

from tests.benchmarks.document import put_section
from tests.benchmarks.soak.crowd import Crowd, Tally
from tests.benchmarks.soak.samples import Sample, Watch, after_warm_up, find_slope
from tests.integration.interviewing import House, open_house

SLOPE_LIMIT_MB_PER_MIN = 1.0
SAMPLE_EVERY_S = 10.0
WARM_UP_S = 45.0
QUIET_WITHIN_S = 60.0
"""After the last interview: connections, recordings and threads have to be gone by then."""
ROWS_SHOWN = 12


@dataclass
class Findings:
    """`idle` when the first wave had gone, `left` when all had."""

    idle: Sample
    samples: list[Sample]
    left: Sample
    tally: Tally
    complaints: list[str]

    def values(self) -> dict[str, Any]:
        warm = after_warm_up(self.samples)
        slope = find_slope([(sample.minute, sample.rss_mb) for sample in warm])
        return {
            "minutes": round(self.samples[-1].minute, 1) if self.samples else 0,
            "slope_mb_per_min": None if slope is None else round(slope, 3),
            "rss_idle_mb": round(self.idle.rss_mb, 1),
            "rss_most_mb": round(max(sample.rss_mb for sample in self.samples), 1),
            "rss_left_mb": round(self.left.rss_mb, 1),
            "rss_mb_by_minute": self._rss_by_minute(),
            "threads_most": max(sample.threads for sample in self.samples),
            "threads_left": max(0, self.left.threads - self.idle.threads),
            "files_left": max(0, self.left.files - self.idle.files),
            "unclosed_peers": max(0, self.left.udp_sockets - self.idle.udp_sockets),
            "cpu_percent": round(sum(sample.cpu_percent for sample in self.samples) / len(self.samples)),
            "interviews": self.tally.interviews,
            "completed": self.tally.completed,
            "publications": self.tally.publications,
            "watched": self.tally.watched,
            "pictures_seen": self.tally.pictures_seen,
            "failures": dict(self.tally.failures),
            "complaints": len(self.complaints),
        }

    def _rss_by_minute(self) -> list[float]:
        """The last of each minute."""
        by_minute = {int(sample.minute): round(sample.rss_mb, 1) for sample in self.samples}
        return list(by_minute.values())


def main() -> int:
    options = _read_options()
    logging.getLogger("aioice").setLevel(logging.ERROR)
    logging.getLogger("aiortc").setLevel(logging.ERROR)
    console = Console(stderr=True)
    findings = asyncio.run(_soak(options.minutes, options.candidates, options.seed, console))
    values = findings.values()
    for complaint in findings.complaints[:5]:
        console.print(complaint, markup=False, highlight=False)
    if options.minutes >= 10:
        put_section("soak", _write(values, options.candidates))
    print(json.dumps(values))
    slope = values["slope_mb_per_min"]
    grows = slope is not None and slope > SLOPE_LIMIT_MB_PER_MIN
    return 1 if grows or values["unclosed_peers"] or values["threads_left"] or findings.complaints else 0


async def _soak(minutes: float, candidates: int, seed: int, console: Console) -> Findings:
    with TemporaryDirectory() as folder:
        async with open_house(Path(folder) / "data") as house:
            process = house.server._process
            assert process is not None
            watch = Watch(process.pid)
            idle = await _warm_up(house, watch, candidates)
            begun_s = time.monotonic()
            crowd = Crowd(house, begun_s + minutes * 60, seed)
            samples: list[Sample] = []
            async with asyncio.TaskGroup() as tasks:
                sampling = tasks.create_task(_sample(watch, begun_s, samples, crowd, console))
                await crowd.live(candidates)
                sampling.cancel()
            left = await _wait_quiet(watch, idle)
            house.server.check_alive()
            complaints = _read_complaints(house)
        return Findings(idle, samples, left, crowd.tally, complaints)


async def _warm_up(house: House, watch: Watch, candidates: int) -> Sample:
    """All places are filled once before the first look: what is loaded on first use, and pools of threads that grow
    with how many come at once, are not what an interview leaves behind."""
    await Crowd(house, time.monotonic() + WARM_UP_S, seed=0).live(candidates)
    return await _wait_steady(watch)


async def _wait_steady(watch: Watch) -> Sample:
    sample = watch.take(0.0)
    for _ in range(30):
        await asyncio.sleep(1)
        sample, before = watch.take(0.0), sample
        if sample.udp_sockets == 0 and sample.threads == before.threads:
            break
    return sample


async def _wait_quiet(watch: Watch, idle: Sample) -> Sample:
    deadline_s = time.monotonic() + QUIET_WITHIN_S
    sample = watch.take(0.0)
    while time.monotonic() < deadline_s and (sample.udp_sockets > idle.udp_sockets or sample.threads > idle.threads):
        await asyncio.sleep(1)
        sample = watch.take(0.0)
    return sample


async def _sample(watch: Watch, begun_s: float, samples: list[Sample], crowd: Crowd, console: Console) -> None:
    with Live(console=console, refresh_per_second=1) as live:
        while True:
            samples.append(watch.take((time.monotonic() - begun_s) / 60))
            live.update(_draw(samples, crowd))
            await asyncio.sleep(SAMPLE_EVERY_S)


def _draw(samples: list[Sample], crowd: Crowd) -> Table:
    tally = crowd.tally
    table = Table(title=f"{tally.interviews} interviews, {tally.publications} connections, {tally.watched} looks in")
    for name in ("minute", "RSS MB", "threads", "files", "UDP sockets", "CPU %"):
        table.add_column(name, justify="right")
    for sample in samples[-ROWS_SHOWN:]:
        table.add_row(
            f"{sample.minute:.1f}",
            f"{sample.rss_mb:.1f}",
            str(sample.threads),
            str(sample.files),
            str(sample.udp_sockets),
            f"{sample.cpu_percent:.0f}",
        )
    return table


def _read_complaints(house: House) -> list[str]:
    """Errors in the server's log."""
    text = house.server.log_path.read_text("utf-8", "replace")
    return re.findall(r"^.*(?:\[error|\[critical|Traceback).*$", text, re.MULTILINE)


def _write(values: dict[str, Any], candidates: int) -> str:
    failures = ", ".join(f"{count}x {what}" for what, count in values["failures"].items()) or "none"
    return f"""## Soak

`python -m tests.benchmarks.soak --minutes {values["minutes"]:.0f} --candidates {candidates}` on {psutil.cpu_count()}
cores ({platform.machine()}), Python {platform.python_version()}: one `viva serve`; {candidates} virtual candidates at a
time on networks that lose packets in bursts, go dark for 2.5 to 9 s once or twice a minute and change their port;
somebody looks in on each now and then for 5 to 15 s. Every 10 s the server process was looked at. The slope is a
Theil-Sen regression of its memory after the first fifth of the time. Before the time begins to run all places are
filled once, for {WARM_UP_S:.0f} s, and left again; "left" is what was there a minute after the last interview and not
then.

| | |
|---|---|
| memory, slope | **{values["slope_mb_per_min"]} MB a minute** |
| memory, before / most / afterwards | {values["rss_idle_mb"]} / {values["rss_most_mb"]} / {values["rss_left_mb"]} MB |
| unclosed peers left (UDP sockets) | {values["unclosed_peers"]} |
| threads left (at most {values["threads_most"]} in between) | {values["threads_left"]} |
| file descriptors left | {values["files_left"]} |
| interviews, of them completed | {values["interviews"]}, {values["completed"]} |
| connections of candidates (first ones and reconnects) | {values["publications"]} |
| observers' visits, pictures they saw | {values["watched"]}, {values["pictures_seen"]} |
| server's CPU, mean | {values["cpu_percent"]} % of one core |
| failures of candidates or observers | {failures} |
| errors in the server's log | {values["complaints"]} |"""


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=20, help="of interviews; less than 10: no document (%(default)s)"
    )
    parser.add_argument("--candidates", type=int, default=8, help="at a time (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the networks and the observers (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

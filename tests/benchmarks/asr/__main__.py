"""`python -m tests.benchmarks.asr`: see the package."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from media.models import choose_model
from media.transcription.engine import WhisperEngine
from tests.benchmarks.asr.latency import Shown, show_talks, show_together
from tests.benchmarks.asr.load import make_talks, measure_load
from tests.benchmarks.asr.losses import FINALS, STREAMS, Losses, fill_queue, kill_worker
from tests.benchmarks.asr.material import Background, make_babble
from tests.benchmarks.asr.measures import BrokenPromise
from tests.benchmarks.asr.method import METHOD
from tests.benchmarks.asr.noise import listen_to_noise, make_noise_talks
from tests.benchmarks.asr.peer_model import PeerModel
from tests.benchmarks.asr.plan import FULL, QUICK, Plan, make_reading
from tests.benchmarks.asr.report import KEYS, Report
from tests.benchmarks.asr.stage import LEAST_FINALS
from tests.benchmarks.asr.systems import System, open_peers, open_viva
from tests.benchmarks.asr.voice import measure_voice
from tests.benchmarks.asr.ways import open_scripted_ways
from tests.benchmarks.document import describe_machine, put_section

THREADS = 2
NOISY_SNRS_DB = (10, 5)
_BABBLE_S = 60.0
_MODEL = "demo"


class Bench:
    """What the parts of a run share."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.say = say
        self.report = Report()
        chosen = choose_model(_MODEL)
        self.engine = WhisperEngine(chosen.path, chosen.info, threads=THREADS)
        self._path = chosen.path

    @asynccontextmanager
    async def open_viva(self) -> AsyncGenerator[System]:
        async with open_viva(self.engine, threads=THREADS) as viva:
            yield viva

    def measure_text(self) -> None:
        talks = make_reading(self.plan.answers, self.plan)
        self.report.viva = asyncio.run(show_talks(talks, self.open_viva, self.engine.transcribe))

    def measure_usual_text(self) -> None:
        talks = make_reading(self.plan.peer_answers, self.plan)
        model = PeerModel(self._path, threads=THREADS)
        model.recognise(talks[0].samples[:32_000], talks[0].language, "")

        @asynccontextmanager
        async def opened() -> AsyncGenerator[System]:
            async with open_peers(model) as peers:
                yield peers

        self.report.peers = asyncio.run(show_talks(talks, opened, self.engine.transcribe))

    def measure_noisy_text(self) -> None:
        """All at once: what is looked at is the text."""
        babble = make_babble(_BABBLE_S)
        readings = [
            make_reading(self.plan.noisy_answers, self.plan, Background(babble, snr_db)) for snr_db in NOISY_SNRS_DB
        ]

        async def show() -> list[Shown]:
            return await asyncio.gather(
                *(show_together(talks, self.open_viva, self.engine.transcribe) for talks in readings)
            )

        for snr_db, shown in zip(NOISY_SNRS_DB, asyncio.run(show()), strict=True):
            self.report.noisy[f"babble {snr_db} dB below"] = shown

    def measure_noise(self) -> None:
        talks, distinct_minutes = make_noise_talks(self.plan.noise_sessions)
        self.report.quiet = asyncio.run(listen_to_noise(talks, distinct_minutes, self.open_viva))

    def measure_load(self) -> None:
        talks = make_talks(self.plan.load)
        ways = open_scripted_ways(self.plan.load.shape, self.plan.load.habits, talks, threads=THREADS)
        load = asyncio.run(measure_load(self.plan.load, talks, ways, self.say))
        self.report.load = load
        if load.past is not None:
            past = Losses(load.past.told + load.past.lost, load.past.lost)
            self.report.losses[f"past the knee, {load.past.sessions} sessions"] = past

    def measure_losses(self) -> None:
        self.report.losses["queue full"] = asyncio.run(fill_queue(self.engine, threads=THREADS))
        killed = asyncio.run(kill_worker())
        if killed is None:
            self.report.failures.append("a killed worker: there is no redis-server")
        else:
            self.report.losses["worker killed"] = killed

    def measure_voice(self) -> None:
        self.report.voice = measure_voice(quick=self.plan.quick)


PARTS: dict[str, Callable[[Bench], None]] = {
    "text": Bench.measure_text,
    "usual way": Bench.measure_usual_text,
    "text in noise": Bench.measure_noisy_text,
    "load": Bench.measure_load,
    "noise": Bench.measure_noise,
    "losses": Bench.measure_losses,
    "voice": Bench.measure_voice,
}


def main() -> int:
    options = _read_options()
    console = Console(stderr=True)
    begun_s = time.monotonic()
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
    ) as progress:
        wanted = options.only or list(PARTS)
        task = progress.add_task("preparing", total=len(wanted))
        bench = Bench(QUICK if options.quick else FULL, progress.console.print)
        for name in wanted:
            progress.update(task, description=name)
            part_s = time.monotonic()
            try:
                PARTS[name](bench)
            except BrokenPromise as broken:
                bench.report.failures.append(f"{name}: {broken}")
            progress.advance(task)
            bench.report.parts_s[name] = time.monotonic() - part_s
            bench.say(f"{name}: {bench.report.parts_s[name]:.0f} s")
    report = bench.report
    console.print(report.write(), soft_wrap=True, highlight=False, markup=False)
    missed = [key for key, figure in report.figures().items() if figure.missed]
    for failure in [*report.failures, *(f"{key} misses its bar" for key in missed)]:
        console.print(f"[red]failed[/red] {failure}", highlight=False)
    if not options.quick and not options.only and not report.failures:
        put_section("asr", f"{_write_method((time.monotonic() - begun_s) / 60)}\n\n{report.write()}")
    values = report.values()
    print(json.dumps(values))
    # A quick run is too short for twenty finals of the usual way.
    forgiven = {"sessions_ratio"} if options.quick else set()
    unmeasured = [key for key in KEYS if values[key] is None and key not in forgiven]
    return 1 if report.failures or (unmeasured and not options.only) else 0


def _write_method(minutes: float) -> str:
    return METHOD.format(
        machine=describe_machine("faster-whisper", "ctranslate2", "onnxruntime", "webrtcvad-wheels", "numpy"),
        minutes=minutes,
        shape=FULL.load.shape,
        threads=THREADS,
        languages="English and Chinese in turn",
        queue=FINALS * STREAMS,
        longest=FULL.load.longest_s,
        finals=FULL.load.many.finals,
        least=LEAST_FINALS,
    )


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.asr", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short windows, at most four minutes, no document")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part alone; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.benchmarks.denoise`: see the package."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from media.hearing.denoise.automatic import AutomaticDenoiser
from media.hearing.denoise.rnnoise import RnnoiseDenoiser
from media.hearing.denoise.rnnoise_library import find_library
from media.hearing.denoise.spectral import SpectralGateDenoiser
from media.ports import Denoiser
from media.types import SAMPLE_RATE_HZ, Samples
from tests.benchmarks.denoise.material import AudioMissing, Cell, Talk, find_audio, make_cells, make_talk
from tests.benchmarks.denoise.measures import CHUNK, Quality, Result, Timed, compare, denoise, judge
from tests.benchmarks.denoise.naive import measure_rtf, reduce_chunks
from tests.benchmarks.denoise.recognition import measure_recognition
from tests.benchmarks.denoise.report import METHOD, Report, Summary
from tests.benchmarks.document import describe_machine, put_section

PACKAGES = ("noisereduce", "pyrnnoise", "pystoi", "numpy", "scipy")
NAIVE_S = 3.0
ANSWERS = 36
BATCH = 8

Make = Callable[[], Denoiser]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.denoise", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most four minutes, no document")
    quick = bool(parser.parse_args().quick)
    console = Console(stderr=True)
    try:
        audio = find_audio()
    except AudioMissing as missing:
        console.print(str(missing))
        return 2
    ways = _open_ways(quick=quick)
    if "rnnoise" not in ways:
        console.print("RNNoise is not installed (extra `rnnoise`): its figures are left out.")
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console,
    ) as progress:  # fmt: skip
        report = _measure(audio, ways, progress, quick=quick)
    console.print(report.write(), soft_wrap=True, highlight=False, markup=False)
    if not quick:
        put_section("denoise", f"{METHOD.format(machine=describe_machine(*PACKAGES))}\n{report.write()}")
    print(json.dumps(report.values()))
    return 0


def _open_ways(*, quick: bool) -> dict[str, Make]:
    ways: dict[str, Make] = {"spectral": SpectralGateDenoiser}
    library = find_library()
    if library is not None:
        ways["rnnoise"] = lambda: RnnoiseDenoiser(library)
        if not quick:
            ways["auto"] = lambda: AutomaticDenoiser(SpectralGateDenoiser(), RnnoiseDenoiser(library), lambda: 0.0)
    return ways


def _measure(audio: Path, ways: dict[str, Make], progress: Progress, *, quick: bool) -> Report:
    talk = make_talk(audio)
    cells = list(make_cells(audio, talk))
    per_cell = len(ways) + (0 if quick else 1)
    task = progress.add_task("cells", total=len(cells) * per_cell + (0 if quick else ANSWERS))
    report = Report()
    results: dict[str, list[Result]] = {name: [] for name in ways}
    naive: list[Result] = []
    for cell in cells:
        progress.update(task, description=f"{cell.noise}, {cell.snr_db} dB")
        before = judge(cell.noisy, talk)
        report.naive_rtfs.append(measure_rtf(cell.noisy, NAIVE_S))
        for name, make in ways.items():
            results[name].append(_measure_cell(cell, make, talk, before))
            progress.advance(task)
        if not quick:
            naive.append(compare(cell, before, judge(reduce_chunks(cell.noisy), talk), report.naive_rtfs[-1]))
            progress.advance(task)
    for name, make in ways.items():
        report.summaries[name] = Summary(make().latency_ms, tuple(results[name]))
    if not quick:
        report.summaries["naive"] = Summary(CHUNK * 1000 // SAMPLE_RATE_HZ, tuple(naive))
        report.batching = _measure_batching(cells[0].noisy)
        progress.update(task, description="recogniser")
        report.recognition = measure_recognition(audio, ways, lambda: progress.advance(task))
    return report


def _measure_cell(cell: Cell, make: Make, talk: Talk, before: Quality) -> Result:
    timed = Timed(make())
    out = denoise(timed, cell.noisy)
    return compare(cell, before, judge(out, talk), timed.cpu_s / (len(cell.noisy) / SAMPLE_RATE_HZ))


def _measure_batching(samples: Samples) -> tuple[float, float]:
    """One stream in chunks as they come, and in chunks as long as those of eight streams together, in turn."""
    whole = samples[: len(samples) // (BATCH * CHUNK) * BATCH * CHUNK]
    factors: dict[int, list[float]] = {CHUNK: [], BATCH * CHUNK: []}
    for _ in range(3):
        for length, taken in factors.items():
            denoiser = SpectralGateDenoiser()
            begun = time.process_time()
            for at in range(0, len(whole), length):
                denoiser.process(whole[at : at + length], speech=False)
            taken.append((time.process_time() - begun) / (len(whole) / SAMPLE_RATE_HZ))
    return float(np.median(factors[CHUNK])), float(np.median(factors[BATCH * CHUNK]))


if __name__ == "__main__":
    sys.exit(main())

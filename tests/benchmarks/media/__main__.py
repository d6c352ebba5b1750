"""`python -m tests.benchmarks.media`: see the package."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.benchmarks.document import describe_machine, put_section
from tests.benchmarks.media.bench import Bench
from tests.benchmarks.media.costs import measure_audio, measure_observers, measure_one_session
from tests.benchmarks.media.full_load import measure_full_load, measure_whole
from tests.benchmarks.media.losses import measure_losses
from tests.benchmarks.media.method import METHOD
from tests.benchmarks.media.process import ChildFailed
from tests.benchmarks.media.report import KEYS, Report
from tests.benchmarks.media.stage import FULL, QUICK, MeasurementFailed

PACKAGES = ("aiortc", "aioice", "av", "pylibsrtp", "uvloop", "numpy")

PARTS: dict[str, Callable[[Bench], None]] = {
    "one session": measure_one_session,
    "full load": measure_full_load,
    "whole": measure_whole,
    "observers": measure_observers,
    "audio alone": measure_audio,
    "losses": measure_losses,
}


def main() -> int:
    options = _read_options()
    console = Console(stderr=True)
    cores = sorted(os.sched_getaffinity(0))
    report = Report()
    if len(cores) < 2:
        console.print("Two cores are needed: the server has one to itself.")
    else:
        os.sched_setaffinity(0, {cores[1]})
        plan = replace(QUICK if options.quick else FULL, late_limit_ms=options.late_limit_ms)
        begun_s = time.monotonic()
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
        ) as progress:
            wanted = options.only or list(PARTS)
            task = progress.add_task("preparing", total=len(wanted))
            bench = Bench(plan, (cores[0], cores[1]), report, progress.console.print, full=not options.quick)
            try:
                for name in wanted:
                    progress.update(task, description=name)
                    _run_part(name, bench)
                    progress.advance(task)
            finally:
                bench.close()
        console.print(report.write(), soft_wrap=True, highlight=False, markup=False)
        for failure in report.failures:
            console.print(f"[red]failed[/red] {failure}", highlight=False)
        if not options.quick and not options.only and not report.failures:
            took_min = (time.monotonic() - begun_s) / 60
            machine = describe_machine(*PACKAGES)
            put_section("media", f"{METHOD.format(machine=machine, minutes=took_min)}\n\n{report.write()}")
    values = report.values()
    print(json.dumps(values))
    missing = [key for key in KEYS if values[key] is None]
    return 1 if report.failures or (missing and not options.only) else 0


def _run_part(name: str, bench: Bench) -> None:
    """A part that fails leaves its figures unmeasured; the others go on."""
    try:
        PARTS[name](bench)
    except (MeasurementFailed, ChildFailed) as error:
        bench.report.failures.append(f"{name}: {error}")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.media", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short windows, at most four minutes, no document")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part alone; may be repeated")
    parser.add_argument(
        "--late-limit-ms",
        type=float,
        default=QUICK.late_limit_ms,
        help="how late the load generator may be; for trying it out on a busy machine (%(default)s)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.benchmarks.stepping_in`: see the package."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from tests.benchmarks.document import put_section
from tests.benchmarks.stepping_in.report import meets_bars, summarise, write_section
from tests.browser.whole.stepping import Measured, step_in

RUNS = 5


def main() -> int:
    options = _read_options()
    measured = asyncio.run(_measure(options.runs, Console(stderr=True)))
    values = summarise(measured)
    if options.document:
        put_section("stepping_in", write_section(values))
    print(json.dumps(values))
    return 0 if meets_bars(values) else 1


async def _measure(runs: int, console: Console) -> list[Measured]:
    measured: list[Measured] = []
    for number in range(1, runs + 1):
        console.print(f"interview {number} of {runs}")
        with TemporaryDirectory() as folder:
            measured.append(await step_in(Path(folder)))
    return measured


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stepping_in", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="interviews, one after the other (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="one interview; writes no document")
    parser.add_argument("--document", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.document = 1, False
    return options


if __name__ == "__main__":
    raise SystemExit(main())

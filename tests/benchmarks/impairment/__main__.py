"""`python -m tests.benchmarks.impairment`: see the package."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import time

import pytest
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from media.hearing.ear import warm_up
from tests.benchmarks.document import describe_machine, put_section
from tests.benchmarks.impairment.cells import CELLS, Cell
from tests.benchmarks.impairment.report import to_json, write_table
from tests.benchmarks.impairment.run import Outcome, run_cell
from tests.benchmarks.impairment.sender import draw, slow_encoders_down
from tests.fakes.bad_network import speak
from tests.fakes.wire import watch_peers

PACKAGES = ("aiortc", "aioice", "av")
METHOD = """## Bad networks

`python -m tests.benchmarks.impairment` on {machine}; {parallel} cells at a time, seed {seed}, {minutes:.0f} minutes.
The candidate is an aiortc peer that sends Opus at 32 kbit/s with in-band repair, 50 packets a second, and VP8 640x480
at 30 a second at the rate that REMB and the ladder of profiles allow, paced; all of it through the UDP proxy of
`simulation/impairment`, which is perfect for {calm:.0f} s and then does what the row says, to both directions except
for rates (upwards only). Delivered: packets that left the jitter buffer, of those sent; what was missing was repaired
from the next packet, concealed, or (beyond 100 ms at a time) silent. Delay: from the sender's socket to the pipeline,
the network's own included. Video whole: pictures that came out complete, of those sent; freeze: longest time without a
new one. Shown: the words of the connection while the network was bad, with their reasons."""


def main() -> int:
    options = _read_options()
    logging.getLogger("aioice").setLevel(logging.ERROR)
    cells = [cell for cell in CELLS if not options.only or any(part in cell.name for part in options.only)]
    if not cells:
        names = ", ".join(cell.name for cell in CELLS)
        print(f"no cell has such a name; there are: {names}", file=sys.stderr)
        return 2
    console = Console(stderr=True)
    begun_s = time.monotonic()
    outcomes, failures = asyncio.run(_run(cells, options.parallel, options.seed, console))
    table = write_table(outcomes)
    console.print(Markdown(table))
    for failure in failures:
        console.print(f"[red]failed[/red] {failure}", highlight=False)
    if not options.only and not failures:
        method = METHOD.format(
            machine=describe_machine(*PACKAGES),
            parallel=options.parallel,
            seed=options.seed,
            minutes=(time.monotonic() - begun_s) / 60,
            calm=3,
        )
        put_section("impairment", f"{method}\n\n{table}")
    print(json.dumps({**to_json(outcomes), "failures": failures}))
    return 1 if failures else 0


async def _run(cells: list[Cell], parallel: int, seed: int, console: Console) -> tuple[list[Outcome], list[str]]:
    """The long ones first, so that the end is not one cell alone; told in the order of the matrix."""
    for prepare in (warm_up, speak, lambda: draw(640, 480)):
        await asyncio.to_thread(prepare)
    found: dict[str, Outcome] = {}
    failures: list[str] = []
    places, lock = asyncio.Semaphore(parallel), asyncio.Lock()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with pytest.MonkeyPatch.context() as patches, Progress(*columns, console=console) as progress:
        wires = watch_peers(patches)
        slow_encoders_down(patches)
        task = progress.add_task("cells", total=len(cells))

        async def run_one(number: int, cell: Cell) -> None:
            async with places:
                try:
                    found[cell.name] = await run_cell(cell, wires, lock, seed + number)
                except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - the others go on
                    failures.append(f"{cell.name}: {type(error).__name__}: {error}")
                progress.advance(task)

        async with asyncio.TaskGroup() as tasks:
            for number, cell in sorted(enumerate(cells), key=lambda item: -item[1].seconds):
                tasks.create_task(run_one(number, cell))
    return [found[cell.name] for cell in cells if cell.name in found], failures


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.impairment", description=__doc__)
    parser.add_argument("--only", action="append", help="cells with this in their name; no document; may be repeated")
    parser.add_argument("--parallel", type=int, default=3, help="cells at a time (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of every cell's network (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

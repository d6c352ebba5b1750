"""`python -m tests.mutation`: see the package. The last line is JSON."""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.mutation.changes import Change, describe, find_changes
from tests.mutation.statistics import Tally, allot, estimate_share
from tests.mutation.targets import TARGETS, Target
from tests.mutation.trial import Outcome, Trial, begin, end, look, prepare

_ROOT = Path(__file__).parents[2]
_PATIENCE = 5
"""Times what the unchanged sources take; and at least:"""
_LEAST_LIMIT_S = 20
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Work:
    target: Target
    change: Change
    source: str


@dataclass(frozen=True, slots=True)
class Survivor:
    path: str
    change: Change
    lines: str


@dataclass(slots=True)
class Report:
    tallies: dict[str, Tally]
    survivors: list[Survivor]


def main() -> int:
    asked = _parse()
    console = Console(stderr=True)
    targets = [
        replace(target, left_out=(*target.left_out, *asked.deselect))
        for target in TARGETS
        if not asked.only or target.name in asked.only
    ]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        prepare(_ROOT, copy)
        limits_s = {tests: _try_unchanged(tests, targets, copy) for tests in {target.tests for target in targets}}
        work, tallies = _draw(targets, copy, asked.sample or 10**9, asked.seed)
        report = Report(tallies, [])
        # Whoever stops it is told what has been tried.
        with suppress(KeyboardInterrupt):
            _fill(report, len(work), _try_all(work, copy, limits_s, asked.workers), console)
    _tell(report, console)
    share, low, high = estimate_share(list(report.tallies.values()))
    counts = {name: sum(getattr(tally, name) for tally in report.tallies.values()) for name in ("killed", "survived")}
    print(json.dumps({**counts, "share": round(share, 4), "low": round(low, 4), "high": round(high, 4)}))
    return 0


def _draw(targets: list[Target], copy: Path, sample: int, seed: int) -> tuple[list[Work], dict[str, Tally]]:
    """Of each file its part, in an order that may be broken off anywhere."""
    sources = {target: (copy / target.path).read_text("utf-8") for target in targets}
    changes = {target: find_changes(source) for target, source in sources.items()}
    tallies = {target.name: Tally(len(found)) for target, found in changes.items()}
    parts = allot({name: tally.possible for name, tally in tallies.items()}, sample)
    work = [
        Work(target, change, sources[target])
        for target, found in changes.items()
        for change in random.Random(f"{seed} {target.name}").sample(found, parts[target.name])
    ]
    random.Random(seed).shuffle(work)
    return work, tallies


def _fill(report: Report, total: int, tried: Iterator[tuple[Work, Outcome, str]], console: Console) -> None:
    with Progress(
        TextColumn("{task.description}"), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, auto_refresh=False,  # a thread would be forked with every trial
    ) as progress:  # fmt: skip
        task = progress.add_task("trying changes", total=total)
        for done, outcome, changed in tried:
            name = done.target.name
            report.tallies[name] = _count(report.tallies[name], outcome)
            if outcome is Outcome.SURVIVED:
                report.survivors.append(Survivor(done.target.path, done.change, describe(done.source, changed)))
            progress.update(task, advance=1, description=name, refresh=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=600, help="changes to try over all files; 0: every one")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--workers", type=int, default=1, help="processes at a time")
    parser.add_argument("--deselect", nargs="+", default=[], metavar="TEST", help="tests that may not notice a change")
    parser.add_argument("--only", nargs="+", choices=[target.name for target in TARGETS], help="these files alone")
    return parser.parse_args()


def _try_unchanged(tests: tuple[str, ...], targets: list[Target], copy: Path) -> int:
    """How long a trial may take. Raises RuntimeError when the tests fail without any change."""
    target = next(target for target in targets if target.tests == tests)
    source = (copy / target.path).read_text("utf-8")
    for _ in range(2):  # the first compiles the files
        trial = begin(target, source, copy, limit_s=600)
        while (ended := look(trial)) is None:
            time.sleep(_LOOK_EVERY_S)
        outcome, used_s = ended
        if outcome is not Outcome.SURVIVED:
            raise RuntimeError((copy / f"output-{trial.process_id}").read_text("utf-8", "replace"))
    return max(_LEAST_LIMIT_S, math.ceil(_PATIENCE * used_s))


def _try_all(
    work: list[Work], copy: Path, limits_s: dict[tuple[str, ...], int], workers: int
) -> Iterator[tuple[Work, Outcome, str]]:
    waiting, running = deque(work), dict[Work, tuple[Trial, str]]()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                one = waiting.popleft()
                changed = one.change.apply(one.source)
                if not _is_python(changed):
                    yield one, Outcome.INVALID, changed
                    continue
                running[one] = begin(one.target, changed, copy, limits_s[one.target.tests]), changed
            for one, (trial, changed) in list(running.items()):
                if (ended := look(trial)) is not None:
                    del running[one]
                    (copy / f"output-{trial.process_id}").unlink(missing_ok=True)
                    yield one, ended[0], changed
            time.sleep(_LOOK_EVERY_S)
    finally:
        for trial, _ in running.values():
            end(trial)


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, "changed", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _count(tally: Tally, outcome: Outcome) -> Tally:
    match outcome:
        case Outcome.KILLED:
            return replace(tally, killed=tally.killed + 1)
        case Outcome.SURVIVED:
            return replace(tally, survived=tally.survived + 1)
        case Outcome.INVALID:
            return replace(tally, possible=tally.possible - 1)


def _tell(report: Report, console: Console) -> None:
    for survivor in sorted(report.survivors, key=lambda one: (one.path, one.change)):
        console.print(f"{survivor.path}:{survivor.change.line} {survivor.change.operator}\n{survivor.lines}\n",
                      highlight=False, markup=False, soft_wrap=True)  # fmt: skip
    table = Table("file", "possible", "tried", "killed", "share")
    for name, tally in report.tallies.items():
        table.add_row(name, str(tally.possible), str(tally.tried), str(tally.killed), f"{tally.share:.3f}")
    console.print(table)


if __name__ == "__main__":
    raise SystemExit(main())

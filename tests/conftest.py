"""Rules of the whole suite."""

from __future__ import annotations

import os
from collections.abc import Generator
from itertools import chain
from pathlib import Path

import pytest

LONG = (Path("tests/browser/whole"), Path("tests/browser/firefox"))
"""Folders of whole interviews in a browser, in real time."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long files one by one among the short ones: two at a time would be slow for each other, and at the end a
    single worker would be left with them."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path.relative_to(config.rootpath), []).append(item)
    long = [file for file in files if file.parent in LONG]
    short = [file for file in files if file.parent not in LONG]
    share = -(-len(short) // max(1, len(long)))
    order = chain.from_iterable(
        [*long[at : at + 1], *short[at * share : (at + 1) * share]] for at in range(max(1, len(long)))
    )
    items[:] = chain.from_iterable(files[file] for file in order)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true a missing component is a failure: the set-up was meant to bring it."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.longrepr = f"skipped, which CI=true forbids: {reason}"
    return report

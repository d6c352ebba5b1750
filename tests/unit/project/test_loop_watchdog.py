"""The watchdog that the whole-house tests put on the server's loop does bite."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator

import pytest

from tests.fakes.loop_watchdog import Hold, LoopWatchdog

BLOCK_S = 0.05
LIMIT_MS = 25.0


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    """It would be found, too: this process is full of pytest's things."""
    gc.disable()
    yield
    gc.enable()


async def compute(for_s: float) -> None:
    await asyncio.sleep(0)
    until_s = time.thread_time() + for_s
    while time.thread_time() < until_s:
        pass


async def wait_in_the_wrong_way() -> None:
    await asyncio.sleep(0)
    time.sleep(BLOCK_S)


async def behave() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


def find(watchdog: LoopWatchdog, callback: str) -> Hold:
    (hold,) = [hold for hold in watchdog.holds if hold.callback == callback]
    return hold


def test_a_block_of_50_ms_is_found() -> None:
    watchdog = LoopWatchdog(computing_limit_ms=LIMIT_MS, clock_limit_ms=10_000)
    with watchdog.watching():
        asyncio.run(compute(BLOCK_S))
    assert find(watchdog, "compute").computing_ms >= BLOCK_S * 1000


def test_where_the_loop_was_held_is_told() -> None:
    watchdog = LoopWatchdog(computing_limit_ms=LIMIT_MS, clock_limit_ms=10_000)
    with watchdog.watching():
        asyncio.run(compute(0.4))
    assert "test_loop_watchdog.py" in find(watchdog, "compute").where[-1]


def test_a_wait_is_found_by_the_clock_alone() -> None:
    watchdog = LoopWatchdog(computing_limit_ms=LIMIT_MS, clock_limit_ms=BLOCK_S * 1000 - 5)
    with watchdog.watching():
        asyncio.run(wait_in_the_wrong_way())
    assert find(watchdog, "wait_in_the_wrong_way").computing_ms < LIMIT_MS


def test_a_loop_that_behaves_is_left_in_peace() -> None:
    watchdog = LoopWatchdog(computing_limit_ms=LIMIT_MS, clock_limit_ms=10_000)
    with watchdog.watching():
        asyncio.run(behave())
    assert watchdog.holds == []
    assert watchdog.callbacks > 200
    before = watchdog.callbacks
    asyncio.run(behave())
    assert watchdog.callbacks == before, "it was taken off"

"""A clock and a sink for media sessions in tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from media.types import FinalTranscript, MediaFact

_Fact = TypeVar("_Fact")


class MonotonicClock:
    def __init__(self) -> None:
        self._start_s = time.monotonic()

    def now_ms(self) -> int:
        return int((time.monotonic() - self._start_s) * 1000)


class ManualClock:
    def __init__(self) -> None:
        self.ms = 0

    def now_ms(self) -> int:
        return self.ms


class CollectingSink:
    """Keeps every fact, and lets a test wait for one."""

    def __init__(self) -> None:
        self.facts: list[MediaFact] = []
        self._changed = asyncio.Event()

    async def put(self, fact: MediaFact) -> None:
        self.facts.append(fact)
        self._changed.set()

    def of(self, kind: type[_Fact]) -> list[_Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def finals(self) -> list[FinalTranscript]:
        """Of each segment the text that counts, in order of speech."""
        latest = {final.segment_id: final for final in self.of(FinalTranscript)}
        return sorted(latest.values(), key=lambda final: final.t_start_ms)

    async def wait_for(
        self, kind: type[_Fact], suits: Callable[[_Fact], bool] = lambda fact: True, *, within_s: float = 15.0
    ) -> _Fact:
        try:
            async with asyncio.timeout(within_s):
                while True:
                    for fact in self.of(kind):
                        if suits(fact):
                            return fact
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {kind.__name__} within {within_s:g} s; facts: {self.facts[-20:]}") from None

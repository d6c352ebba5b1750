"""Facts on their way to the sink, which may be slow."""

from __future__ import annotations

import asyncio
from collections import deque

from media.ports import FactSink
from media.types import MediaFact

CAPACITY = 256
"""The oldest are dropped and counted, which takes a sink that has stood still for long."""


class Notices:
    """`tell` never waits; `run` delivers in order, as a task of its own: a sink that stands still keeps nobody else."""

    def __init__(self, sink: FactSink) -> None:
        self._sink = sink
        self._waiting: deque[MediaFact] = deque(maxlen=CAPACITY)
        self._news = asyncio.Event()
        self.dropped = 0

    def tell(self, fact: MediaFact) -> None:
        if len(self._waiting) == CAPACITY:
            self.dropped += 1
        self._waiting.append(fact)
        self._news.set()

    async def run(self) -> None:
        while True:
            await self.deliver()
            self._news.clear()
            await self._news.wait()

    async def deliver(self) -> None:
        """All that waits. A fact whose delivery is cancelled stays."""
        while self._waiting:
            fact = self._waiting.popleft()
            try:
                await self._sink.put(fact)
            except asyncio.CancelledError:
                self._waiting.appendleft(fact)
                raise

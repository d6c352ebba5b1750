"""The one door into an interview."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from media.types import AudioLevel, MediaFact, PartialTranscript, QualityReport, SpeakerTranscript

CAPACITY = 256
_DROPPABLE = (AudioLevel, PartialTranscript, QualityReport)


@dataclass(frozen=True, slots=True)
class Ask:
    """A command whose sender waits for the `seq` it led to."""

    command: object
    command_id: str | None
    answer: asyncio.Future[int]


@dataclass(frozen=True, slots=True)
class Heard:
    fact: MediaFact


@dataclass(frozen=True, slots=True)
class Tell:
    """An intent of the interview's own; nobody waits for it."""

    intent: object


@dataclass(frozen=True, slots=True)
class WordsCame:
    """The language model is done with a follow-up's words."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Everything before it is handled first."""


Message = Ask | Heard | Tell | WordsCame | Stop


class Mailbox:
    """Bounded. Full: captions, levels and reports are dropped (a newer one follows); everything else waits."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Message] = asyncio.Queue(maxsize=CAPACITY)

    async def put(self, fact: MediaFact) -> None:
        """A `media.ports.FactSink`."""
        told = fact.said if isinstance(fact, SpeakerTranscript) else fact
        if self._queue.full() and isinstance(told, _DROPPABLE):
            return
        await self._queue.put(Heard(fact))

    async def send(self, message: Message) -> None:
        await self._queue.put(message)

    def wake(self) -> None:
        """Dropped when full: who waits for words has a deadline too."""
        if not self._queue.full():
            self._queue.put_nowait(WordsCame())

    async def receive(self, timeout_ms: int | None) -> Message | None:
        """None after `timeout_ms` without a message."""
        if timeout_ms is None:
            return await self._queue.get()
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                return await self._queue.get()
        except TimeoutError:
            return None

    def drain(self) -> list[Message]:
        """What nobody will handle any more, so that its senders can be told."""
        left: list[Message] = []
        while not self._queue.empty():
            left.append(self._queue.get_nowait())
        return left

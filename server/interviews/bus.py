"""Carries what is new to whoever reads along. Nothing is kept here: the log is the memory.

Topics are named in `server.interviews.broadcast`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, Self

from server.protocol.envelope import Envelope

MAILBOX_LIMIT = 512


@dataclass(frozen=True, slots=True)
class Lagged:
    """Stands where events may be missing: the reader re-reads the log from the last event it has seen."""


LAGGED = Lagged()


class Subscription(Protocol):
    """For one reader. Endless; leave its context to stop."""

    def __aiter__(self) -> AsyncIterator[Envelope | Lagged]: ...


class EventBus(Protocol):
    async def publish(self, topic: str, envelope: Envelope) -> None:
        """Never waits for a reader. Readers get the envelopes of one publisher in the order of publication."""
        ...

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[Subscription]:
        """What is published after entering the context is received, or stands behind a `Lagged`."""
        ...


class Mailbox:
    """Bounded. When full, signals are dropped, and events are dropped with one `Lagged` in their place."""

    def __init__(self, limit: int = MAILBOX_LIMIT) -> None:
        self._limit = limit
        self._waiting: deque[Envelope | Lagged] = deque()
        self._filled = asyncio.Event()

    def put(self, envelope: Envelope) -> None:
        if len(self._waiting) < self._limit:
            self._waiting.append(envelope)
            self._filled.set()
        elif envelope.seq is not None:
            self.put_lagged()

    def put_lagged(self) -> None:
        if not self._waiting or self._waiting[-1] is not LAGGED:
            self._waiting.append(LAGGED)
            self._filled.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Envelope | Lagged:
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        return self._waiting.popleft()


class Mailboxes:
    """The readers within this process, by topic."""

    def __init__(self, limit: int = MAILBOX_LIMIT) -> None:
        self._limit = limit
        self._by_topic: dict[str, set[Mailbox]] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._by_topic)

    def open(self, topic: str) -> Mailbox:
        mailbox = Mailbox(self._limit)
        self._by_topic.setdefault(topic, set()).add(mailbox)
        return mailbox

    def close(self, topic: str, mailbox: Mailbox) -> None:
        readers = self._by_topic[topic]
        readers.discard(mailbox)
        if not readers:
            del self._by_topic[topic]

    def put(self, topic: str, envelope: Envelope) -> None:
        for mailbox in self._by_topic.get(topic, ()):
            mailbox.put(envelope)

    def put_lagged(self, topic: str) -> None:
        for mailbox in self._by_topic.get(topic, ()):
            mailbox.put_lagged()


class LocalBus:
    """Within one process."""

    def __init__(self, limit: int = MAILBOX_LIMIT) -> None:
        self._mailboxes = Mailboxes(limit)

    async def publish(self, topic: str, envelope: Envelope) -> None:
        self._mailboxes.put(topic, envelope)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[Subscription]:
        mailbox = self._mailboxes.open(topic)
        try:
            yield mailbox
        finally:
            self._mailboxes.close(topic, mailbox)

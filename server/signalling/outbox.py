"""What waits to be sent on one socket. Bounded; the policy for slow consumers:

events and answers   never dropped; their producer waits for room, and after `patience_s` without any the socket is
                     closed (4008): the client comes back and resumes by `seq`
signals              the latest of each kind wins, and goes to the end of the line
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from server.protocol.envelope import Envelope
from server.protocol.signals import BoardCardChanged
from server.signalling.ending import CloseCode, SocketEnded

LIMIT = 256
PATIENCE_S = 10.0


class Outbox:
    def __init__(self, limit: int = LIMIT, patience_s: float = PATIENCE_S) -> None:
        self._limit = limit
        self._patience_s = patience_s
        self._waiting: OrderedDict[object, Envelope] = OrderedDict()
        self._durable = 0
        self._filled = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def empty(self) -> bool:
        return not self._waiting

    async def put(self, envelope: Envelope) -> None:
        """Waits for room. Raises SocketEnded when there is none for too long."""
        try:
            async with asyncio.timeout(self._patience_s):
                while self._durable >= self._limit:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            raise SocketEnded(CloseCode.SLOW_CONSUMER, "too slow; reconnect and resume") from None
        self._durable += 1
        self._waiting[object()] = envelope
        self._filled.set()

    def offer(self, signal: Envelope) -> None:
        key = _signal_key(signal)
        self._waiting.pop(key, None)
        self._waiting[key] = signal
        self._filled.set()

    async def take(self) -> Envelope:
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        key, envelope = self._waiting.popitem(last=False)
        if not isinstance(key, tuple):
            self._durable -= 1
            self._room.set()
        return envelope


def _signal_key(signal: Envelope) -> tuple[type, str | None]:
    data = signal.data
    return type(data), data.card.interview if isinstance(data, BoardCardChanged) else signal.interview

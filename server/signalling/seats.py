"""One socket per candidate: who comes last has the seat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LEAVE_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class _Seat:
    claimed: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)


class Seats:
    def __init__(self) -> None:
        self._taken: dict[str, _Seat] = {}

    @asynccontextmanager
    async def take(self, interview_id: str) -> AsyncIterator[asyncio.Event]:
        """Yields, once the socket before has gone, the event that is set when somebody else claims the seat."""
        previous = self._taken.get(interview_id)
        seat = self._taken[interview_id] = _Seat()
        try:
            if previous is not None:
                previous.claimed.set()
                await _wait_briefly(previous.left)
            yield seat.claimed
        finally:
            seat.left.set()
            if self._taken.get(interview_id) is seat:
                del self._taken[interview_id]


async def _wait_briefly(event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LEAVE_TIMEOUT_S):
            await event.wait()
    except TimeoutError:
        pass  # it hangs in its farewell; the new one is served all the same

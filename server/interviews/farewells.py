"""That a watcher has gone, told again until it is known: while it is not, the candidate sees somebody who watches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from server.errors import InterviewError, NotFound
from server.interviews.services import Actor

AGAIN_AFTER_S = 2.0
SAID_WITHIN_S = 5.0
MOST_UNSAID = 4_096

logger = structlog.get_logger(__name__)


class Watched(Protocol):
    async def disconnect(self, actor: Actor) -> None: ...


class Farewells:
    """Of this process. Whose worker has died is seen off by the worker that has the interview."""

    def __init__(self, find: Callable[[str], Awaitable[Watched]]) -> None:
        self._find = find
        self._unsaid: dict[tuple[str, Actor], None] = {}

    @property
    def unsaid(self) -> int:
        return len(self._unsaid)

    async def say(self, interview_id: str, actor: Actor) -> None:
        """Cancelled, or in vain: it is said again later."""
        if len(self._unsaid) >= MOST_UNSAID:
            oldest = next(iter(self._unsaid))
            del self._unsaid[oldest]
            logger.error("farewells.forgotten", interview=oldest[0])
        self._unsaid[interview_id, actor] = None
        await self._say(interview_id, actor)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(AGAIN_AFTER_S)
            for interview_id, actor in list(self._unsaid):
                await self._say(interview_id, actor)

    async def _say(self, interview_id: str, actor: Actor) -> None:
        try:
            async with asyncio.timeout(SAID_WITHIN_S):
                interview = await self._find(interview_id)
                await interview.disconnect(actor)
        except NotFound:
            pass
        except (InterviewError, TimeoutError) as error:
            code = error.code if isinstance(error, InterviewError) else "timed_out"
            logger.info("farewells.not_said", interview=interview_id, code=code)
            return
        self._unsaid.pop((interview_id, actor), None)

"""HR's side of a socket: the board and any number of watched interviews of their organisation."""

from __future__ import annotations

import asyncio

import structlog

from server.errors import Conflict, Forbidden, InterviewError
from server.interviews.broadcast import board_topic
from server.interviews.bus import Lagged
from server.interviews.placement import LiveInterview
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol.envelope import CommandEnvelope, InvalidMessage
from server.protocol.signals import BoardSnapshot
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.feed import Feed, check_seq, show_all
from server.signalling.messages import signal
from server.signalling.outbox import Outbox
from server.signalling.ports import Resources, find_own

WATCH_LIMIT = 32

logger = structlog.get_logger(__name__)


class TooManyWatches(Conflict):
    code = "too_many_watches"


class ObserverDesk:
    """`tasks` own the feeds: they end with the socket."""

    def __init__(
        self,
        actor: Actor,
        organisation_id: str,
        tasks: asyncio.TaskGroup,
        *,
        resources: Resources,
        outbox: Outbox,
    ) -> None:
        self._actor = actor
        self._organisation_id = organisation_id
        self._tasks = tasks
        self._resources = resources
        self._outbox = outbox
        self._board: asyncio.Task[None] | None = None
        self._feeds: dict[str, asyncio.Task[None]] = {}

    async def handle(self, command: CommandEnvelope) -> int:
        match command.data:
            case c.BoardWatch():
                return self._watch_board()
            case c.InterviewWatch(after_seq=after_seq):
                return await self._watch(await self._interview(command), after_seq)
            case c.InterviewUnwatch():
                return await self._unwatch(await self._interview(command))
            case _:
                interview = await self._interview(command)
                return await interview.submit(command.data, self._actor, command.id)

    def hear(self, message: bytes) -> None:
        """Raises Forbidden."""
        raise Forbidden("only a candidate's voice comes over the socket")

    async def leave(self) -> None:
        """Every watch that was joined is left, whatever happens to the others."""
        for interview_id in list(self._feeds):
            try:
                interview = await self._resources.registry.get(interview_id)
                await interview.disconnect(self._actor)
            except InterviewError as error:
                logger.info("signalling.leave_failed", interview=interview_id, code=error.code)

    async def _interview(self, command: CommandEnvelope) -> LiveInterview:
        if command.interview is None:
            raise InvalidMessage("interview: this command is about one interview; name it")
        return await find_own(self._resources, self._organisation_id, command.interview)

    async def _watch(self, interview: LiveInterview, after_seq: int) -> int:
        """Watching again begins again, from the new `after_seq`."""
        await check_seq(self._resources.log, interview.id, after_seq)
        if interview.id in self._feeds:
            self._feeds[interview.id].cancel()
        elif len(self._feeds) >= WATCH_LIMIT:
            raise TooManyWatches(f"a socket watches {WATCH_LIMIT} interviews at most")
        else:
            await interview.connect(self._actor)
        joined_seq = interview.state.seq
        feed = Feed(
            interview.id, joined_seq=joined_seq, resources=self._resources, outbox=self._outbox, visible=show_all
        )
        self._feeds[interview.id] = self._tasks.create_task(feed.run(after_seq))
        return joined_seq

    async def _unwatch(self, interview: LiveInterview) -> int:
        feed = self._feeds.pop(interview.id, None)
        if feed is not None:
            feed.cancel()
            await interview.disconnect(self._actor)
        return interview.state.seq

    def _watch_board(self) -> int:
        if self._board is not None:
            self._board.cancel()
        self._board = self._tasks.create_task(self._show_board())
        return 0

    async def _show_board(self) -> None:
        try:
            async with self._resources.bus.subscribe(board_topic(self._organisation_id)) as messages:
                await self._send_snapshot()
                async for message in messages:
                    if isinstance(message, Lagged):
                        await self._send_snapshot()
                    else:
                        self._outbox.offer(message)
        except InterviewError as error:
            raise SocketEnded(CloseCode.TRY_AGAIN_LATER, error.code) from error

    async def _send_snapshot(self) -> None:
        await self._outbox.put(signal(BoardSnapshot(await self._resources.registry.board(self._organisation_id))))

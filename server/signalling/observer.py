"""HR's side of a socket: the board and any number of watched interviews of their organisation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from server.auth.permissions import Permission, limit_of, require
from server.auth.visibility import visible_to_user
from server.db.users import User
from server.errors import Conflict, Forbidden, InterviewError
from server.interviews.broadcast import board_topic
from server.interviews.bus import Lagged
from server.interviews.placement import LiveInterview
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol.commands import COMMANDS
from server.protocol.envelope import CommandEnvelope, InvalidMessage
from server.protocol.signals import BoardSnapshot
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.feed import Feed, check_seq
from server.signalling.messages import signal
from server.signalling.outbox import Outbox
from server.signalling.ports import Resources
from server.signalling.roles import permission_for
from server.signalling.sight import Sight

WATCH_LIMIT = 32
TRAIL_TIMEOUT_S = 2.0
LOOK_EVERY_S = 5.0
"""At what is shared with somebody who sees no more than their own."""

logger = structlog.get_logger(__name__)


class TooManyWatches(Conflict):
    code = "too_many_watches"


class ObserverDesk:
    """`tasks` own the feeds: they end with the socket. `check_user` raises Unauthenticated when the user may no longer
    be here, and says who they are now."""

    def __init__(
        self,
        actor: Actor,
        user: User,
        tasks: asyncio.TaskGroup,
        *,
        resources: Resources,
        outbox: Outbox,
        check_user: Callable[[], Awaitable[User]],
    ) -> None:
        self._actor = actor
        self._user = user
        self._organisation_id = user.organisation_id
        self._check_user = check_user
        self._sight = Sight(resources.interviews, user, limit_of(user, "interview.observe"))
        self._tasks = tasks
        self._resources = resources
        self._outbox = outbox
        self._board: asyncio.Task[None] | None = None
        self._feeds: dict[str, asyncio.Task[None]] = {}
        self._joined: set[str] = set()
        """Where they may be known to watch, though the answer to that has not come."""

    async def handle(self, command: CommandEnvelope) -> int:
        """Whatever comes of it is in the audit trail."""
        name = COMMANDS.of(command.data).name
        try:
            seq = await self._obey(command)
        except InterviewError as error:
            await self._resources.guard.trail.add(self._user, name, command.interview, outcome=error.code)
            raise
        except asyncio.CancelledError:  # out of time, or the socket has ended; it may be done all the same
            await self._note_unanswered(name, command.interview)
            raise
        await self._resources.guard.trail.add(self._user, name, command.interview)
        return seq

    async def note_refused(self, command: CommandEnvelope, error: InterviewError) -> None:
        """Before it came to be handled: too fast, or not for people of HR."""
        name = COMMANDS.of(command.data).name
        await self._resources.guard.trail.add(self._user, name, command.interview, outcome=error.code)

    async def _note_unanswered(self, name: str, interview_id: str | None) -> None:
        try:
            async with asyncio.timeout(TRAIL_TIMEOUT_S):
                await self._resources.guard.trail.add(self._user, name, interview_id, outcome="unanswered")
        except TimeoutError:
            logger.warning("signalling.trail_timed_out", command=name, interview=interview_id)

    async def keep_sight(self) -> None:
        """Until cancelled: what was shared shows up, what no longer is goes. Raises SocketEnded when it was watched."""
        while self._sight.limited:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                changed = await self._sight.look()
                lost = [each for each in self._feeds if not await self._sight.sees(each)]
                if changed and self._board is not None:
                    await self._send_snapshot()
            except InterviewError as error:
                logger.info("signalling.look_failed", code=error.code)
                continue
            if lost:
                raise SocketEnded(CloseCode.RESTARTED, "what is shared with you has changed; reconnect")

    async def _obey(self, command: CommandEnvelope) -> int:
        user = await self._check_user()
        permission = permission_for(command.data)
        match command.data:
            case c.BoardWatch():
                require(user, permission)
                return self._watch_board()
            case c.InterviewWatch(after_seq=after_seq):
                return await self._watch(await self._interview(command, user, permission), after_seq)
            case c.InterviewUnwatch():
                return await self._unwatch(await self._interview(command, user, permission))
            case _:
                interview = await self._interview(command, user, permission)
                return await interview.submit(command.data, self._actor, command.id)

    def hear(self, message: bytes) -> None:
        """Raises Forbidden."""
        raise Forbidden("only a candidate's voice comes over the socket")

    async def leave(self) -> None:
        """Every watch is left at once, whatever happens to the others."""
        async with asyncio.TaskGroup() as tasks:
            for interview_id in self._joined:
                tasks.create_task(self._resources.farewells.say(interview_id, self._actor))

    async def _interview(self, command: CommandEnvelope, user: User, permission: Permission) -> LiveInterview:
        if command.interview is None:
            raise InvalidMessage("interview: this command is about one interview; name it")
        row = await self._resources.guard.find(user, command.interview, permission)
        return await self._resources.registry.get(row.id)

    async def _watch(self, interview: LiveInterview, after_seq: int) -> int:
        """Watching again begins again, from the new `after_seq`."""
        await check_seq(self._resources.log, interview.id, after_seq)
        if interview.id in self._feeds:
            self._feeds[interview.id].cancel()
        elif len(self._feeds) >= WATCH_LIMIT:
            raise TooManyWatches(f"a socket watches {WATCH_LIMIT} interviews at most")
        else:
            self._joined.add(interview.id)
            await interview.connect(self._actor)
        joined_seq = interview.state.seq
        feed = Feed(
            interview.id,
            joined_seq=joined_seq,
            resources=self._resources,
            outbox=self._outbox,
            visible=partial(visible_to_user, self._user),
        )
        self._feeds[interview.id] = self._tasks.create_task(feed.run(after_seq))
        return joined_seq

    async def _unwatch(self, interview: LiveInterview) -> int:
        feed = self._feeds.pop(interview.id, None)
        if feed is not None:
            feed.cancel()
        if interview.id in self._joined:
            await interview.disconnect(self._actor)
            self._joined.discard(interview.id)
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
                    elif message.interview is not None and await self._sight.sees(message.interview):
                        self._outbox.offer(message)
        except InterviewError as error:
            raise SocketEnded(CloseCode.TRY_AGAIN_LATER, error.code) from error

    async def _send_snapshot(self) -> None:
        await self._sight.look()
        cards = await self._resources.registry.board(self._organisation_id)
        seen = [card for card in cards if await self._sight.sees(card.interview)]
        await self._outbox.put(signal(BoardSnapshot(tuple(seen))))

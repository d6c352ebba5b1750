"""Ends at once what a user has open when they are shut out, given another role, or change their password.

The table of users is asked, no message is waited for: so it holds whichever process, or the command line, made the
change, with or without Redis. One query for everybody who has something open here, every two seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from server.db.users import Credentials, User, Users
from server.errors import InterviewError

LOOK_EVERY_S = 2.0
MOST_LINES = 64
"""Media connections of one user that are kept in mind; what is opened beyond that ends the oldest."""

Undo = Callable[[], Awaitable[object]]

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Presence:
    """What one user, as they were when they came, has open in this process."""

    user: User
    password_hash: str
    sockets: set[asyncio.Event] = field(default_factory=set)
    lines: dict[str, Undo] = field(default_factory=dict)


class Standing:
    def __init__(self, users: Users) -> None:
        self._users = users
        self._present: dict[tuple[User, str], _Presence] = {}

    @asynccontextmanager
    async def watch(self, credentials: Credentials) -> AsyncIterator[asyncio.Event]:
        """The event is set when the user is no longer who they were."""
        lost = asyncio.Event()
        self._of(credentials).sockets.add(lost)
        try:
            yield lost
        finally:
            presence = self._of(credentials)
            presence.sockets.discard(lost)
            self._tidy(presence)

    async def keep_line(self, credentials: Credentials, name: str, undo: Undo) -> None:
        """`undo` ends a media connection; it is called when the user loses their standing."""
        lines = self._of(credentials).lines
        lines[name] = undo
        if len(lines) > MOST_LINES:
            oldest = next(iter(lines))
            await _end(oldest, lines.pop(oldest))

    def forget_line(self, name: str) -> None:
        """It was ended by its user."""
        for presence in list(self._present.values()):
            if presence.lines.pop(name, None) is not None:
                self._tidy(presence)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except InterviewError as error:
                logger.warning("standing.look_failed", code=error.code)

    async def look(self) -> None:
        if not self._present:
            return
        current = await self._users.credentials_of({presence.user.id for presence in self._present.values()})
        for presence in list(self._present.values()):
            now = current.get(presence.user.id)
            if now is None or not now.user.active or (now.user, now.password_hash) != _key(presence):
                await self._end(presence)

    async def _end(self, presence: _Presence) -> None:
        self._present.pop(_key(presence), None)
        logger.info("standing.lost", user=presence.user.id)
        for lost in presence.sockets:
            lost.set()
        for name, undo in presence.lines.items():
            await _end(name, undo)

    def _of(self, credentials: Credentials) -> _Presence:
        fresh = _Presence(credentials.user, credentials.password_hash)
        return self._present.setdefault(_key(fresh), fresh)

    def _tidy(self, presence: _Presence) -> None:
        if not presence.sockets and not presence.lines:
            self._present.pop(_key(presence), None)


def _key(presence: _Presence) -> tuple[User, str]:
    return presence.user, presence.password_hash


async def _end(name: str, undo: Undo) -> None:
    try:
        await undo()
    except InterviewError as error:
        logger.info("standing.line_not_ended", line=name, code=error.code)

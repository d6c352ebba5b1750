"""What signalling needs of the rooms below it: the shape of `app.state.resources` as seen from here."""

from __future__ import annotations

from typing import Protocol

from media.types import IceServer
from server.auth.guard import Guard
from server.auth.permissions import Permission
from server.auth.standing import Standing
from server.db.log import LoggedEvent
from server.db.users import User
from server.interviews.bus import EventBus
from server.interviews.farewells import Farewells
from server.interviews.placement import LiveInterview
from server.protocol.signals import BoardCard


class Log(Protocol):
    async def read(
        self, interview_id: str, after_seq: int = 0, limit: int | None = None
    ) -> tuple[LoggedEvent, ...]: ...


class Interviews(Protocol):
    async def find(self, organisation_id: str, interview_id: str, member: str | None = None) -> object | None: ...
    async def unfinished_of(self, organisation_id: str, member: str) -> frozenset[str]: ...


class Registry(Protocol):
    async def get(self, interview_id: str) -> LiveInterview: ...
    async def board(self, organisation_id: str) -> tuple[BoardCard, ...]: ...


class Resources(Protocol):
    @property
    def registry(self) -> Registry: ...
    @property
    def interviews(self) -> Interviews: ...
    @property
    def log(self) -> Log: ...
    @property
    def bus(self) -> EventBus: ...
    @property
    def guard(self) -> Guard: ...
    @property
    def standing(self) -> Standing: ...
    @property
    def farewells(self) -> Farewells: ...
    def ice_servers(self, name: str) -> tuple[IceServer, ...]: ...


async def find_own(
    resources: Resources, user: User, interview_id: str, permission: Permission, action: str
) -> LiveInterview:
    """Raises Forbidden, NotFound. Whose it is is asked of the table: an interview of others is not even brought to
    life. `action`: what the audit trail calls it."""
    row = await resources.guard.reach(user, interview_id, permission, action)
    return await resources.registry.get(row.id)

"""What signalling needs of the rooms below it: the shape of `app.state.resources` as seen from here."""

from __future__ import annotations

from typing import Protocol

from media.types import IceServer
from server.db.log import LoggedEvent
from server.errors import NotFound
from server.interviews.bus import EventBus
from server.interviews.placement import LiveInterview
from server.protocol.signals import BoardCard


class Log(Protocol):
    async def read(
        self, interview_id: str, after_seq: int = 0, limit: int | None = None
    ) -> tuple[LoggedEvent, ...]: ...


class Interviews(Protocol):
    async def find(self, organisation_id: str, interview_id: str) -> object | None: ...


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
    def ice_servers(self, name: str) -> tuple[IceServer, ...]: ...


async def find_own(resources: Resources, organisation_id: str, interview_id: str) -> LiveInterview:
    """Raises NotFound. Whose it is is asked of the table: an interview of others is not even brought to life."""
    if await resources.interviews.find(organisation_id, interview_id) is None:
        raise NotFound("no such interview")
    return await resources.registry.get(interview_id)

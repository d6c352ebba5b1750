"""All flows that an organisation can use: the files of the server, and those its own people have saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.db.flows import FlowVersionTaken, SavedFlow, SavedFlows
from server.db.users import User
from server.hr.flows import FlowLibrary, FlowUnknown
from server.protocol.flow import Flow
from server.protocol.job import JobRecord

MOST_OF_A_NAME = 1_000


@dataclass(frozen=True, slots=True)
class FlowCatalogue:
    """`member`: of the saved ones only what `SavedFlows` says is this user's."""

    library: FlowLibrary
    saved: SavedFlows

    async def everything(self, organisation_id: str, member: str | None = None) -> tuple[tuple[Flow, bool], ...]:
        """Each with whether it was saved by people. Those come last, and take the place of a file of the same id."""
        own = [known.flow for known in await self.saved.newest(organisation_id, member)]
        taken = {flow.id for flow in own}
        files = (flow for flow in self.library.flows.values() if flow.id not in taken)
        return (*((flow, False) for flow in files), *((flow, True) for flow in own))

    async def get(self, organisation_id: str, flow_id: str, member: str | None = None) -> Flow:
        """The newest version. Raises FlowUnknown."""
        own = await self.saved.find(organisation_id, flow_id, member)
        return own.flow if own is not None else self.library.get(flow_id)

    async def get_saved(self, organisation_id: str, flow_id: str, member: str | None = None) -> SavedFlow:
        """Raises FlowUnknown, also for one that is a file of the server."""
        own = await self.saved.find(organisation_id, flow_id, member)
        if own is None:
            raise FlowUnknown("there is no such flow that was saved here")
        return own

    async def add(self, user: User, flow_id: str, record: JobRecord, build: Callable[[str], Flow]) -> Flow:
        """Under `flow_id`, or that with the next number where it is taken; `build` gets the id."""
        for number in range(1, MOST_OF_A_NAME):
            free_id = flow_id if number == 1 else f"{flow_id}-{number}"
            if free_id in self.library.flows:
                continue
            flow = build(free_id)
            try:
                await self.saved.add(user, flow, record)
            except FlowVersionTaken:
                continue
            return flow
        raise FlowVersionTaken(f"there are too many flows named {flow_id!r}")

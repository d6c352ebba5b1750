"""A candidate's side of a socket: their own interview and nothing else."""

from __future__ import annotations

from server.errors import Forbidden, InterviewError
from server.interviews.interview import Actor
from server.protocol.envelope import CommandEnvelope
from server.protocol.visibility import visible_to_candidate
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.feed import Feed
from server.signalling.outbox import Outbox
from server.signalling.ports import Resources


class CandidateDesk:
    def __init__(self, actor: Actor, interview_id: str, *, resources: Resources, outbox: Outbox) -> None:
        self._actor = actor
        self._interview_id = interview_id
        self._resources = resources
        self._outbox = outbox
        self._announced = False

    async def run_feed(self, after_seq: int) -> None:
        """Records the candidate's presence, then tells what happens. Until cancelled."""
        try:
            interview = await self._resources.registry.get(self._interview_id)
            self._announced = True
            await interview.connect(self._actor)
        except InterviewError as error:
            raise SocketEnded(CloseCode.TRY_AGAIN_LATER, error.code) from error
        feed = Feed(
            self._interview_id,
            joined_seq=interview.state.seq,
            resources=self._resources,
            outbox=self._outbox,
            visible=visible_to_candidate,
        )
        await feed.run(after_seq)

    async def handle(self, command: CommandEnvelope) -> int:
        if command.interview not in (None, self._interview_id):
            raise Forbidden("this is not your interview")
        # Asked for each time: an interview that failed goes on as another object.
        interview = await self._resources.registry.get(self._interview_id)
        return await interview.submit(command.data, self._actor, command.id)

    async def leave(self) -> None:
        if not self._announced:
            return
        interview = await self._resources.registry.get(self._interview_id)
        await interview.disconnect(self._actor)

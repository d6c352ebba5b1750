"""A candidate's side of a socket: their own interview and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from server.errors import Forbidden, InterviewError, Unauthenticated
from server.interviews.interview import Actor
from server.protocol.envelope import CommandEnvelope
from server.protocol.visibility import visible_to_candidate
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.feed import Feed, end_with_link
from server.signalling.outbox import Outbox
from server.signalling.ports import Resources


class CandidateDesk:
    """`check_session` raises Unauthenticated when a newer link has ended the candidate's session."""

    def __init__(
        self,
        actor: Actor,
        interview_id: str,
        *,
        resources: Resources,
        outbox: Outbox,
        check_session: Callable[[], Awaitable[object]],
    ) -> None:
        self._actor = actor
        self._interview_id = interview_id
        self._resources = resources
        self._outbox = outbox
        self._check_session = check_session
        self._announced = False

    async def run_feed(self, after_seq: int) -> None:
        """Records the candidate's presence, then tells what happens. Until cancelled."""
        try:
            interview = await self._resources.registry.get(self._interview_id)
            self._announced = True
            await interview.connect(self._actor)
            joined_seq = interview.state.seq
            # Once more: a link that was issued since the hello stands before what the feed watches.
            await self._check_session()
        except Unauthenticated as error:
            raise SocketEnded(CloseCode.UNAUTHENTICATED, error.code) from error
        except InterviewError as error:
            raise SocketEnded(CloseCode.TRY_AGAIN_LATER, error.code) from error
        feed = Feed(
            self._interview_id,
            joined_seq=joined_seq,
            resources=self._resources,
            outbox=self._outbox,
            visible=visible_to_candidate,
            check=end_with_link,
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

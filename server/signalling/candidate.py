"""A candidate's side of a socket: their own interview and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from media.errors import MediaError
from server.errors import Forbidden, InterviewError, Unauthenticated, Unavailable
from server.interviews.placement import LiveInterview
from server.interviews.services import Actor
from server.protocol.audio_frame import AudioCodec
from server.protocol.commands import AudioClose, AudioOpen
from server.protocol.envelope import CommandEnvelope
from server.protocol.signals import AudioOpened
from server.protocol.visibility import visible_to_candidate
from server.signalling.audio import VoiceInlet
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.feed import Feed, end_when_replaced
from server.signalling.messages import signal
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
        self._voice = VoiceInlet(asyncio.get_running_loop().time)

    async def note_refused(self, command: CommandEnvelope, error: InterviewError) -> None:
        """The trail is of people of HR."""

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
            check=partial(end_when_replaced, connection_id=self._actor.connection_id),
        )
        await feed.run(after_seq)

    async def handle(self, command: CommandEnvelope) -> int:
        if command.interview not in (None, self._interview_id):
            raise Forbidden("this is not your interview")
        # Asked for each time: an interview that failed goes on as another object.
        interview = await self._resources.registry.get(self._interview_id)
        match command.data:
            case AudioOpen(codec=codec):
                return await self._open_audio(interview, codec)
            case AudioClose(epoch=epoch):
                await interview.unpublish(epoch)
                return interview.state.seq
            case _:
                return await interview.submit(command.data, self._actor, command.id)

    def hear(self, message: bytes) -> None:
        """A binary frame. Raises InvalidAudio, TooManyRequests, SocketEnded."""
        self._voice.receive(message)

    async def leave(self) -> None:
        if not self._announced:
            return
        interview = await self._resources.registry.get(self._interview_id)
        if self._voice.epoch:
            await interview.unpublish(self._voice.epoch)
        await interview.disconnect(self._actor)

    async def _open_audio(self, interview: LiveInterview, codec: AudioCodec) -> int:
        try:
            answer = await interview.open_audio(codec)
        except MediaError as error:
            raise Unavailable(error.detail) from error
        self._voice.open(interview, answer.epoch, codec)
        await self._outbox.put(signal(AudioOpened(answer.epoch, answer.silent_ms), self._interview_id))
        return interview.state.seq

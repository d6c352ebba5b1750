"""An interview that lives in another worker, called as if it were here. Its events come over the bus; its media goes
straight to the worker that has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from media.types import (
    FinalTranscript,
    ObserverAnswer,
    PublisherAnswer,
    SocketAudioAnswer,
    SocketAudioCodec,
    TranscriptionFailed,
)
from media.voices.facts import VoiceAnswer
from server.db.log import Position
from server.errors import Unavailable
from server.interviews.placement import Displaced, Resolve
from server.interviews.services import Actor
from server.nodes import calls
from server.nodes.errors import NodeGone
from server.nodes.line import Line

AGAIN_AFTER_S = 0.2

P = ParamSpec("P")
R = TypeVar("R")


class RemoteInterview:
    """`state` is as of the last answer. `moved` is called when `node` turns out not to have it any more: with that node
    when nobody listens there at all."""

    def __init__(
        self,
        interview_id: str,
        node: str,
        position: Position,
        *,
        line: Line,
        resolve: Resolve,
        moved: Callable[[str, str | None], None],
    ) -> None:
        self.id = interview_id
        self.node = node
        self.state = position
        self._line = line
        self._resolve = resolve
        self._moved = moved

    async def submit(self, command: object, actor: Actor, command_id: str | None) -> int:
        return await self._ask(calls.SUBMIT, command, actor, command_id)

    async def record(self, event: object) -> int:
        return await self._ask(calls.RECORD, event)

    async def take_late_text(self, fact: FinalTranscript | TranscriptionFailed) -> int:
        return await self._ask(calls.TAKE_LATE_TEXT, fact)

    async def connect(self, actor: Actor) -> None:
        await self._ask(calls.CONNECT, actor)

    async def disconnect(self, actor: Actor) -> None:
        await self._ask(calls.DISCONNECT, actor)

    async def publish(self, offer_sdp: str) -> PublisherAnswer:
        return await self._ask(calls.PUBLISH, offer_sdp)

    async def unpublish(self, epoch: int) -> None:
        await self._ask(calls.UNPUBLISH, epoch)

    async def open_audio(self, codec: SocketAudioCodec) -> SocketAudioAnswer:
        return await self._ask(calls.OPEN_AUDIO, codec)

    def push_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None:
        self._tell(calls.PUSH_AUDIO, epoch, sequence, timestamp, data)

    async def observe(self, user_id: str, offer_sdp: str) -> ObserverAnswer:
        return await self._ask(calls.OBSERVE, user_id, offer_sdp)

    async def unobserve(self, user_id: str, observer_id: str) -> None:
        await self._ask(calls.UNOBSERVE, user_id, observer_id)

    async def open_voice(self, user_id: str, offer_sdp: str) -> VoiceAnswer:
        return await self._ask(calls.OPEN_VOICE, user_id, offer_sdp)

    async def close_voice(self, user_id: str, voice_id: str) -> None:
        await self._ask(calls.CLOSE_VOICE, user_id, voice_id)

    async def _ask(self, call: calls.Call[Any, P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Follows the interview where it went, as long as nobody has begun to do what is asked."""
        body = call.encode(*arguments, **named)
        loop = asyncio.get_running_loop()
        until_s = loop.time() + call.within_s
        interview: Any = self
        while isinstance(interview, RemoteInterview):
            try:
                done = await self._line.ask(interview.node, call.name, self.id, body, max(0.0, until_s - loop.time()))
            except (NodeGone, Displaced) as error:
                self._moved(self.id, interview.node if isinstance(error, NodeGone) else None)
                if loop.time() + AGAIN_AFTER_S >= until_s:
                    raise Unavailable("the interview is being taken up by another worker; send it again") from error
                await asyncio.sleep(AGAIN_AFTER_S)
                interview = await self._resolve(self.id)
            else:
                self.node = interview.node
                self.state = done.position or self.state
                return call.decode_result(done.body)
        result = await call.apply(interview, arguments)
        self.state = Position(interview.state.seq, interview.state.phase)
        return result

    def _tell(self, notice: calls.Notice[Any, P], *arguments: P.args, **named: P.kwargs) -> None:
        self._line.tell(self.node, notice.name, self.id, notice.encode(*arguments, **named))

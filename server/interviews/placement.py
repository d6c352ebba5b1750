"""Where an interview lives: in this process, or in another worker of the same server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from media.types import (
    FinalTranscript,
    ObserverAnswer,
    PublisherAnswer,
    SocketAudioAnswer,
    SocketAudioCodec,
    TranscriptionFailed,
)
from media.voices.facts import VoiceAnswer
from server.db.errors import SequenceConflict
from server.interviews.services import Actor
from server.protocol.signals import BoardCard, Phase


class Displaced(SequenceConflict):
    """Another worker has the interview now: nothing of ours may be written to it any more."""


class Standing(Protocol):
    """What is known of an interview's state wherever it lives."""

    @property
    def seq(self) -> int: ...
    @property
    def phase(self) -> Phase: ...


class LiveInterview(Protocol):
    """An interview here or elsewhere; `server.interviews.interview.Interview` tells what each call does.

    Elsewhere each call also raises Unavailable, when the other worker does not answer.
    """

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> Standing: ...
    async def submit(self, command: object, actor: Actor, command_id: str | None) -> int: ...
    async def record(self, event: object) -> int: ...
    async def take_late_text(self, fact: FinalTranscript | TranscriptionFailed) -> int: ...
    async def connect(self, actor: Actor) -> None: ...
    async def disconnect(self, actor: Actor) -> None: ...
    async def publish(self, offer_sdp: str) -> PublisherAnswer: ...
    async def unpublish(self, epoch: int) -> None: ...
    async def open_audio(self, codec: SocketAudioCodec) -> SocketAudioAnswer: ...
    def push_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None: ...
    async def observe(self, user_id: str, offer_sdp: str) -> ObserverAnswer: ...
    async def unobserve(self, user_id: str, observer_id: str) -> None: ...
    async def open_voice(self, user_id: str, offer_sdp: str) -> VoiceAnswer: ...
    async def close_voice(self, user_id: str, voice_id: str) -> None: ...


Resolve = Callable[[str], Awaitable[LiveInterview]]
"""The registry's own `get`: asked again when an interview has moved."""


class Placement(Protocol):
    @property
    def shared(self) -> bool:
        """Whether other workers may have interviews that this one does not."""
        ...

    async def find(self, interview_id: str, resolve: Resolve) -> LiveInterview | None:
        """None when the interview is to be opened here; it is ours then. Raises NotFound, Unavailable."""
        ...

    async def claim(self, interview_id: str) -> None:
        """Makes it ours. Raises Displaced when another worker has it, Unavailable."""
        ...

    async def release(self, interview_id: str) -> None:
        """It is no longer open here. Never fails: what cannot be released runs out."""
        ...

    async def hold(self, interview_id: str) -> None:
        """Before each write. Raises Displaced."""
        ...

    async def take_up(self, interview_ids: Sequence[str]) -> Sequence[str]:
        """Which of these, that run and are not open here, this worker is to open: what nobody had is given out."""
        ...

    async def lost(self, interview_ids: Sequence[str]) -> Sequence[str]:
        """Those of our open interviews that another worker has taken."""
        ...

    async def cards(self, organisation_id: str) -> Sequence[BoardCard]:
        """Of interviews that are open elsewhere; those of a worker that does not answer are missing."""
        ...


class LocalPlacement:
    """One process: everything is here."""

    @property
    def shared(self) -> bool:
        return False

    async def find(self, interview_id: str, resolve: Resolve) -> LiveInterview | None:
        return None

    async def claim(self, interview_id: str) -> None:
        return

    async def release(self, interview_id: str) -> None:
        return

    async def hold(self, interview_id: str) -> None:
        return

    async def take_up(self, interview_ids: Sequence[str]) -> Sequence[str]:
        return interview_ids

    async def lost(self, interview_ids: Sequence[str]) -> Sequence[str]:
        return ()

    async def cards(self, organisation_id: str) -> Sequence[BoardCard]:
        return ()

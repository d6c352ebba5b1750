"""People of HR who speak to the candidate: who can, and what they said. Nothing of it is part of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event


@event("voice.connected")
@dataclass(frozen=True, slots=True)
class VoiceConnected:
    """The user's microphone is connected; the candidate hears it once the user has the floor."""

    user_id: str
    video: bool


@event("voice.ended")
@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """`silent`: nothing came of it any more, as when a browser is gone."""

    user_id: str
    reason: Literal["closed", "failed", "silent"]


@event("voice.transcribed")
@dataclass(frozen=True, slots=True)
class VoiceTranscribed:
    """What the user said to the candidate. A further one of the same segment, with a higher `revision`, takes its
    place."""

    user_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int
    text: str
    confidence: float
    revision: int = 0


@event("voice.untranscribed")
@dataclass(frozen=True, slots=True)
class VoiceUntranscribed:
    """The user said something to the candidate that could not be transcribed."""

    user_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int
    code: str
    revision: int = 0

"""What is told of those who may speak to the candidate. A speaker's id is given by whoever lets them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VoiceEndReason = Literal["closed", "failed", "silent"]
Obstacle = Literal["away", "websocket", "unable"]
"""Why the candidate cannot hear anybody: no connection at the moment; their voice comes over the websocket, by which no
sound goes back; the connection was made by a page that did not ask for it."""


@dataclass(frozen=True, slots=True)
class VoiceConnected:
    """The speaker's connection is up; nothing of it reaches the candidate before they are given the voice. Told anew
    when another connection has taken its place."""

    speaker_id: str
    video: bool


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """It is over, and with it the voice if they had it. Not told when another connection takes its place."""

    speaker_id: str
    reason: VoiceEndReason


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """Who has the voice began to speak at `t_ms`, or stopped."""

    speaker_id: str
    t_ms: int
    speaking: bool


@dataclass(frozen=True, slots=True)
class VoiceReach:
    """Whether the candidate can hear who has the voice: with the first answer, and after every change. None: they
    can."""

    speaker_id: str
    obstacle: Obstacle | None


@dataclass(frozen=True, slots=True)
class VoiceAnswer:
    """`voice_id` is of this connection; another one of the same speaker has another."""

    voice_id: str
    sdp: str

"""Connections, quality and recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event

ConnectionWord = Literal["excellent", "good", "poor", "lost"]
ConnectionReason = Literal["loss", "delay", "jitter", "bandwidth", "server", "silent"]
ProfileName = Literal["high", "medium", "low", "audio", "minimum"]
ProfileReason = Literal[
    "start", "loss", "delay", "jitter", "bandwidth", "device", "server", "unwatched", "watched", "recovered"
]
Transport = Literal["webrtc", "websocket"]


@event("media.connected")
@dataclass(frozen=True, slots=True)
class MediaConnected:
    """`transport` websocket: the candidate's network lets no WebRTC through; there is sound only."""

    epoch: int
    audio: bool
    video: bool
    transport: Transport = "webrtc"


@event("media.interrupted")
@dataclass(frozen=True, slots=True)
class MediaInterrupted:
    epoch: int
    reason: str


@event("media.recovered")
@dataclass(frozen=True, slots=True)
class MediaRecovered:
    epoch: int


@event("media.faulted")
@dataclass(frozen=True, slots=True)
class MediaFaulted:
    code: str
    detail: str


@event("connection.changed")
@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """`reason` None: nothing keeps it from being better."""

    word: ConnectionWord
    reason: ConnectionReason | None = None


@event("quality.profile_changed")
@dataclass(frozen=True, slots=True)
class QualityProfileChanged:
    """What the candidate's page sends from now on. Sizes and rates are upper limits, 0 where `video` is off; a camera
    that the candidate has switched off stays off."""

    profile: ProfileName
    video: bool
    max_kbps: int
    width: int
    height: int
    fps: int
    audio_kbps: int
    reason: ProfileReason


@event("recording.opened")
@dataclass(frozen=True, slots=True)
class RecordingOpened:
    epoch: int
    name: str
    start_ms: int


@event("recording.closed")
@dataclass(frozen=True, slots=True)
class RecordingClosed:
    epoch: int
    name: str
    duration_ms: int
    size_bytes: int

"""Where a stream goes: frames to those who keep or decode them, packets to those who forward them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from media.frames import Codec, EncodedFrame
from media.rtp.packet import RtpPacket

OnFrame = Callable[[EncodedFrame], None]


class Forwarded(Protocol):
    """What a forwarder may ask of the stream a packet belongs to."""

    @property
    def epoch(self) -> int: ...
    @property
    def kind(self) -> Literal["audio", "video"]: ...
    @property
    def codec(self) -> Codec: ...
    def time_of(self, timestamp: int) -> int | None: ...


OnPacket = Callable[[Forwarded, RtpPacket, int, bool], None]
"""(stream, packet, sequence number unwrapped, whether a decoder can start with it). In order of arrival, retransmitted
ones included, each once."""

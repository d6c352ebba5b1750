"""A connection of the candidate that does as it is told, and a stage that remembers."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Literal

from media.counters import MediaCounters, StreamCounters
from media.frames import EncodedFrame
from media.ports import ConnectionState
from media.rtp.packet import RtpPacket
from media.rtp.statistics import StreamStatistics
from media.types import MediaFact, Transport
from media.uplinks.ends import Forwarded

OPUS_20_MS = b"\x78" + bytes(30)


class FakeSource:
    """A `PublisherSource`."""

    def __init__(
        self, epoch: int, transport: Transport = "webrtc", state: ConnectionState = "connecting", *, audio: bool = True
    ) -> None:
        self.epoch = epoch
        self.audio = audio
        self.transport: Transport = transport
        self.video = transport == "webrtc"
        self.state: ConnectionState = state
        self.packets = 0
        self.listens = transport == "webrtc"
        self.said: list[tuple[RtpPacket, int]] = []
        self.silences = 0

    def count_packets(self) -> int:
        return self.packets

    def statistics(self, kind: Literal["audio", "video"]) -> StreamStatistics | None:
        return None

    def count(self) -> MediaCounters:
        return MediaCounters(audio=StreamCounters(received=self.packets))

    def poll(self, now_ms: int) -> None:
        return

    def note_round_trip(self, rtt_ms: int) -> None:
        return

    async def request_key_frame(self) -> None:
        return

    def say(self, stream: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        self.said.append((packet, sequence))

    def fall_silent(self) -> None:
        self.silences += 1

    async def close(self) -> None:
        self.state = "closed"

    def frame(self, t_ms: int) -> EncodedFrame:
        self.packets += 1
        return EncodedFrame(self.epoch, "audio", OPUS_20_MS, t_ms * 48, t_ms)


class FakeStage:
    def __init__(self) -> None:
        self.facts: list[MediaFact] = []
        self.heard: list[tuple[int, int]] = []
        self.streams_ended = 0

    def tell(self, fact: MediaFact) -> None:
        self.facts.append(fact)

    def hear(self, frame: EncodedFrame) -> None:
        self.heard.append((frame.epoch, frame.t_ms))

    def end_stream(self) -> None:
        self.streams_ended += 1

    async def do_aside(self, work: Coroutine[object, object, None]) -> None:
        await work

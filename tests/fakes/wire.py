"""Both ends of a bad network, written down: what a publisher sent and when, what the server made of it and when.

SRTP leaves RTP headers readable, so the proxy sees which packet of which stream passes; the server's end is read where
frames leave the uplink. Moments are seconds of the monotonic clock, timestamps are RTP's own, unwrapped.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import pytest

from media.frames import EncodedFrame
from media.hearing.concealment import ConcealedCounts
from media.hearing.reader import AudioReader
from media.rtp.sequence import Unwrapper
from media.webrtc.publisher_peer import PublisherPeer
from simulation.impairment.proxy import ImpairmentProxy

Kind = Literal["audio", "video"]
PACKET_TICKS = 960


@dataclass(frozen=True, slots=True)
class Sent:
    """First time a timestamp was seen on its way."""

    timestamp: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Arrived:
    frame: EncodedFrame
    timestamp: int
    at_s: float


@dataclass
class Stream:
    """Of one kind, of one connection."""

    sent: dict[int, float] = field(default_factory=dict)
    arrived: list[Arrived] = field(default_factory=list)
    first_timestamp: int | None = None
    _unwrapper: Unwrapper = field(default_factory=lambda: Unwrapper(32))

    def note_sent(self, raw: int) -> None:
        self.sent.setdefault(self._unwrapper.unwrap(raw), time.monotonic())

    def note_received(self, raw: int) -> None:
        if self.first_timestamp is None:
            self.first_timestamp = self._unwrapper.unwrap(raw)

    def note_frame(self, frame: EncodedFrame) -> None:
        self.arrived.append(Arrived(frame, self.arrived_at(frame), time.monotonic()))

    def arrived_at(self, frame: EncodedFrame) -> int:
        """Its RTP timestamp."""
        return (self.first_timestamp or 0) + frame.timestamp

    def sent_between(self, from_s: float, to_s: float) -> list[Sent]:
        return [Sent(timestamp, at_s) for timestamp, at_s in self.sent.items() if from_s <= at_s < to_s]

    def first_after(self, at_s: float) -> float | None:
        """Seconds from a moment to the first frame that was sent after it."""
        live = (arrived for arrived in self.arrived if self.sent.get(arrived.timestamp, 0.0) >= at_s)
        return next((arrived.at_s - at_s for arrived in live), None)


@dataclass
class Wire:
    """One connection."""

    audio: Stream = field(default_factory=Stream)
    video: Stream = field(default_factory=Stream)
    peer: PublisherPeer | None = None

    def of(self, kind: Kind) -> Stream:
        return self.audio if kind == "audio" else self.video


class TappedProxy(ImpairmentProxy):
    """Writes down what the client sends, before anything happens to it."""

    wire: Wire
    payload_types: dict[int, Kind]

    def _carry(self, mapping: Any, data: bytes, *, to_server: bool) -> None:
        if to_server and len(data) >= 12 and 127 < data[0] < 192:
            kind = self.payload_types.get(data[1] & 0x7F)
            if kind is not None:
                self.wire.of(kind).note_sent(int.from_bytes(data[4:8]))
        super()._carry(mapping, data, to_server=to_server)

    def listen_to(self, wire: Wire, offer_sdp: str) -> None:
        self.wire = wire
        self.payload_types = {}
        for line in offer_sdp.splitlines():
            number, _, codec = line.removeprefix("a=rtpmap:").partition(" ")
            if line.startswith("a=rtpmap:") and codec.lower() in ("opus/48000/2", "vp8/90000"):
                self.payload_types[int(number)] = "audio" if codec.lower().startswith("opus") else "video"


def watch_peers(monkeypatch: pytest.MonkeyPatch) -> list[Wire]:
    """The server's end of every publisher's connection from now on, in the order they negotiate."""
    wires: list[Wire] = []
    negotiate = PublisherPeer.answer

    async def answer(self: PublisherPeer, offer_sdp: str) -> str:
        wires.append(_tap(self))
        return await negotiate(self, offer_sdp)

    monkeypatch.setattr(PublisherPeer, "answer", answer)
    return wires


def _tap(peer: PublisherPeer) -> Wire:
    wire = Wire(peer=peer)
    on_frame, on_packet = peer._on_frame, peer._on_packet

    def note_packet(source: Any, packet: Any, sequence: int, starts: bool) -> None:
        if source.kind == "audio" or starts:
            wire.of(source.kind).note_received(packet.timestamp)
        on_packet(source, packet, sequence, starts)

    def note_frame(frame: EncodedFrame) -> None:
        wire.of(frame.kind).note_frame(frame)
        on_frame(frame)

    peer._on_frame, peer._on_packet = note_frame, note_packet
    return wire


# --- what it comes to -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AudioFigures:
    """Shares of what was sent in a window, 0..1; delays from leaving the sender to leaving the jitter buffer.

    `covered`: there was sound for it, its own or made up. `by_fec`, `by_concealment` and `silent` are parts of it.
    """

    sent: int
    delivered: float
    covered: float
    by_fec: float
    by_concealment: float
    silent: float
    delay_median_ms: float
    delay_p95_ms: float
    delay_last_ms: float


def judge_audio(stream: Stream, from_s: float, to_s: float) -> AudioFigures:
    """Of the packets sent in the window. `to_s` should lie a little before the end, so that all could arrive."""
    sent = stream.sent_between(from_s, to_s)
    first, last = sent[0].timestamp, sent[-1].timestamp
    at_s = {one.timestamp: one.at_s for one in sent}
    delays = sorted(
        (arrived.at_s - at_s[arrived.timestamp]) * 1000 for arrived in stream.arrived if arrived.timestamp in at_s
    )
    latest = [arrived for arrived in stream.arrived if arrived.timestamp in at_s][-50:]
    ending = sorted((arrived.at_s - at_s[arrived.timestamp]) * 1000 for arrived in latest)
    covered, counts = _listen(stream, first, last)
    total = (last - first) // 3 + 320
    return AudioFigures(
        sent=len(sent),
        delivered=len(delays) / len(sent),
        covered=covered / total,
        by_fec=counts.fec / total,
        by_concealment=(counts.plc + counts.comfort) / total,
        silent=counts.silent / total,
        delay_median_ms=delays[len(delays) // 2] if delays else 0.0,
        delay_p95_ms=delays[len(delays) * 95 // 100] if delays else 0.0,
        delay_last_ms=ending[len(ending) // 2] if ending else 0.0,
    )


def _listen(stream: Stream, first: int, last: int) -> tuple[int, ConcealedCounts]:
    """Samples heard for the timestamps from `first` to `last`, both included, as the pipeline hears them; and how many
    of them were made up."""
    reader = AudioReader()
    before = [arrived.frame for arrived in stream.arrived if arrived.timestamp < first]
    within = [arrived.frame for arrived in stream.arrived if first <= arrived.timestamp <= last]
    after = [arrived.frame for arrived in stream.arrived if arrived.timestamp > last][:1]
    reader.read(tuple(before))
    reader.concealed.fec = reader.concealed.plc = reader.concealed.comfort = reader.concealed.silent = 0
    heard = sum(len(chunk.samples) for chunk in reader.read(tuple(within)))
    if after and within and (missing := last - stream.arrived_at(within[-1])) > 0:
        heard += min(missing // 3, sum(len(chunk.samples) for chunk in reader.read(tuple(after))) - 320)
    return heard, reader.concealed


@dataclass(frozen=True, slots=True)
class VideoFigures:
    """`complete`: share of the pictures sent that came out whole. `freeze_s`: the longest time without a new one while
    some were sent."""

    sent: int
    complete: float
    freeze_s: float


def judge_video(stream: Stream, from_s: float, to_s: float) -> VideoFigures:
    sent = [one.at_s for one in stream.sent_between(from_s, to_s)]
    wanted = {one.timestamp for one in stream.sent_between(from_s, to_s)}
    came = [arrived for arrived in stream.arrived if arrived.timestamp in wanted]
    moments = [from_s, *(arrived.at_s for arrived in stream.arrived if from_s <= arrived.at_s < to_s), to_s]
    freeze_s = 0.0
    for begin_s, end_s in pairwise(moments):
        meanwhile = [begin_s, *(at_s for at_s in sent if begin_s < at_s < end_s), end_s]
        resting_s = max(b - a for a, b in pairwise(meanwhile))
        if len(meanwhile) > 2:
            freeze_s = max(freeze_s, end_s - begin_s - (resting_s if resting_s > 1 else 0))
    return VideoFigures(len(sent), len(came) / len(sent) if sent else 0.0, freeze_s)

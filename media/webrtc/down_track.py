"""One stream on its way out to one who watches or listens: somebody else's packets, renumbered.

The payload is never touched. What is behind it may change (a candidate who reconnects is a new epoch, a speaker who
takes over another connection), or nothing may be for a while: the track's own numbers and time go on, and a decoder is
given a key frame to start with.
"""

from __future__ import annotations

import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from aiortc import rtp

from media.frames import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, Codec
from media.rtp.packet import RtpPacket
from media.uplinks.ends import Forwarded

HISTORY = 512
"""Packets kept for an observer that missed one: four seconds of 1 Mbit/s."""
AGAIN_AFTER_S = 0.02
"""The same packet is not sent again sooner than this, however often it is asked for."""
AGAIN_LIMIT = 300
"""Retransmissions a second and track: an observer may not use us as an amplifier."""
OVERTAKING = 16
"""Packets of a key frame that may come before its first one."""
_NTP_EPOCH_S = 2_208_988_800
_HEADER = struct.Struct("!BBHII")


@dataclass(frozen=True, slots=True)
class PayloadTypes:
    """Of one codec. `again` is None where the observer takes no retransmission streams."""

    media: int
    again: int | None


@dataclass(frozen=True, slots=True)
class OutgoingFormat:
    """What was negotiated: all the codecs the observer knows, since each may be what the candidate sends next."""

    ssrc: int
    again_ssrc: int
    payload_types: dict[Codec, PayloadTypes]
    cname: str


class DownTrack:
    """`send` puts one RTP or RTCP packet on the wire at once."""

    def __init__(self, kind: Literal["audio", "video"], form: OutgoingFormat, send: Callable[[bytes], bool]) -> None:
        self.kind = kind
        self._form = form
        self._send = send
        self._clock_hz = AUDIO_CLOCK_HZ if kind == "audio" else VIDEO_CLOCK_HZ
        self._source: Forwarded | None = None
        self._types = PayloadTypes(0, None)
        self._first = 0
        self._sequence_offset = 0
        self._timestamp_offset = 0
        self._next_sequence = 0
        self._last_timestamp = 0
        self._last_source_timestamp = 0
        self._last_at_s = 0.0
        self._history: list[tuple[int, bytes, float] | None] = [None] * HISTORY
        self._again_sequence = 0
        self._again_left = float(AGAIN_LIMIT)
        self._again_at_s = time.monotonic()
        self._overtook: deque[tuple[Forwarded, RtpPacket, int]] = deque(maxlen=OVERTAKING)
        self.packets = 0
        self._octets = 0
        self._reported = 0

    def waits_for(self, source: Forwarded) -> bool:
        """Nothing of this source has been sent yet: it takes a packet that a decoder can start with. One in a codec
        that the observer does not know is not waited for."""
        return self._source is not source and source.codec in self._form.payload_types

    def forward(self, source: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        """`sequence` is the packet's unwrapped number. Packets from before the start are not the observer's."""
        if self._source is not source:
            self._begin(source, packet, sequence, starts)
        elif sequence >= self._first:
            self._pass_on(packet, sequence)

    def _begin(self, source: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        types = self._form.payload_types.get(source.codec)
        if types is None:
            return
        if not starts:
            self._overtook.append((source, packet, sequence))
            return
        self._types = types
        self._switch(source, packet, sequence)
        self._pass_on(packet, sequence)
        for of, other, number in self._overtook:
            if of is source and number > sequence:
                self._pass_on(other, number)
        self._overtook.clear()

    def _pass_on(self, packet: RtpPacket, sequence: int) -> None:
        number = (sequence + self._sequence_offset) & 0xFFFF
        timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        second = self._types.media | 0x80 if packet.marker else self._types.media
        data = _HEADER.pack(0x80, second, number, timestamp, self._form.ssrc) + packet.payload
        if self.kind == "video":
            self._history[number % HISTORY] = (number, data, 0.0)
        if self._send(data):
            self.packets += 1
            self._octets += len(packet.payload)
        if sequence + self._sequence_offset >= self._next_sequence:
            self._next_sequence = sequence + self._sequence_offset + 1
            self._last_timestamp, self._last_source_timestamp = timestamp, packet.timestamp
            self._last_at_s = time.monotonic()

    def leave(self) -> None:
        """Nothing follows of what is sent now. It may come back later, and is another source then."""
        self._source = None
        self._overtook.clear()

    def send_again(self, numbers: list[int]) -> None:
        """What the observer says it is missing (RFC 4588 where negotiated)."""
        now_s = time.monotonic()
        self._again_left = min(AGAIN_LIMIT, self._again_left + (now_s - self._again_at_s) * AGAIN_LIMIT)
        self._again_at_s = now_s
        for number in numbers:
            kept = self._history[number % HISTORY]
            if kept is None or kept[0] != number & 0xFFFF or now_s - kept[2] < AGAIN_AFTER_S:
                continue
            if self._again_left < 1:
                return
            self._again_left -= 1
            self._history[number % HISTORY] = (kept[0], kept[1], now_s)
            self._send(self._wrap_again(kept[1]))

    def report(self) -> bytes | None:
        """A sender report with the source's name (RFC 3550 sections 6.4.1 and 6.5): by it the observer lays picture and
        sound beside each other. Timestamps are told with the time on the interview's clock they stand for. None while
        nothing is sent."""
        if self._source is None or self.packets == self._reported:
            return None
        t_ms = self._source.time_of(self._last_source_timestamp)
        if t_ms is None:
            return None
        self._reported = self.packets
        information = rtp.RtcpSenderInfo(
            ntp_timestamp=((_NTP_EPOCH_S * 1000 + t_ms) << 32) // 1000,
            rtp_timestamp=self._last_timestamp,
            packet_count=self.packets & 0xFFFFFFFF,
            octet_count=self._octets & 0xFFFFFFFF,
        )
        name = rtp.RtcpSourceInfo(self._form.ssrc, [(1, self._form.cname.encode())])
        return bytes(rtp.RtcpSrPacket(self._form.ssrc, information)) + bytes(rtp.RtcpSdesPacket([name]))

    def _switch(self, source: Forwarded, packet: RtpPacket, sequence: int) -> None:
        elapsed_s = max(0.02, time.monotonic() - self._last_at_s) if self._last_at_s else 0.0
        self._source = source
        self._first = sequence
        self._sequence_offset = self._next_sequence - sequence
        resumed = self._last_timestamp + round(elapsed_s * self._clock_hz)
        self._timestamp_offset = resumed - packet.timestamp
        self._history = [None] * HISTORY

    def _wrap_again(self, data: bytes) -> bytes:
        if self._types.again is None:
            return data
        self._again_sequence = (self._again_sequence + 1) & 0xFFFF
        _, second, number, timestamp, _ = _HEADER.unpack_from(data)
        second = self._types.again | (second & 0x80)
        head = _HEADER.pack(0x80, second, self._again_sequence, timestamp, self._form.again_ssrc)
        again: bytes = head + number.to_bytes(2) + data[_HEADER.size :]
        return again

"""From RTP packets to whole pictures, in order, each the moment its last packet is there.

A hole holds back what is behind it. It is filled by a retransmission, or left behind by a key frame: pictures that
refer to a missing one would only be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.rtp.depacketiser import Depacketiser
from media.rtp.packet import RtpPacket

CAPACITY = 1_024
"""Packets behind a hole: 8 s of 1 Mbit/s. When full, all of them are dropped and a key frame is waited for."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`timestamp` is that of the packets; `size` (width, height) is known of key frames."""

    data: bytes
    timestamp: int
    key: bool
    size: tuple[int, int] | None


class FrameAssembler:
    """Sequence numbers are unwrapped ones."""

    def __init__(self, depacketiser: Depacketiser) -> None:
        self._depacketiser = depacketiser
        self._packets: dict[int, RtpPacket] = {}
        self._start: int | None = None
        """First packet of the picture being assembled; None while a key frame is waited for."""
        self._end = 0
        """All packets from `_start` up to here, this one not included, are there."""
        self._highest = 0
        self._leave_hole = False
        self.discarded = 0
        """Packets of pictures that never became whole."""

    @property
    def waits_for_key(self) -> bool:
        return self._start is None

    @property
    def blocked_at(self) -> int | None:
        """The first missing packet that holds others back."""
        if self._start is None or self._highest < self._end:
            return None
        return self._end

    @property
    def oldest_wanted(self) -> int:
        """Packets before this one are of no use any more."""
        return self._highest - CAPACITY if self._start is None else self._end

    def leave_hole(self) -> list[Picture]:
        """The next key frame is taken even if what is missing before it never comes; it may be here already."""
        self._leave_hole = True
        starts = [
            number
            for number, packet in self._packets.items()
            if (self._start is None or number > self._end) and self._depacketiser.is_key_start(packet.payload)
        ]
        if not starts:
            return []
        self._begin(min(starts))
        return self._take_complete()

    def add(self, sequence: int, packet: RtpPacket) -> list[Picture]:
        """The pictures this packet completes. One that came before, or comes too late, does nothing."""
        if sequence in self._packets or (self._start is not None and sequence < self._end):
            return []
        if len(self._packets) >= CAPACITY:
            self.discarded += len(self._packets)
            self._packets.clear()
            self._start = None
        self._packets[sequence] = packet
        self._highest = max(self._highest, sequence) if len(self._packets) > 1 or self._start is not None else sequence
        if (self._start is None or self._leave_hole) and self._depacketiser.is_key_start(packet.payload):
            self._begin(sequence)
        return [] if self._start is None else self._take_complete()

    def _begin(self, sequence: int) -> None:
        self._start = self._end = sequence
        self._leave_hole = False
        for old in [number for number in self._packets if number < sequence]:
            del self._packets[old]
            self.discarded += 1

    def _take_complete(self) -> list[Picture]:
        pictures: list[Picture] = []
        while (start := self._start) is not None and (packet := self._packets.get(self._end)) is not None:
            if self._end > start and packet.timestamp != self._packets[start].timestamp:
                pictures += self._take(start)  # a sender that sets no marker
                continue
            self._end += 1
            if packet.marker:
                pictures += self._take(start)
        return pictures

    def _take(self, start: int) -> list[Picture]:
        packets = [self._packets.pop(number) for number in range(start, self._end)]
        self._start = self._end
        payloads = [packet.payload for packet in packets if packet.payload]
        if not payloads:
            return []  # padding alone
        data = self._depacketiser.assemble(payloads)
        if data is None:
            self._start = None
            return []
        key = self._depacketiser.is_key_frame(data)
        return [Picture(data, packets[0].timestamp, key, self._depacketiser.size(data) if key else None)]

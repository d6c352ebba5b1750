"""The candidate's picture on its way in."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Literal

from media.counters import StreamCounters
from media.frames import VIDEO_CLOCK_HZ, Codec, EncodedFrame, RtpTimeline
from media.ports import InterviewClock
from media.rtp.assembler import FrameAssembler, Picture
from media.rtp.depacketiser import Depacketiser
from media.rtp.packet import RtpPacket
from media.rtp.repair import ASK_AGAIN_S, RepairList
from media.rtp.sender_clock import SenderClock
from media.rtp.statistics import StreamStatistics
from media.settings import MediaSettings
from media.uplinks.ends import OnFrame, OnPacket

CUT_PACKETS = 4
"""So many missing in a row, after so long a time without any packet that a picture would count as stuck: a key frame is
asked for at once, and none of them."""
RECOVERED = 256
"""Retransmitted packets whose originals may still come."""


class VideoUplink:
    """`ask_again(packets)` sends a NACK for 16-bit sequence numbers, `want_key_frame()` asks for a picture to start
    anew with; both are called on the loop and return at once."""

    kind: Literal["video"] = "video"

    def __init__(
        self,
        epoch: int,
        depacketiser: Depacketiser,
        *,
        clock: InterviewClock,
        settings: MediaSettings,
        on_frame: OnFrame,
        on_packet: OnPacket,
        ask_again: Callable[[list[int]], None],
        want_key_frame: Callable[[], None],
    ) -> None:
        self.epoch = epoch
        self.codec: Codec = depacketiser.codec
        self.statistics = StreamStatistics(0, VIDEO_CLOCK_HZ)
        self.sender_clock = SenderClock(VIDEO_CLOCK_HZ)
        self.timeline = RtpTimeline(VIDEO_CLOCK_HZ)
        self.returned = 0
        """Packets that came by retransmission first, those counted that came at last by themselves too."""
        self._depacketiser = depacketiser
        self._assembler = FrameAssembler(depacketiser)
        self._repair = RepairList()
        self._clock = clock
        self._gap_s = settings.video_gap_ms / 1000
        self._on_frame = on_frame
        self._on_packet = on_packet
        self._ask_again = ask_again
        self._want_key_frame = want_key_frame
        self._again_s = ASK_AGAIN_S
        self._stuck_at: int | None = None
        self._stuck_since_s = 0.0
        self._heard_s = 0.0
        self._came_s = 0.0
        self._recovered: deque[int] = deque(maxlen=RECOVERED)

    def count(self) -> StreamCounters:
        arrived = self.statistics
        return StreamCounters(
            expected=arrived.expected,
            received=arrived.received,
            recovered=self.returned,
            bytes=arrived.bytes,
            given_up=self._repair.given_up,
            discarded=self._assembler.discarded,
            nacks=arrived.nacks,
            key_frame_requests=arrived.key_frame_requests,
        )

    def time_of(self, timestamp: int) -> int | None:
        return self.timeline.time_of(timestamp) if self.timeline.anchored else None

    def receive(self, packet: RtpPacket) -> None:
        now_s = time.monotonic()
        sequence = self.statistics.receive(packet.sequence_number, packet.timestamp, len(packet.payload), now_s)
        self._came_s = now_s
        if not self._take(sequence, packet, now_s) and sequence in self._recovered:
            self._recovered.remove(sequence)  # reordered, not lost
            self.statistics.recovered -= 1

    def receive_again(self, packet: RtpPacket) -> None:
        """A retransmission, unwrapped: it has the numbers of the packet it stands for (RFC 4588)."""
        if not self.statistics.received:
            return
        sequence, self._came_s = self.statistics.unwrap(packet.sequence_number), time.monotonic()
        if self._take(sequence, packet, self._came_s):
            self.statistics.recovered += 1
            self.returned += 1
            self._recovered.append(sequence)

    def note_report(self, ntp: int, timestamp: int) -> None:
        self.sender_clock.note_report(ntp, timestamp)

    def note_round_trip(self, rtt_ms: int) -> None:
        """Nothing is asked for again before an answer can have come."""
        self._again_s = min(1.0, max(ASK_AGAIN_S, rtt_ms / 1000))

    def poll(self) -> None:
        """Asks again for what is missing, and for a key frame when it has been missing for too long."""
        now_s = time.monotonic()
        self._ask(self._repair.due(now_s, self._assembler.oldest_wanted, self._again_s))
        stuck_at = -1 if self._assembler.waits_for_key else self._assembler.blocked_at
        if stuck_at is None or not self.statistics.received:
            self._stuck_at = None
        elif stuck_at != self._stuck_at:
            self._stuck_at, self._stuck_since_s = stuck_at, now_s
        elif now_s - self._stuck_since_s >= self._gap_s and now_s - self._came_s < self._gap_s:
            self._leave_hole(now_s)

    def _take(self, sequence: int, packet: RtpPacket, now_s: float) -> bool:
        new, missing = self._repair.note(sequence, now_s)
        if not new:
            return False
        if len(missing) >= CUT_PACKETS and now_s - self._heard_s >= self._gap_s:
            self._begin_anew(now_s)
        else:
            self._ask(missing)
        self._heard_s = now_s
        self._on_packet(self, packet, sequence, self._depacketiser.is_key_start(packet.payload))
        for picture in self._assembler.add(sequence, packet):
            self._deliver(picture)
        return True

    def _begin_anew(self, now_s: float) -> None:
        """The way was cut, not lossy. Retransmissions of all that would stand in the way of the key frame, and of the
        voice, and be old when they come."""
        self._repair.forget()
        self._leave_hole(now_s)

    def _leave_hole(self, now_s: float) -> None:
        self._stuck_since_s = now_s
        pictures = self._assembler.leave_hole()
        for picture in pictures:
            self._deliver(picture)
        if not pictures:
            self._want_key_frame()

    def _ask(self, missing: list[int]) -> None:
        if missing:
            self.statistics.nacks += 1
            self._ask_again([number & 0xFFFF for number in missing])

    def _deliver(self, picture: Picture) -> None:
        ticks, t_ms = self.timeline.place(picture.timestamp, self._clock.now_ms())
        frame = EncodedFrame(
            self.epoch, "video", picture.data, ticks, t_ms, picture.key, codec=self.codec, size=picture.size
        )
        self._on_frame(frame)

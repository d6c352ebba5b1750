"""The candidate's voice on its way in."""

from __future__ import annotations

import time
from typing import Literal

from media.counters import StreamCounters
from media.frames import AUDIO_CLOCK_HZ, Codec, EncodedFrame, RtpTimeline
from media.hearing.jitter_buffer import Arrived, AudioJitterBuffer, Released
from media.hearing.opus import count_ticks
from media.ports import InterviewClock
from media.rtp.packet import RtpPacket
from media.rtp.sender_clock import SenderClock
from media.rtp.sequence import Unwrapper
from media.rtp.statistics import StreamStatistics
from media.settings import MediaSettings
from media.uplinks.ends import OnFrame, OnPacket

STALL_MS = 200
"""So far a sender's stream may fall behind its clock before it counts as having stood still."""


class AudioUplink:
    kind: Literal["audio"] = "audio"
    codec: Codec = "opus"

    def __init__(
        self, epoch: int, *, clock: InterviewClock, settings: MediaSettings, on_frame: OnFrame, on_packet: OnPacket
    ) -> None:
        self.epoch = epoch
        self.statistics = StreamStatistics(0, AUDIO_CLOCK_HZ)
        self.sender_clock = SenderClock(AUDIO_CLOCK_HZ)
        self.timeline = RtpTimeline(AUDIO_CLOCK_HZ)
        self.jitter_buffer = AudioJitterBuffer(settings)
        self._ticks = Unwrapper(32)
        self._behind_ms = 0.0
        self._clock = clock
        self._on_frame = on_frame
        self._on_packet = on_packet

    def count(self) -> StreamCounters:
        arrived, buffer = self.statistics, self.jitter_buffer
        return StreamCounters(
            expected=arrived.expected,
            received=arrived.received,
            bytes=arrived.bytes,
            reordered=buffer.recovered_in_order,
            late=buffer.late,
            duplicates=buffer.duplicates,
            given_up=buffer.lost,
            restarts=buffer.restarts,
        )

    def time_of(self, timestamp: int) -> int | None:
        return self.timeline.time_of(timestamp) if self.timeline.anchored else None

    def receive(self, packet: RtpPacket) -> None:
        """Packets that are not Opus are counted and go no further."""
        now_s = time.monotonic()
        sequence = self.statistics.receive(packet.sequence_number, packet.timestamp, len(packet.payload), now_s)
        if not count_ticks(packet.payload):
            return
        ticks, duplicates = self._ticks.unwrap(packet.timestamp), self.jitter_buffer.duplicates
        released = self.jitter_buffer.push(Arrived(sequence, ticks, packet.payload), now_s * 1000)
        if self.jitter_buffer.duplicates == duplicates:
            self._on_packet(self, packet, sequence, True)
        self._release(released)

    def poll(self) -> None:
        self._release(self.jitter_buffer.poll(time.monotonic() * 1000))

    def note_report(self, ntp: int, timestamp: int) -> None:
        """Of the sender's clock. A microphone that stood still sends nothing for the time, and its timestamps do not
        tell: what comes afterwards happened later than they say."""
        self._behind_ms += self.sender_clock.note_report(ntp, timestamp) * 1000
        if self._behind_ms >= STALL_MS and self.timeline.anchored:
            self.timeline.delay(round(self._behind_ms), self._clock.now_ms())
            self._behind_ms = 0.0

    def _release(self, released: list[Released]) -> None:
        for packet in released:
            ticks, t_ms = self.timeline.place(packet.ticks, self._clock.now_ms())
            self._on_frame(EncodedFrame(self.epoch, "audio", packet.data, ticks, t_ms, lost=packet.lost))

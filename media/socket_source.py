"""A candidate's voice that comes over the websocket, where no WebRTC gets through: the other source beside
`media.webrtc.peer.PublisherPeer`."""

from __future__ import annotations

from typing import Literal

import numpy as np

from media.counters import MediaCounters
from media.frames import AUDIO_TICKS_PER_MS, EncodedFrame
from media.hearing.opus import ENCODED_SAMPLES, OpusEncoder, count_ticks
from media.ports import ConnectionState, InterviewClock
from media.rtp.packet import RtpPacket
from media.rtp.statistics import StreamStatistics
from media.settings import MediaSettings
from media.types import Samples, SocketAudioCodec
from media.uplinks.audio import AudioUplink
from media.uplinks.ends import Forwarded, OnFrame, OnPacket

OPUS_PAYLOAD_TYPE = 111
BACKLOG_LIMIT_MS = 15_000
"""Older than this nothing is believed to be: it counts as said when it came."""
OBSERVERS_WAIT_MS = 4_000
"""Later than this it goes to hearing and recording only: who listens live has gone on."""

_PCM_BYTES = 2 * ENCODED_SAMPLES


def is_audio(codec: SocketAudioCodec, data: bytes) -> bool:
    """Opus has a length that a packet may have (RFC 6716 section 3.1); PCM is 20 ms of 16 kHz."""
    return count_ticks(data) > 0 if codec == "opus" else len(data) == _PCM_BYTES


class SocketSource:
    """One epoch of it, connected from the start. Nothing is lost or reordered on the way, but it may come late: all at
    once after the line stood still, or with what was said before the line was open. `timestamp` says when it was said,
    in 48 kHz ticks since the source was opened, and that is where it is placed.
    """

    audio = True
    video = False
    listens = False
    transport: Literal["websocket"] = "websocket"

    def __init__(
        self,
        epoch: int,
        codec: SocketAudioCodec,
        *,
        clock: InterviewClock,
        settings: MediaSettings,
        on_frame: OnFrame,
        on_packet: OnPacket,
        heard_until_ms: int | None = None,
    ) -> None:
        """What was said before `heard_until_ms` was heard already, of the epoch before: it is counted and dropped."""
        self.epoch = epoch
        self.state: ConnectionState = "connected"
        self._heard_until_ms = heard_until_ms
        self._on_frame = on_frame
        self._on_packet = on_packet
        self._encoder = OpusEncoder(expected_loss_percent=0) if codec == "pcm16" else None
        self._clock = _SpeechClock(clock)
        self._uplink = AudioUplink(
            epoch, clock=self._clock, settings=settings, on_frame=self._deliver, on_packet=self._forward
        )

    def receive(self, sequence: int, timestamp: int, data: bytes) -> None:
        """Never waits; PCM takes a tenth of a millisecond to encode. What is no audio is dropped."""
        if self.state == "closed" or not is_audio("opus" if self._encoder is None else "pcm16", data):
            return
        if self._encoder is not None:
            data = self._encoder.encode(_read_pcm(data))
        self._clock.follow(timestamp)
        self._uplink.receive(
            RtpPacket(
                payload_type=OPUS_PAYLOAD_TYPE,
                marker=False,
                sequence_number=sequence % (1 << 16),
                timestamp=timestamp,
                ssrc=0,
                payload=data,
            )
        )

    def count_packets(self) -> int:
        return self._uplink.statistics.received

    def statistics(self, kind: Literal["audio", "video"]) -> StreamStatistics | None:
        statistics = self._uplink.statistics
        return statistics if kind == "audio" and statistics.received else None

    def count(self) -> MediaCounters:
        return MediaCounters(audio=self._uplink.count())

    def poll(self, now_ms: int) -> None:
        self._uplink.poll()

    def note_round_trip(self, rtt_ms: int) -> None:
        """Nothing is asked for again: nothing gets lost."""

    async def request_key_frame(self) -> None:
        """There is no picture."""

    def say(self, stream: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        """Nothing goes back by this way."""

    def fall_silent(self) -> None:
        """Nothing was said."""

    async def close(self) -> None:
        self.state = "closed"

    def _deliver(self, frame: EncodedFrame) -> None:
        if self._heard_until_ms is None or frame.t_ms >= self._heard_until_ms:
            self._on_frame(frame)

    def _forward(self, stream: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        if self._clock.behind_ms <= OBSERVERS_WAIT_MS:
            self._on_packet(stream, packet, sequence, starts)


class _SpeechClock:
    """The interview's clock, as far behind as what comes now was said before it came."""

    def __init__(self, clock: InterviewClock) -> None:
        self._clock = clock
        self._opened_ms = clock.now_ms()
        self.behind_ms = 0

    def now_ms(self) -> int:
        return self._clock.now_ms() - self.behind_ms

    def follow(self, timestamp: int) -> None:
        ticks = (timestamp + (1 << 31)) % (1 << 32) - (1 << 31)
        behind_ms = self._clock.now_ms() - self._opened_ms - ticks // AUDIO_TICKS_PER_MS
        self.behind_ms = behind_ms if 0 <= behind_ms <= BACKLOG_LIMIT_MS else 0


def _read_pcm(data: bytes) -> Samples:
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32_768)

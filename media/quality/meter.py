"""How good the candidate's connection is: RTP statistics, frame sizes and what the page itself reports."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from media.counters import HeardCounters
from media.frames import EncodedFrame
from media.quality.conditions import Conditions
from media.quality.words import Rating, SteadyWord, rate_connection
from media.rtp.statistics import StreamStatistics
from media.types import ClientStatistics, QualityReport

ROUND_TRIPS = 30
"""A minute of them: the shortest is the length of the way, what is above it is waiting in a queue."""
NOTHING_REPORTED = ClientStatistics()
NOTHING_HEARD = HeardCounters()


@dataclass(frozen=True, slots=True)
class Measurement:
    conditions: Conditions
    report: QualityReport


class QualityMeter:
    """One per epoch. `count` every frame, `measure` at every interval."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self._frames = 0
        self._size = (0, 0)
        self._streams = {"audio": _Stream(), "video": _Stream()}
        self._round_trips: deque[int] = deque(maxlen=ROUND_TRIPS)
        self._goodput_kbps = 0.0
        self._word = SteadyWord()

    def count(self, frame: EncodedFrame) -> None:
        if frame.kind == "video":
            self._frames += 1
            if frame.size is not None:
                self._size = frame.size

    def measure(
        self,
        audio: StreamStatistics | None,
        video: StreamStatistics | None,
        interval_ms: int,
        client: ClientStatistics | None = None,
        *,
        observers: int = 0,
        load: float = 0.0,
        heard: HeardCounters = NOTHING_HEARD,
    ) -> Measurement:
        """The statistics are those since the epoch began; the measurement is about the time since the last call, and
        so is `heard`."""
        sound, picture = self._streams["audio"].advance(audio), self._streams["video"].advance(video)
        page = client or NOTHING_REPORTED
        audio_kbps, video_kbps = sound.bytes * 8 / interval_ms, picture.bytes * 8 / interval_ms
        conditions = Conditions(
            audio_loss=sound.loss_at_first,
            video_loss=picture.loss,
            rtt_ms=page.rtt_ms,
            queue_ms=self._note_round_trip(page.rtt_ms),
            jitter_ms=0.0 if audio is None else audio.jitter_ms,
            goodput_kbps=audio_kbps + video_kbps,
            lately_kbps=self._goodput_kbps,
            sent_kbps=page.sent_kbps,
            available_kbps=page.available_kbps,
            limitation=page.limitation,
            load=load,
            observers=observers,
            camera=video is not None and page.camera in ("on", None),
            silent=sound.received == 0 and picture.received == 0,
        )
        self._goodput_kbps = conditions.goodput_kbps
        frames, self._frames = self._frames, 0
        rating = self._word.follow(rate_connection(conditions))
        return Measurement(
            conditions, self._report(rating, conditions, page, audio_kbps, video_kbps, frames, interval_ms, heard)
        )

    def _report(
        self,
        rating: Rating,
        conditions: Conditions,
        page: ClientStatistics,
        audio_kbps: float,
        video_kbps: float,
        frames: int,
        interval_ms: int,
        heard: HeardCounters,
    ) -> QualityReport:
        return QualityReport(
            epoch=self.epoch,
            word=rating.word,
            reason=rating.reason,
            audio_loss=round(conditions.audio_loss, 4),
            audio_jitter_ms=round(conditions.jitter_ms, 1),
            audio_kbps=round(audio_kbps, 1),
            video_loss=round(conditions.video_loss, 4),
            video_kbps=round(video_kbps, 1),
            video_width=self._size[0] if frames else 0,
            video_height=self._size[1] if frames else 0,
            frames_per_second=round(frames * 1000 / interval_ms, 1),
            rtt_ms=page.rtt_ms,
            available_kbps=page.available_kbps,
            limitation=page.limitation,
            camera=page.camera,
            audio_recovered=round(heard.recovered_share, 4),
            audio_concealed=round(heard.concealed_share, 4),
        )

    def _note_round_trip(self, rtt_ms: int | None) -> float:
        if rtt_ms is None:
            return 0.0
        self._round_trips.append(rtt_ms)
        return float(rtt_ms - min(self._round_trips))


@dataclass(frozen=True, slots=True)
class _Advance:
    """What a stream did in one interval. `loss_at_first` counts a packet that came only by retransmission as lost."""

    received: int = 0
    bytes: int = 0
    loss: float = 0.0
    loss_at_first: float = 0.0


class _Stream:
    def __init__(self) -> None:
        self._ssrc: int | None = None
        self._expected = self._received = self._recovered = self._bytes = 0

    def advance(self, now: StreamStatistics | None) -> _Advance:
        if now is None:
            return _Advance()
        if now.ssrc != self._ssrc:  # another stream counts from its own beginning
            self._ssrc = now.ssrc
            self._expected = self._received = self._recovered = self._bytes = 0
        expected, received = now.expected - self._expected, now.received - self._received
        recovered, size = now.recovered - self._recovered, now.bytes - self._bytes
        self._expected, self._received = now.expected, now.received
        self._recovered, self._bytes = now.recovered, now.bytes
        return _Advance(
            received + recovered,
            size,
            _share_missing(expected, received + recovered),
            _share_missing(expected, received),
        )


def _share_missing(expected: int, came: int) -> float:
    return min(1.0, max(0.0, 1 - came / expected)) if expected > 0 else 0.0

"""What a media session asks about quality: how good it is, and what the candidate's page should send."""

from __future__ import annotations

from collections.abc import Callable

from media.counters import HeardCounters
from media.frames import EncodedFrame
from media.ports import PublisherSource
from media.quality.ladder import Change, Ladder
from media.quality.meter import QualityMeter
from media.settings import MediaSettings
from media.types import ClientStatistics, MediaFact, ProfileChanged

BELIEVED_FOR = 3
"""Intervals after which a page that has told nothing more is not believed any longer."""


class QualityKeeper:
    """One per session; it lives through every epoch, since a new connection mostly runs over the same network."""

    def __init__(self, settings: MediaSettings) -> None:
        self._interval_ms = settings.quality_interval_ms
        self._ladder = Ladder(settings.recording_floor if settings.recording else "low")
        self._started = False
        self._meter = QualityMeter(0)
        self._measured_ms = 0
        self._client: ClientStatistics | None = None
        self._client_age = 0
        self._heard = HeardCounters()

    def count(self, frame: EncodedFrame) -> None:
        """Frames of a new epoch may come before it is measured; its first one tells the picture's size."""
        if frame.epoch > self._meter.epoch:
            self._meter, self._measured_ms, self._client = QualityMeter(frame.epoch), frame.t_ms, None
        if frame.epoch == self._meter.epoch:
            self._meter.count(frame)

    def note_client(self, statistics: ClientStatistics) -> None:
        """What the candidate's page has measured about its present connection."""
        self._client, self._client_age = statistics, 0

    def measure(
        self, source: PublisherSource, now_ms: int, observers: int, load: float, heard: Callable[[], HeardCounters]
    ) -> list[MediaFact]:
        """To be called often while `source` is connected: nothing is told before the interval is over. `load`: how busy
        this process is, 0..1. `heard`: all that this interview has heard; asked when it is told."""
        if source.epoch > self._meter.epoch:
            self._meter, self._measured_ms, self._client = QualityMeter(source.epoch), now_ms, None
        if not self._started:
            return self._start(observers, now_ms)
        interval_ms = now_ms - self._measured_ms
        if interval_ms < self._interval_ms:
            return []
        self._measured_ms = now_ms
        heard_before, self._heard = self._heard, heard()
        measured = self._meter.measure(
            source.statistics("audio"),
            source.statistics("video"),
            interval_ms,
            self._present_client(),
            observers=observers,
            load=load,
            heard=self._heard - heard_before,
        )
        facts: list[MediaFact] = [measured.report]
        change = self._ladder.step(measured.conditions, interval_ms, now_ms)
        if change is not None:
            facts.append(_tell(change))
        return facts

    def _start(self, observers: int, now_ms: int) -> list[MediaFact]:
        """The first profile is told, since a page may still go by that of a server that has died."""
        self._started = True
        return [_tell(self._ladder.start(observers, now_ms))]

    def _present_client(self) -> ClientStatistics | None:
        self._client_age += 1
        if self._client_age > BELIEVED_FOR:
            self._client = None
        return self._client


def _tell(change: Change) -> ProfileChanged:
    profile = change.profile
    return ProfileChanged(
        profile.name,
        profile.video,
        profile.video_kbps,
        profile.width,
        profile.height,
        profile.frames_per_second,
        profile.audio_kbps,
        change.reason,
    )

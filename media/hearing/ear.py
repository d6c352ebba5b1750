"""One candidate's hearing, from Opus packets to speech segments. All of it blocks and runs on the hearing thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from media.counters import DropCounters, HeardCounters, MediaCounters
from media.hearing.denoise.choice import open_denoiser
from media.hearing.denoise.floor import NoiseFloor
from media.hearing.front import Front
from media.hearing.ingest import Arrival
from media.hearing.libopus import load_libopus
from media.hearing.reader import AudioReader
from media.hearing.segmenter import Segment, Segmenter, SegmentEvent
from media.hearing.vad import FRAME
from media.settings import DenoiseChoice, MediaSettings
from media.types import SAMPLE_RATE_HZ, AudioChunk, AudioLevel, Samples

_CLIPPED = 0.999
_CLIPPED_SAMPLES = 3
_CONTINUITY_MS = 20


def warm_up(denoise: DenoiseChoice = "spectral") -> None:
    """Loads what hearing needs, about a second's work, so that the first interview does not wait for it. Blocking.

    Raises `OpusUnavailable`.
    """
    load_libopus()
    Front(open_denoiser(denoise), energy_floor_dbfs=0.0)


@dataclass(frozen=True, slots=True)
class Heard:
    """`open_segment` is what is being spoken, if it was asked for."""

    events: tuple[SegmentEvent | AudioLevel, ...]
    open_segment: Segment | None


class Ear:
    """Stages in order: read, denoise and find voice (the front), level, segment. Segments carry the original, since
    every published measurement says that recognisers want it so."""

    def __init__(self, settings: MediaSettings, name_segment: Callable[[], str]) -> None:
        self._settings = settings
        self._reader = AudioReader()
        self._segmenter = Segmenter(settings, name_segment)
        self._pending = np.zeros(0, np.float32)
        self._next_ms: int | None = None
        self._heard = 0
        self._counters = MediaCounters()
        self._start_stream(0)

    def count(self) -> MediaCounters:
        """As of the last `hear`; may be called on any thread."""
        return self._counters

    def hear(self, arrivals: tuple[Arrival, ...], *, want_open_segment: bool, thrifty: bool = False) -> Heard:
        """`thrifty`: the recogniser has much to do, and is offered less ahead of time."""
        self._segmenter.thrifty = thrifty
        events: list[SegmentEvent | AudioLevel] = []
        for chunk in self._reader.read(arrivals):
            self._heard += len(chunk.samples)
            events += self._follow(chunk)
        self._counters = self._sum_up()
        return Heard(tuple(events), self._segmenter.snapshot() if want_open_segment else None)

    def close_segment(self) -> tuple[SegmentEvent, ...]:
        return tuple(self._segmenter.close())

    def end_stream(self) -> tuple[SegmentEvent, ...]:
        """Closes what is open; the next chunk starts a new stream wherever it says it is."""
        events = self.close_segment()
        self._next_ms = None
        return events

    def _sum_up(self) -> MediaCounters:
        made = self._reader.concealed
        heard = HeardCounters(self._heard - made.total, made.fec, made.plc, made.comfort, made.silent)
        return MediaCounters(heard=heard, dropped=DropCounters(unreadable=self._reader.dropped_frames))

    def _follow(self, chunk: AudioChunk) -> list[SegmentEvent | AudioLevel]:
        events: list[SegmentEvent | AudioLevel] = []
        if self._next_ms is None or abs(chunk.t_ms - self._next_ms) > _CONTINUITY_MS:
            events += self._segmenter.close()
            self._start_stream(chunk.t_ms)
        self._next_ms = chunk.t_ms + len(chunk.samples) * 1000 // SAMPLE_RATE_HZ
        samples = np.concatenate([self._pending, chunk.samples])
        whole = len(samples) // FRAME * FRAME
        self._pending = samples[whole:]
        if whole:
            events += self._listen(samples[:whole])
        return events

    def _start_stream(self, t_ms: int) -> None:
        denoiser = open_denoiser(self._settings.denoise)
        self._front = Front(denoiser, energy_floor_dbfs=self._settings.energy_floor_dbfs)
        self._noise = NoiseFloor()
        self._meter = _LevelMeter(self._settings.level_interval_ms, t_ms)
        self._pending = np.zeros(0, np.float32)
        self._segmenter.restart(t_ms, behind_ms=self._front.latency_ms)

    def _listen(self, samples: Samples) -> list[SegmentEvent | AudioLevel]:
        """`samples` are whole frames."""
        sounds = self._front.listen(samples)
        self._noise.follow(samples, speech=sounds.speech)
        events: list[SegmentEvent | AudioLevel] = list(self._segmenter.push(sounds.original, sounds.voiced))
        events += self._meter.measure(samples, self._segmenter.speaking, self._noise.snr_db)
        return events


class _LevelMeter:
    """One `AudioLevel` per interval of samples."""

    def __init__(self, interval_ms: int, t_ms: int) -> None:
        self._interval = interval_ms * SAMPLE_RATE_HZ // 1000
        self._interval_ms = interval_ms
        self._t_ms = t_ms
        self._samples = np.zeros(0, np.float32)

    def measure(self, samples: Samples, speaking: bool, snr_db: float | None) -> list[AudioLevel]:
        self._samples = np.concatenate([self._samples, samples])
        levels: list[AudioLevel] = []
        while len(self._samples) >= self._interval:
            part, self._samples = self._samples[: self._interval], self._samples[self._interval :]
            self._t_ms += self._interval_ms
            loudness = np.abs(part)
            levels.append(
                AudioLevel(
                    t_ms=self._t_ms,
                    rms_dbfs=_to_dbfs(float(np.sqrt(np.mean(part**2)))),
                    peak_dbfs=_to_dbfs(float(loudness.max())),
                    clipped=int(np.count_nonzero(loudness >= _CLIPPED)) >= _CLIPPED_SAMPLES,
                    speaking=speaking,
                    snr_db=None if snr_db is None else round(snr_db, 1),
                )
            )
        return levels


def _to_dbfs(amplitude: float) -> float:
    return round(min(0.0, 20 * float(np.log10(max(amplitude, 1e-5)))), 1)

"""How well a voice is told from noise, how soon its end is known, and what that costs.

The ear's own parts are measured, as it uses them: denoiser, both detectors, segmenter. All times are of audio.

- Recall: frames of 10 ms that are speech, of which the ear says so. False alarm: frames that are not, of which it does.
  The ear says so between `SpeechStarted` and `SpeechStopped`.
- Delay of the end: from the end of speech, before at least half a second without, to when `SpeechStopped` is known.
- Offer: from there to when the segment is offered to the recogniser.
- Truth: forced alignment of the words where there is one; else the clip's energy before noise was added.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from media.hearing.denoise.choice import open_denoiser
from media.hearing.front import Front
from media.hearing.segmenter import OfferWithdrawn, Segment, Segmenter, SegmentOffered
from media.hearing.vad import FRAME, FRAME_MS
from media.settings import DenoiseChoice, MediaSettings
from media.types import SAMPLE_RATE_HZ, Samples, SpeechStarted, SpeechStopped
from tests.benchmarks.asr.voice_material import Frames, Material, Scene, find_runs, make_noises, open_material

_BATCH = SAMPLE_RATE_HZ // 10
_PAUSE = 50
"""Frames without speech that make an end."""
_TOO_EARLY = 30
"""Frames. What was said to be silent so long before the end is no answer to it."""
_MINUTE = 60 * 1000 // FRAME_MS


@dataclass(frozen=True, slots=True)
class Told:
    """A stretch told to be speech, in frames; `known_at` is when its end was."""

    begin: int
    end: int
    known_at: int


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the ear told of one stretch of audio; `offers`: when each was made."""

    frames: int
    speech: tuple[Told, ...]
    offers: tuple[int, ...]
    withdrawn: int
    segments: tuple[Segment, ...]
    cpu_s: float

    @property
    def told(self) -> Frames:
        frames = np.zeros(self.frames, np.bool_)
        for stretch in self.speech:
            frames[max(0, stretch.begin) : max(0, stretch.end)] = True
        return frames


@dataclass(frozen=True, slots=True)
class VoiceScore:
    """Counts are of frames; delays in ms, one for each end of speech that was heard at all."""

    spoken: int
    spoken_told: int
    silent: int
    silent_told: int
    end_delays_ms: tuple[int, ...]
    offer_delays_ms: tuple[int, ...]
    missed: int
    withdrawn: int

    @property
    def recall(self) -> float:
        return self.spoken_told / self.spoken

    @property
    def false_alarm(self) -> float:
        return self.silent_told / self.silent

    @property
    def withdrawn_per_minute(self) -> float:
        """Of speech."""
        return self.withdrawn / (self.spoken / _MINUTE)


@dataclass(frozen=True, slots=True)
class VoiceReport:
    """`scores` by noise and ratio. Segments opened in ten minutes of each noise without speech, and of silence."""

    source: str
    scores: dict[tuple[str, int], VoiceScore]
    undenoised: VoiceScore | None
    opened_in_noise: dict[str, float]
    opened_in_silence: float
    cpu_ratio: float

    @property
    def total(self) -> VoiceScore:
        return add_up(list(self.scores.values()))

    def figures(self) -> dict[str, float]:
        total = self.total
        figures = {
            "vad_recall": round(total.recall, 4),
            "vad_false_alarm": round(total.false_alarm, 4),
            "vad_end_delay_p50_ms": percentile(total.end_delays_ms, 50),
            "vad_end_delay_p95_ms": percentile(total.end_delays_ms, 95),
            "vad_offer_delay_p50_ms": percentile(total.offer_delays_ms, 50),
            "vad_offer_delay_p95_ms": percentile(total.offer_delays_ms, 95),
            "vad_offers_withdrawn_per_minute": round(total.withdrawn_per_minute, 1),
            "vad_noise_segments_per_10_minutes": round(sum(self.opened_in_noise.values()), 1),
            "vad_silence_segments_per_10_minutes": self.opened_in_silence,
            "vad_cpu_ratio": round(self.cpu_ratio, 4),
        }
        if self.undenoised is not None:
            figures["vad_recall_undenoised"] = round(self.undenoised.recall, 4)
            figures["vad_false_alarm_undenoised"] = round(self.undenoised.false_alarm, 4)
            figures["vad_end_delay_p95_ms_undenoised"] = percentile(self.undenoised.end_delays_ms, 95)
        return figures


def measure_voice(*, quick: bool = False) -> VoiceReport:
    """Blocking: about a minute; a third of it when `quick`, with less noise and nothing without the denoiser."""
    material = open_material()
    noise_s, silence_s = (30.0, 60.0) if quick else (600.0, 600.0)
    heard = [(scene, hear(scene.samples, MediaSettings())) for scene in material.make_scenes()]
    seconds = sum(len(scene.samples) for scene, _ in heard) / SAMPLE_RATE_HZ
    silence = hear(np.zeros(int(silence_s * SAMPLE_RATE_HZ), np.float32), MediaSettings())
    return VoiceReport(
        source=material.source,
        scores={(scene.noise, scene.snr_db): score(scene, hearing) for scene, hearing in heard},
        undenoised=None if quick else measure_undenoised(material),
        opened_in_noise=count_opened(material, noise_s),
        opened_in_silence=len(silence.segments) * 600 / silence_s,
        cpu_ratio=sum(hearing.cpu_s for _, hearing in heard) / seconds,
    )


def measure_undenoised(material: Material) -> VoiceScore:
    return add_up([score(scene, hear(scene.samples, MediaSettings(), "off")) for scene in material.make_scenes()])


def count_opened(material: Material, seconds: float) -> dict[str, float]:
    """By noise: segments that ten minutes of it open, without any speech."""
    noises = {**make_noises(10.0), **material.noises}
    opened: dict[str, float] = {}
    for name, noise in noises.items():
        level = np.sqrt(np.mean(noise**2))
        stretched = np.resize(noise * np.float32(10 ** (-30 / 20) / level), int(seconds * SAMPLE_RATE_HZ))
        opened[name] = len(hear(np.clip(stretched, -1, 1), MediaSettings()).segments) * 600 / seconds
    return opened


def hear(samples: Samples, settings: MediaSettings, denoise: DenoiseChoice | None = None) -> Hearing:
    """In batches, as the ear does; the segmenter frame by frame, so that it is known when each was told."""
    settings = replace(settings, denoise=denoise or settings.denoise)
    names = iter(range(len(samples)))
    front = Front(open_denoiser(settings.denoise), energy_floor_dbfs=settings.energy_floor_dbfs)
    segmenter = Segmenter(settings, lambda: str(next(names)))
    segmenter.restart(0, behind_ms=front.latency_ms)
    notes = _Notes()
    begun_s = time.process_time()
    whole = len(samples) // FRAME * FRAME
    for at in range(0, whole, _BATCH):
        sounds = front.listen(samples[at : min(at + _BATCH, whole)])
        for number, voiced in enumerate(sounds.voiced):
            known_at = at // FRAME + number + 1
            notes.note(segmenter.push(sounds.original[number * FRAME : (number + 1) * FRAME], [voiced]), known_at)
    notes.note(segmenter.close(), whole // FRAME)
    cpu_s = time.process_time() - begun_s
    return Hearing(
        whole // FRAME, tuple(notes.speech), tuple(notes.offers), notes.withdrawn, tuple(notes.segments), cpu_s
    )


class _Notes:
    def __init__(self) -> None:
        self.speech: list[Told] = []
        self.offers: list[int] = []
        self.segments: list[Segment] = []
        self.withdrawn = 0
        self._begin = 0

    def note(self, events: Sequence[object], known_at: int) -> None:
        for event in events:
            match event:
                case SpeechStarted(t_ms):
                    self._begin = t_ms // FRAME_MS
                case SpeechStopped(t_ms):
                    self.speech.append(Told(self._begin, t_ms // FRAME_MS, known_at))
                case SegmentOffered():
                    self.offers.append(known_at)
                case OfferWithdrawn():
                    self.withdrawn += 1
                case Segment():
                    self.segments.append(event)


def score(scene: Scene, hearing: Hearing) -> VoiceScore:
    spoken, told = scene.spoken, hearing.told
    ends: list[int] = []
    offers: list[int] = []
    missed = 0
    for begin, end, following in find_ends(spoken):
        last = find_answer(hearing.speech, begin, end)
        if last is None:
            missed += 1
            continue
        ends.append((last.known_at - end) * FRAME_MS)
        offers += [(at - end) * FRAME_MS for at in hearing.offers if last.end <= at < following][:1]
    return VoiceScore(
        spoken=int(spoken.sum()),
        spoken_told=int((spoken & told).sum()),
        silent=int((~spoken).sum()),
        silent_told=int((~spoken & told).sum()),
        end_delays_ms=tuple(ends),
        offer_delays_ms=tuple(offers),
        missed=missed,
        withdrawn=hearing.withdrawn,
    )


def find_ends(spoken: Frames) -> list[tuple[int, int, int]]:
    """Begin and end of what is spoken before a pause, and where that pause ends."""
    runs = find_runs(spoken)
    begins = [begin for begin, _ in runs[1:]] + [len(spoken)]
    return [(begin, end, following) for (begin, end), following in zip(runs, begins, strict=True)
            if following - end >= _PAUSE]  # fmt: skip


def find_answer(speech: Sequence[Told], begin: int, end: int) -> Told | None:
    """The stretch whose end answers that of the speech: the last one that began within it. One that ended long before
    means that the last words were not heard."""
    within = [stretch for stretch in speech if stretch.begin < end and stretch.end > max(begin, end - _TOO_EARLY)]
    return within[-1] if within else None


def add_up(scores: Sequence[VoiceScore]) -> VoiceScore:
    return VoiceScore(
        spoken=sum(one.spoken for one in scores),
        spoken_told=sum(one.spoken_told for one in scores),
        silent=sum(one.silent for one in scores),
        silent_told=sum(one.silent_told for one in scores),
        end_delays_ms=tuple(delay for one in scores for delay in one.end_delays_ms),
        offer_delays_ms=tuple(delay for one in scores for delay in one.offer_delays_ms),
        missed=sum(one.missed for one in scores),
        withdrawn=sum(one.withdrawn for one in scores),
    )


def percentile(values: Sequence[int], share: float) -> float:
    return round(float(np.percentile(values, share)), 1) if values else float("inf")

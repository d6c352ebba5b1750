"""Speech whose every frame is known to be speech or not, in noise: recordings where there are any, else made up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.hearing.vad import FRAME, FRAME_MS
from media.types import SAMPLE_RATE_HZ, Samples
from tests.benchmarks.denoise.material import NOISES, AudioMissing, find_audio, read

SNRS_DB = (0, 5, 10, 15)
LEAD_FRAMES, GAP_FRAMES = 300, 200
REPORTED = ("en-austen-0880", "en-austen-0920", "en-austen-0930", "en-lj-0013", "zh-aishell-0764")
"""Thresholds and times were chosen on the other clips, in the first halves of the noises; only how readily noise alone
opens a segment was looked at with all of them."""
MADE_UP = ("en-1/introduction-2", "en-2/customer-2", "zh-1/introduction-2", "zh-2/customer-2")

_LEVEL = 0.05
_BRIDGED = 20
"""Frames. A shorter pause between words belongs to the speech around it."""
_LEAST = 15
_SILENCES = ("<sil>", "<s>", "</s>")

Frames = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Clip:
    """`aligned`: the truth is a forced alignment of the words, and not the clip's own energy before noise was added."""

    samples: Samples
    spoken: Frames
    aligned: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """Clips in a row, equally loud, with pauses between them, in one noise."""

    noise: str
    snr_db: int
    samples: Samples
    spoken: Frames


@dataclass(frozen=True, slots=True)
class Material:
    source: str
    clips: tuple[Clip, ...]
    noises: dict[str, Samples]

    def make_scenes(self) -> Iterator[Scene]:
        speech, spoken = join_clips(self.clips)
        powers = np.repeat(spoken, FRAME)
        speech_power = float(np.mean(speech[powers] ** 2))
        for name, noise in self.noises.items():
            stretched = np.resize(noise, len(speech))
            for snr_db in SNRS_DB:
                gain = np.sqrt(speech_power / float(np.mean(stretched**2)) / 10 ** (snr_db / 10))
                mixed = np.clip(speech + gain * stretched, -1, 1).astype(np.float32)
                yield Scene(name, snr_db, mixed, spoken)


def open_material() -> Material:
    try:
        audio = find_audio()
    except AudioMissing:
        return Material("synthetic voices and noises", tuple(map(read_answer, MADE_UP)), make_noises(30.0))
    clips = tuple(read_clip(audio / "speech" / f"{name}.wav") for name in REPORTED)
    noises = {name.partition(".")[0]: _second_half(read(audio / "noise" / name)) for name in NOISES}
    return Material("recordings", clips, noises)


def read_clip(path: Path) -> Clip:
    samples = read(path)
    samples = samples[: len(samples) // FRAME * FRAME]
    words = path.with_suffix(".json")
    if words.is_file():
        return Clip(samples, read_alignment(words.read_text("utf-8"), len(samples) // FRAME), aligned=True)
    return Clip(samples, find_energy(samples), aligned=False)


def read_alignment(text: str, frames: int) -> Frames:
    """pocketsphinx's JSON: every word's begin and duration in seconds."""
    spoken = np.zeros(frames, np.bool_)
    for word in json.loads(text)["w"]:
        if word["t"] not in _SILENCES:
            begin_ms, end_ms = 1000 * word["b"], 1000 * (word["b"] + word["d"])
            spoken[round(begin_ms / FRAME_MS) : round(end_ms / FRAME_MS)] = True
    return smooth(spoken)


def find_energy(samples: Samples) -> Frames:
    """Of clean speech: what is less than 32 dB below its loud frames, and above its noise."""
    powers = np.convolve(np.mean(samples.reshape(-1, FRAME) ** 2, axis=1), np.ones(3) / 3, "same")
    levels_db = 10 * np.log10(powers + 1e-12)
    threshold_db = max(np.percentile(levels_db, 95) - 32, np.percentile(levels_db, 5) + 6)
    return smooth(levels_db > threshold_db)


def smooth(spoken: Frames) -> Frames:
    """Short pauses belong to speech; what is shorter than a sound does not."""
    smoothed = spoken.copy()
    for (_, end), (begin, _) in pairwise(find_runs(spoken)):
        if begin - end <= _BRIDGED:
            smoothed[end:begin] = True
    for begin, end in find_runs(smoothed):
        if end - begin < _LEAST:
            smoothed[begin:end] = False
    return smoothed


def find_runs(spoken: Frames) -> list[tuple[int, int]]:
    """First frame of every run, and the first one after it."""
    edges = np.diff(np.concatenate([[0], spoken.astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(begin), int(end)) for begin, end in zip(begins, ends, strict=True)]


def join_clips(clips: Sequence[Clip]) -> tuple[Samples, Frames]:
    parts: list[Samples] = [np.zeros(LEAD_FRAMES * FRAME, np.float32)]
    spoken: list[Frames] = [np.zeros(LEAD_FRAMES, np.bool_)]
    for clip in clips:
        loudness = np.sqrt(np.mean(clip.samples[np.repeat(clip.spoken, FRAME)] ** 2))
        parts += [clip.samples * np.float32(_LEVEL / loudness), np.zeros(GAP_FRAMES * FRAME, np.float32)]
        spoken += [clip.spoken, np.zeros(GAP_FRAMES, np.bool_)]
    return np.concatenate(parts), np.concatenate(spoken)


def make_noises(seconds: float) -> dict[str, Samples]:
    """White, pink, hum, keyboard: at -25 dBFS, the same every time."""
    count = int(seconds * SAMPLE_RATE_HZ)
    generator = np.random.default_rng(4)
    times = np.arange(count) / SAMPLE_RATE_HZ
    white = generator.standard_normal(count)
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    pink = np.fft.irfft(np.fft.rfft(white) / np.sqrt(np.maximum(frequencies, 20)), count)
    hum = sum(np.sin(2 * np.pi * 50 * harmonic * times) / harmonic for harmonic in (1, 2, 3, 5, 7))
    noises = {"white": white, "pink": pink, "hum": hum, "keyboard": make_keyboard(count, generator)}
    return {
        name: np.clip(noise * 10 ** (-25 / 20) / np.sqrt(np.mean(noise**2)), -1, 1).astype(np.float32)
        for name, noise in noises.items()
    }


def make_keyboard(count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Clicks of 10 to 50 ms, three to twelve a second."""
    noise = 1e-3 * generator.standard_normal(count)
    at = 0
    while at < count - SAMPLE_RATE_HZ // 10:
        length = int(generator.uniform(0.01, 0.05) * SAMPLE_RATE_HZ)
        decay = np.exp(-4 * np.arange(length) / length)
        noise[at : at + length] += generator.uniform(0.2, 1.0) * decay * generator.standard_normal(length)
        at += int(generator.uniform(0.08, 0.35) * SAMPLE_RATE_HZ)
    return noise


def _second_half(samples: Samples) -> Samples:
    return samples[len(samples) // 2 :]


@cache
def read_answer(name: str) -> Clip:
    with as_file(files("simulation") / "answers" / f"{name}.opus") as path:
        return read_clip(path)

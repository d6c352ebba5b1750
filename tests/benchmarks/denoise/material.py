"""Speech, noise, and the cells made of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from media.types import SAMPLE_RATE_HZ, Samples

NOISES = ("cafe.wav", "office.mp3", "mixed-1.wav", "mixed-4.wav", "mixed-5.wav")
SNRS_DB = (0, 5, 10, 15)
LEAD_S, GAP_S = 5.0, 2.0
_SPEECH_RMS = 0.05
_ROOT = Path(__file__).parents[3]


class AudioMissing(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Talk:
    """Clips in a row, equally loud, `LEAD_S` of silence before and `GAP_S` after each; `spoken`: within one."""

    samples: Samples
    spoken: NDArray[np.bool_]

    @property
    def answer(self) -> slice:
        """From the first clip's beginning to the last one's end."""
        places = np.flatnonzero(self.spoken)
        return slice(int(places[0]), int(places[-1]) + 1)

    @property
    def pauses(self) -> NDArray[np.bool_]:
        """Without the first half of the lead, in which there is no profile yet."""
        pauses = ~self.spoken
        pauses[: int(LEAD_S / 2 * SAMPLE_RATE_HZ)] = False
        return pauses


@dataclass(frozen=True, slots=True)
class Cell:
    """`snr_db`: power of the speech within clips over that of the noise there."""

    noise: str
    snr_db: int
    noisy: Samples


def find_audio() -> Path:
    """Raises AudioMissing."""
    named = os.environ.get("VIVA_TEST_AUDIO")
    places = [Path(named)] if named else [_ROOT.parent / "audio", *sorted(_ROOT.parent.glob("*/audio"))]
    for place in places:
        if (place / "speech").is_dir() and all((place / "noise" / name).is_file() for name in NOISES):
            return place
    raise AudioMissing("No recordings: VIVA_TEST_AUDIO names no folder with speech/ and noise/, nor is one beside.")


def read(path: Path) -> Samples:
    """Mono, at SAMPLE_RATE_HZ, without direct current."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    parts: list[Samples] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            parts += [_unpack(part) for part in resampler.resample(frame)]
    parts += [_unpack(part) for part in resampler.resample(None)]
    samples = np.concatenate(parts)
    centred: Samples = samples - samples.mean(dtype=np.float32)
    return centred


def _unpack(frame: av.AudioFrame) -> Samples:
    return frame.to_ndarray().reshape(-1).astype(np.float32)


def make_talk(audio: Path) -> Talk:
    gap = np.zeros(int(GAP_S * SAMPLE_RATE_HZ), np.float32)
    parts = [np.zeros(int(LEAD_S * SAMPLE_RATE_HZ), np.float32)]
    spoken = [np.zeros(len(parts[0]), np.bool_)]
    for path in sorted((audio / "speech").glob("*.wav")):
        clip = read(path)
        parts += [clip * np.float32(_SPEECH_RMS / np.sqrt(np.mean(clip**2))), gap]
        spoken += [np.ones(len(clip), np.bool_), np.zeros(len(gap), np.bool_)]
    return Talk(np.concatenate(parts), np.concatenate(spoken))


def make_cells(audio: Path, talk: Talk) -> Iterator[Cell]:
    for name in NOISES:
        noise = np.resize(read(audio / "noise" / name), len(talk.samples))
        for snr_db in SNRS_DB:
            yield Cell(name.partition(".")[0], snr_db, talk.samples + scale(noise, talk, snr_db) * noise)


def scale(noise: Samples, talk: Talk, snr_db: float) -> np.float32:
    powers = [float(np.mean(signal[talk.spoken] ** 2)) for signal in (talk.samples, noise)]
    return np.float32(np.sqrt(powers[0] / powers[1] / 10 ** (snr_db / 10)))

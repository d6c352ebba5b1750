"""A recorded voice as Chromium's microphone: answers in the order they are asked for, with pauses between."""

from __future__ import annotations

import wave
from importlib.resources import as_file, files
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000


def write_microphone(path: Path, answer_set: str, turns: list[tuple[str, int]], *, lead_s: float, gap_s: float) -> None:
    """48 kHz mono WAV: `lead_s` of silence, then each (question, turn) followed by `gap_s` of silence."""
    parts = [silence(lead_s)]
    for question, turn in turns:
        with as_file(files("simulation") / "answers" / answer_set / f"{question}-{turn}.opus") as recording:
            parts += [read_voice(recording), silence(gap_s)]
    _write(path, np.concatenate(parts))


def write_silence(path: Path, seconds: float) -> None:
    """A room in which nobody speaks yet."""
    _write(path, silence(seconds))


def _write(path: Path, voice: NDArray[np.float32]) -> None:
    samples = (voice * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())


def silence(seconds: float) -> NDArray[np.float32]:
    """Not digital zero, which no microphone gives."""
    generator = np.random.default_rng(1)
    return (generator.standard_normal(round(seconds * RATE_HZ)) * 2e-4).astype(np.float32)


def read_voice(path: Path) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float32)


def read_wave(path: Path) -> NDArray[np.float32]:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32_768)

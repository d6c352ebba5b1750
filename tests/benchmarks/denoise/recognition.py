"""Whether denoising helps the recogniser: the bundled one, on the shipped answers with noise added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np

from media.models import choose_model
from media.ports import Denoiser
from media.transcription.engine import WhisperEngine
from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, LanguageCode, Samples
from simulation.answers import ANSWER_SETS, load_answers
from tests.benchmarks.denoise.material import read
from tests.benchmarks.denoise.measures import denoise
from tests.benchmarks.test_recogniser import load, plain

NOISE, SNRS_DB = "cafe.wav", (5, 15)
_LEAD = 3 * SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Word error rate of the English answers, character error rate of the Chinese ones."""

    snr_db: int | None
    heard: str
    words: float
    characters: float


def measure_recognition(
    audio: Path, ways: dict[str, Callable[[], Denoiser]], tick: Callable[[], None]
) -> list[ErrorRates]:
    chosen = choose_model("demo")
    recogniser = WhisperEngine(chosen.path, chosen.info)
    answers = [
        (given.language, answer.text, load(name, answer.file))
        for name in ANSWER_SETS
        for given in [load_answers(name)]
        for answer in given.answers
        if answer.file is not None
    ]
    noise = read(audio / "noise" / NOISE)
    heard: dict[tuple[int | None, str], list[str]] = {}
    for language, _, samples in answers:
        heard.setdefault((None, "without noise"), []).append(_transcribe(recogniser, samples, language))
        for snr_db in SNRS_DB:
            noisy = _add(samples, noise, snr_db)
            heard.setdefault((snr_db, "original"), []).append(_transcribe(recogniser, noisy[_LEAD:], language))
            for name, make in ways.items():
                text = _transcribe(recogniser, denoise(make(), noisy)[_LEAD:], language)
                heard.setdefault((snr_db, name), []).append(text)
        tick()
    languages = [language for language, _, _ in answers]
    scripts = [plain(text, language) for language, text, _ in answers]
    return [
        ErrorRates(snr_db, name, _rate(scripts, texts, languages, "en"), _rate(scripts, texts, languages, "zh-CN"))
        for (snr_db, name), texts in heard.items()
    ]


def _add(samples: Samples, noise: Samples, snr_db: int) -> Samples:
    """The answer in noise, after three seconds of noise alone."""
    padded = np.concatenate([np.zeros(_LEAD, np.float32), samples])
    long = np.resize(noise, len(padded))
    power = float(np.mean(samples**2)) / float(np.mean(long[_LEAD:] ** 2))
    noisy: Samples = padded + np.float32(np.sqrt(power / 10 ** (snr_db / 10))) * long
    return noisy


def _transcribe(recogniser: WhisperEngine, samples: Samples, language: LanguageCode) -> str:
    return plain(recogniser.transcribe(Request(samples, language, "final")).text, language)


def _rate(scripts: list[str], heard: list[str], languages: list[LanguageCode], wanted: LanguageCode) -> float:
    pairs = [
        (script, text) for script, text, language in zip(scripts, heard, languages, strict=True) if language == wanted
    ]
    measure = jiwer.cer if wanted == "zh-CN" else jiwer.wer
    return float(measure([script for script, _ in pairs], [text for _, text in pairs]))

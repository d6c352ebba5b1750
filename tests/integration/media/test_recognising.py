"""Spoken answers, through a real connection and the bundled recogniser, become their text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import av
import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray

from media.errors import ModelUnavailable
from media.models.catalogue import open_demo
from media.types import FinalTranscript, Flushed, LanguageCode, PartialTranscript, SpeechStopped
from tests.fakes.loopback import VOICE_RATE_HZ, VoiceTrack
from tests.integration.media.conftest import Studio

OpenStudio = Callable[..., Studio]
ANSWERS = Path(__file__).parents[3] / "simulation" / "answers"
ERROR_LIMIT = 0.15


def read_answer(folder: str, name: str) -> tuple[NDArray[np.int16], str]:
    manifest = json.loads((ANSWERS / folder / "manifest.json").read_text())
    text: str = next(answer["text"] for answer in manifest["answers"] if answer["file"] == name)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=VOICE_RATE_HZ)
    with av.open(str(ANSWERS / folder / name)) as container:
        pieces = [
            part.to_ndarray().reshape(-1) for frame in container.decode(audio=0) for part in resampler.resample(frame)
        ]
    lead = np.zeros(VOICE_RATE_HZ, np.int16)
    return np.concatenate([lead, *pieces]), text


def measure_errors(language: LanguageCode, wanted: str, heard: str) -> float:
    """Share of wrong words; of wrong characters in Chinese."""

    def prepare(text: str) -> str:
        bare = re.sub(r"[^\w\s]", "", text.lower())
        return " ".join(bare.split()) if language == "en" else " ".join(re.sub(r"\s", "", bare))

    return float(jiwer.wer(prepare(wanted), prepare(heard)))


@pytest.mark.parametrize(("folder", "language"), [("en-1", "en"), ("zh-1", "zh-CN")])
async def test_an_answer_becomes_its_text(open_studio: OpenStudio, folder: str, language: LanguageCode) -> None:
    from media.transcription.engine import WhisperEngine

    try:
        demo = open_demo()
    except ModelUnavailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no bundled recogniser: {missing.detail}")
    samples, text = read_answer(folder, "customer-0.opus")
    studio = open_studio(engine=WhisperEngine(demo.path, demo.info), language=language)
    await studio.publish(audio=VoiceTrack(samples))
    end_ms = len(samples) * 1000 // VOICE_RATE_HZ
    await studio.sink.wait_for(SpeechStopped, lambda fact: fact.t_ms > end_ms - 1_000, within_s=40)
    await studio.session.flush("answer")
    await studio.sink.wait_for(Flushed)

    heard = (" " if language == "en" else "").join(final.text for final in studio.sink.finals)
    assert measure_errors(language, text, heard) <= ERROR_LIMIT, heard
    partials = studio.sink.of(PartialTranscript)
    assert partials, "captions appear while speaking"
    order = [type(fact) for fact in studio.sink.facts]
    assert order.index(PartialTranscript) < order.index(FinalTranscript)
    captions = studio.session.count().captions
    assert captions.kept > 0
    assert captions.changed <= captions.kept / 20

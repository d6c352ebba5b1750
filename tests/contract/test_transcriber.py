"""What every `Transcriber` has to keep, on the fake and on the bundled model."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media.errors import MediaError, ModelUnavailable, TranscriptionError
from media.models.catalogue import DEMO_FOLDER, open_demo
from media.ports import Transcriber
from media.types import SAMPLE_RATE_HZ, LanguageCode, RecogniserInfo, Samples
from tests.fakes.transcriber import FakeTranscriber

ANSWERS = Path(__file__).parents[2] / "simulation" / "answers"


def _open_bundled() -> Transcriber:
    from media.transcription.asr import FasterWhisperTranscriber

    try:
        demo = open_demo()
    except ModelUnavailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no bundled recogniser: {missing.detail}")
    return FasterWhisperTranscriber(demo.path, demo.info)


@pytest.fixture(params=[FakeTranscriber, _open_bundled], ids=["fake", "bundled"], scope="module")
def transcriber(request: pytest.FixtureRequest) -> Transcriber:
    factory: Callable[[], Transcriber] = request.param
    return factory()


def _read(folder: str, name: str) -> tuple[Samples, str]:
    manifest: dict[str, Any] = json.loads((ANSWERS / folder / "manifest.json").read_text())
    text = next(answer["text"] for answer in manifest["answers"] if answer["file"] == name)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    with av.open(str(ANSWERS / folder / name)) as container:
        pieces = [
            part.to_ndarray().reshape(-1) for frame in container.decode(audio=0) for part in resampler.resample(frame)
        ]
    return np.concatenate(pieces).astype(np.float32), text


def _make_tone(seconds: float) -> Samples:
    t = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (0.3 * np.sin(2 * np.pi * 220 * t)).astype(np.float32)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_words_index_the_text_and_rise_in_time(transcriber: Transcriber, language: LanguageCode) -> None:
    folder = "en-1" if language == "en" else "zh-1"
    samples, _ = _read(folder, "customer-0.opus")
    result = transcriber.transcribe(samples, language, final=True)
    assert result.text
    assert result.words
    assert 0 < result.confidence <= 1
    assert 0 <= result.no_speech_probability <= 1
    end = 0
    start_ms = 0
    for word in result.words:
        assert end <= word.char_start < word.char_end <= len(result.text)
        assert not result.text[word.char_start : word.char_end].isspace()
        assert start_ms <= word.t_start_ms <= word.t_end_ms <= len(samples) * 1000 // SAMPLE_RATE_HZ + 1000
        assert 0 <= word.probability <= 1
        end, start_ms = word.char_end, word.t_start_ms
    if language == "zh-CN":
        assert " " not in result.text


def test_a_partial_may_leave_words_empty(transcriber: Transcriber) -> None:
    samples, _ = _read("en-1", "customer-0.opus")
    assert transcriber.transcribe(samples, "en", final=False).text


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(SAMPLE_RATE_HZ, np.float32)])
def test_silence_has_no_text(transcriber: Transcriber, samples: Samples, final: bool) -> None:
    result = transcriber.transcribe(samples, "en", final=final)
    assert (result.text, result.words) == ("", ())


def test_broken_samples_do_no_harm(transcriber: Transcriber) -> None:
    tone = _make_tone(1)
    not_numbers, endless = tone.copy(), tone.copy()
    not_numbers[::3] = np.nan
    endless[::3] = -np.inf
    for spoiled in (not_numbers, endless, tone * np.float32(1e9)):
        assert isinstance(transcriber.transcribe(spoiled, "en", final=True).text, str)


def test_it_says_what_it_is(transcriber: Transcriber) -> None:
    assert transcriber.info.name
    assert set(transcriber.info.languages) <= {"en", "zh-CN"}


def test_what_it_cannot_do_is_a_clear_error() -> None:
    bundled = _open_bundled()
    with pytest.raises(TranscriptionError, match="30 s"):
        bundled.transcribe(_make_tone(31), "en", final=True)
    with pytest.raises(TranscriptionError, match="does not understand"):
        bundled.transcribe(_make_tone(1), "fr", final=True)  # type: ignore[arg-type]


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    from media.transcription.asr import FasterWhisperTranscriber

    info = RecogniserInfo("broken", demonstration=False, languages=("en",))
    for name in ("config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes((DEMO_FOLDER / name).read_bytes())
    (tmp_path / "model.bin").write_bytes(b"not a model")
    with pytest.raises(MediaError) as refused:
        FasterWhisperTranscriber(tmp_path, info)
    assert refused.value.code == "model_unavailable"

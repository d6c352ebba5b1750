"""Windows, beams and limits of a request."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from media.transcription.engine import EngineSettings, WhisperEngine, WindowSettings, choose_final_s
from media.transcription.engine.model import Memory, Written
from media.transcription.engine.prepared import PreparedRequest
from media.transcription.types import Request, RequestKind
from media.types import SAMPLE_RATE_HZ, RecogniserInfo, Samples
from tests.fixtures.random_whisper import open_random_model

INFO = RecogniserInfo("random", demonstration=False, languages=("en", "zh-CN"))


def make_noise(seconds: float) -> Samples:
    return (0.1 * np.random.default_rng(1).standard_normal(int(seconds * SAMPLE_RATE_HZ))).astype(np.float32)


@pytest.mark.parametrize(
    ("seconds", "kind", "window_s"),
    [
        (0.5, "partial", 5),
        (5.0, "partial", 5),
        (5.1, "partial", 10),
        (14, "partial", 15),
        (0.5, "final", 10),
        (7.5, "final", 10),
        (7.6, "final", 15),
        (12.6, "final", 30),
        (30.0, "final", 30),
    ],
)
def test_the_shortest_window_that_holds_it(seconds: float, kind: RequestKind, window_s: int) -> None:
    assert WindowSettings().choose_s(seconds, final=kind == "final") == window_s
    prepared = WhisperEngine(open_random_model("smallest"), INFO).prepare(Request(make_noise(seconds), "en", kind))
    assert prepared.features.shape == (80, window_s * 100)
    assert prepared.frames == min(window_s * 100, round(seconds * 100))
    assert not prepared.features[:, prepared.frames :].any()


def test_full_windows_by_setting() -> None:
    windows = WindowSettings(partial_s=10, final_s=30)
    whisper = WhisperEngine(open_random_model("smallest"), INFO, windows=windows)
    assert whisper.prepare(Request(make_noise(1), "en", "partial")).features.shape[1] == 1_000
    assert whisper.prepare(Request(make_noise(1), "en", "final")).features.shape[1] == 3_000
    assert WindowSettings(final_s=12).choose_s(3, final=True) == 15
    assert WindowSettings(final_quiet_s=0).choose_s(9.9, final=True) == 10
    for wrong_s in (0, 31):
        with pytest.raises(ValueError, match="at most 30"):
            WindowSettings(partial_s=wrong_s)


@pytest.mark.parametrize(
    ("demonstration", "device", "window_s"),
    [(True, "cpu", 10), (True, "cuda", 10), (False, "cpu", 10), (False, "cuda", 30)],
)
def test_a_real_model_gets_longer_windows_where_they_are_cheap(demonstration: bool, device: str, window_s: int) -> None:
    assert choose_final_s(RecogniserInfo("any", demonstration, ("en",)), device) == window_s


def test_only_an_unhurried_final_is_searched_wide() -> None:
    whisper = WhisperEngine(open_random_model("smallest"), INFO, settings=EngineSettings(final_beam=3))
    noise = make_noise(6)
    final = whisper.prepare(Request(noise, "en", "final"))
    partial = whisper.prepare(Request(noise, "en", "partial"))
    hurried = whisper.prepare(Request(noise, "en", "final", hurried=True))
    assert (final.beam, partial.beam, hurried.beam) == (3, 1, 1)
    assert len({item.bucket for item in (final, partial, hurried)}) == 3, "a hurried final may not begin with its end"
    assert [item.careful for item in (final, partial, hurried)] == [True, False, False]


@pytest.mark.parametrize("beam", [1, 3])
def test_a_model_of_random_weights_says_what_it_is_made_to_say(beam: int) -> None:
    """Nothing by itself: so a decode takes as many steps as there are forced tokens."""
    whisper = WhisperEngine(open_random_model("smallest"), INFO, settings=EngineSettings(final_beam=beam))
    prefix = "We called the customer."
    for kind in ("partial", "final"):
        prepared = whisper.prepare(Request(make_noise(3), "en", kind, prefix=prefix))
        memories = whisper._model.encode([prepared.features])
        written = whisper._write([prepared], memories)[0]
        assert written.tokens == prepared.forced == tuple(whisper._tokens["en"].encode(prefix))
        assert whisper.transcribe(prepared.request).text == ""


def test_an_improbable_final_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whisper = WhisperEngine(
        open_random_model("smallest"), INFO, settings=EngineSettings(fallback_temperatures=(0.4, 0.8))
    )
    temperatures: list[float] = []
    windows: list[int] = []
    write = whisper._write

    def note(items: Sequence[PreparedRequest], memories: Sequence[Memory], temperature: float = 0.0) -> list[Written]:
        temperatures.append(temperature)
        windows.append(items[0].features.shape[1])
        assert memories[0].shape[1] * 2 == windows[-1]
        return write(items, memories, temperature)

    monkeypatch.setattr(whisper, "_write", note)
    monkeypatch.setattr(whisper._reader, "is_doubtful", lambda *_: True)
    whisper.transcribe(Request(make_noise(3), "en", "final"))
    assert temperatures == [0.0, 0.0, 0.4, 0.8]
    assert windows == [1_000, 3_000, 3_000, 3_000]
    temperatures.clear()
    whisper.transcribe(Request(make_noise(3), "en", "partial"))
    whisper.transcribe(Request(make_noise(3), "en", "final", hurried=True))
    assert temperatures == [0.0, 0.0]

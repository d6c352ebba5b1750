"""How long a final's window is: by setting, or as the model and the machine have it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from media.models.catalogue import ChosenModel, open_demo
from media.transcription.types import Request
from media.types import RecogniserInfo
from server.resources import load_engine
from server.settings import AsrSettings
from tests.fixtures.random_whisper import open_random_model

WHISPER = RecogniserInfo("tiny", demonstration=False, languages=("en",))


def find_window_s(chosen: ChosenModel, **given: Any) -> float:
    engine = load_engine(AsrSettings(**given), chosen)
    samples = np.full(16_000, 0.1, np.float32)
    return int(engine.prepare(Request(samples, "en", "final")).features.shape[1]) / 100


@pytest.mark.parametrize(
    ("given", "window_s"), [({}, 10), ({"final_window_s": "30"}, 30), ({"final_window_s": "5"}, 5)]
)
def test_a_final_of_a_real_model(given: dict[str, Any], window_s: float) -> None:
    assert find_window_s(ChosenModel(open_random_model("smallest"), WHISPER), **given) == window_s


def test_a_final_of_the_demonstration_recogniser() -> None:
    demo = open_demo()
    assert find_window_s(demo) == 10
    assert find_window_s(replace(demo, info=replace(demo.info, demonstration=False))) == 10

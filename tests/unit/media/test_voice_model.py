"""What is made of the voice model's probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from media.hearing import voice_model
from media.hearing.voice_model import SileroVoiceDetector

FRAMES = 16
"""Five windows of 512 samples."""
LOUD, SILENT = 0.1, 1e-5


class Script:
    """In place of the network: says what it is told to, and counts in its state."""

    def __init__(self, probabilities: list[float]) -> None:
        self._probabilities = iter(probabilities)
        self.states: list[int] = []

    def run(self, names: None, inputs: dict[str, NDArray[np.float32]]) -> tuple[Any, Any, Any]:
        self.states.append(int(inputs["h"][0, 0, 0]))
        return np.array([next(self._probabilities)], np.float32), inputs["h"] + 1, inputs["c"]


class Listener:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, probabilities: list[float]) -> None:
        self.script = Script(probabilities)
        monkeypatch.setattr(voice_model, "_open_model", lambda path: self.script)
        self._detector = SileroVoiceDetector(Path("voice.onnx"), energy_floor_dbfs=-60.0)

    def hear(self, windows: int, level: float = LOUD) -> list[bool]:
        """Five at a time. The verdict after each."""
        assert windows % 5 == 0
        verdicts = self._detector.detect(np.full(windows * 512, level, np.float32))
        return [verdicts[-(-512 * (number + 1) // 160) - 1] for number in range(windows)]


def test_one_doubtful_window_is_no_voice_but_several_are(monkeypatch: pytest.MonkeyPatch) -> None:
    doubtful = Listener(monkeypatch, [0.1, 0.65, 0.2, 0.65, 0.2])
    assert doubtful.hear(5) == [False] * 5
    lasting = Listener(monkeypatch, [0.1, 0.55, 0.55, 0.55, 0.55])
    assert lasting.hear(5) == [False, False, False, True, True]
    clear = Listener(monkeypatch, [0.1, 0.9, 0.9, 0.9, 0.9])
    assert clear.hear(5) == [False, True, True, True, True]


def test_it_goes_on_more_easily_than_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener(monkeypatch, [0.6, 0.6, 0.1, 0.1, 0.45] + [0.1] * 40 + [0.45] * 5)
    assert listener.hear(5) == [False, True, False, False, True]
    listener.hear(40)
    assert listener.hear(5) == [False] * 5


def test_a_clear_voice_is_let_go_at_what_would_do_for_a_doubtful_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clear = Listener(monkeypatch, [0.95] * 10 + [0.5] * 5)
    assert clear.hear(15) == [True] * 10 + [False] * 5
    doubtful = Listener(monkeypatch, [0.7] + [0.6] * 9 + [0.5] * 5)
    assert doubtful.hear(15)[1:] == [True] * 14


def test_silence_costs_nothing_and_nothing_is_forgotten_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener(monkeypatch, [0.95] * 100)
    listener.hear(10)
    assert not any(listener.hear(100, SILENT)[20:])
    asked = len(listener.script.states)
    assert asked < 30
    listener.hear(5)
    assert listener.script.states == list(range(asked + 5))

"""A folder that is no usable model is refused with a word, and never ends the process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from media.errors import ModelUnavailable
from media.models.catalogue import DEMO_FOLDER
from media.transcription.engine import WhisperEngine
from media.transcription.engine.weights import WeightsShape, read_shape
from media.types import RecogniserInfo
from tests.fixtures.random_whisper import open_random_model

INFO = RecogniserInfo("broken", demonstration=True, languages=("en", "zh-CN"))
NEEDED = ("config.json", "model.bin", "tokenizer.json", "vocabulary.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO_FOLDER, tmp_path / "model"))


def refuse(folder: Path) -> str:
    with pytest.raises(ModelUnavailable) as refused:
        WhisperEngine(folder, INFO)
    assert refused.value.code == "model_unavailable"
    return refused.value.detail


def halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def fill_with_garbage(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 40)


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("spoil", [Path.unlink, empty, halve, shorten, fill_with_garbage, make_folder])
@pytest.mark.parametrize("name", NEEDED)
def test_a_spoiled_file(folder: Path, name: str, spoil: Callable[[Path], object]) -> None:
    spoil(folder / name)
    if name == "config.json" and spoil is shorten:
        WhisperEngine(folder, INFO)  # a line feed
    else:
        assert str(folder) in refuse(folder)


def test_what_says_how_features_are_made_may_be_missing_but_not_wrong(folder: Path) -> None:
    file = folder / "preprocessor_config.json"
    said = json.loads(file.read_text())
    file.write_text(json.dumps({**said, "feature_size": 128}))
    assert "feature_size is 128, not 80" in refuse(folder)
    file.write_text(json.dumps({**said, "sampling_rate": 8_000}))
    assert "sampling_rate" in refuse(folder)
    halve(file)
    refuse(folder)
    file.unlink()
    WhisperEngine(folder, INFO)


@pytest.mark.parametrize("name", NEEDED)
def test_a_file_of_a_model_of_another_size(folder: Path, name: str) -> None:
    shutil.copy(open_random_model("smallest") / name, folder / name)
    detail = refuse(folder)
    if name in ("tokenizer.json", "vocabulary.json"):
        assert "does not fit the model" in detail


def test_a_tokeniser_whose_words_mean_others(folder: Path) -> None:
    file = folder / "tokenizer.json"
    state = json.loads(file.read_text())
    words = [name for name in state["model"]["vocab"] if not name.startswith("<|")]
    numbers = [state["model"]["vocab"][name] for name in words]
    state["model"]["vocab"].update(zip(words, numbers[1:] + numbers[:1], strict=True))
    file.write_text(json.dumps(state))
    assert "tokens are others there" in refuse(folder)


def rename_command(folder: Path, name: str, other: str) -> None:
    file = folder / "tokenizer.json"
    file.write_text(file.read_text().replace(f"<|{name}|>", f"<|{other}|>"))


def test_a_command_that_has_had_another_name(folder: Path) -> None:
    rename_command(folder, "nospeech", "nocaptions")
    WhisperEngine(folder, INFO)
    rename_command(folder, "transcribe", "write")
    assert "without transcribe" in refuse(folder)


def test_a_tokeniser_of_another_kind(folder: Path) -> None:
    file = folder / "tokenizer.json"
    file.write_text("{}")
    assert "is no tokeniser" in refuse(folder)
    state = json.loads((DEMO_FOLDER / "tokenizer.json").read_text())
    state["added_tokens"] = []
    state["model"]["vocab"] = {name: n for name, n in state["model"]["vocab"].items() if not name.startswith("<|")}
    file.write_text(json.dumps(state))
    assert "without endoftext" in refuse(folder)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"alignment_heads": [[99, 0]]}, "no attention head"),
        ({"alignment_heads": [[1, 99]]}, "no attention head"),
        ({"alignment_heads": [[-1, 0]]}, "no attention head"),
        ({"alignment_heads": ["a"]}, "no attention head"),
        ({"alignment_heads": []}, "names no alignment_heads"),
        ({"alignment_heads": None}, "names no alignment_heads"),
        ({"lang_ids": [1306, 99_999]}, "lang_ids"),
        ({"lang_ids": []}, "names no lang_ids"),
        ({"suppress_ids": [999_999]}, "suppress_ids"),
        ({"suppress_ids_begin": "all"}, "suppress_ids_begin"),
    ],
)
def test_a_configuration_that_does_not_fit(folder: Path, said: dict[str, Any], reason: str) -> None:
    """CTranslate2 reads where nothing is."""
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **said}))
    assert reason in refuse(folder)
    file.write_text("[]")
    refuse(folder)


def test_weights_of_another_kind(folder: Path) -> None:
    file = folder / "model.bin"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"WhisperSpec", b"ListenASpec", 1))
    assert "is of kind 'ListenASpec'" in refuse(folder)
    file.write_bytes(b"\x01\0\0\0" + whole[4:])
    assert "too old" in refuse(folder)
    file.write_bytes(b"\xff\0\0\0" + whole[4:])
    refuse(folder)


def test_what_weights_tell_of_their_model() -> None:
    assert read_shape(open_random_model("smallest")) == WeightsShape(decoder_layers=2, decoder_heads=2, tokens=51_865)
    assert read_shape(DEMO_FOLDER).decoder_layers > 0


def test_a_vocabulary_in_lines(folder: Path) -> None:
    """As older models have it."""
    names = json.loads((folder / "vocabulary.json").read_text())
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.txt").write_text("\n".join(names) + "\n")
    WhisperEngine(folder, INFO)


def test_no_folder_at_all(tmp_path: Path) -> None:
    refuse(tmp_path / "nowhere")
    refuse(tmp_path)

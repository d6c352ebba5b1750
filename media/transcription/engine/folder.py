"""What stands beside a model's weights, held against them: CTranslate2 believes it, and reads where nothing is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media.errors import ModelUnavailable
from media.transcription.engine.weights import WeightsShape

_FEATURES = {"sampling_rate": 16_000, "hop_length": 160, "n_fft": 400, "chunk_length": 30}


def read_vocabulary(folder: Path) -> list[str]:
    """The model's tokens in order of id: a list in JSON, or in older models a line each. Raises ModelUnavailable."""
    file = folder / "vocabulary.json"
    if file.is_file():
        names = _read_json(file)
    else:
        names = _read_text(folder / "vocabulary.txt").removesuffix("\n").split("\n")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ModelUnavailable(f"the vocabulary of the recogniser in {folder} is no list of tokens")
    return names


def check_shape(folder: Path, names: Sequence[str], shape: WeightsShape) -> None:
    """Raises ModelUnavailable: a head or a token that the weights do not have would end the process."""
    if len(names) != shape.tokens:
        raise ModelUnavailable(f"{folder}: a vocabulary of {len(names)} tokens for a model of {shape.tokens}")
    file = folder / "config.json"
    config = _read_object(file)
    heads = config.get("alignment_heads")
    if not isinstance(heads, list) or not heads:
        raise ModelUnavailable(f"{file} names no alignment_heads, from which word times come")
    for head in heads:
        if not _is_inside(head, (shape.decoder_layers, shape.decoder_heads)):
            raise ModelUnavailable(f"{file} does not fit the model: it has no attention head {head}")
    for name in ("lang_ids", "suppress_ids", "suppress_ids_begin"):
        numbers = config.get(name) or []
        if not isinstance(numbers, list) or not all(_is_inside([number], (shape.tokens,)) for number in numbers):
            raise ModelUnavailable(f"{file} does not fit the model: {name} are no tokens of it")
    if not config.get("lang_ids"):
        raise ModelUnavailable(f"{file} names no lang_ids, by which languages are told apart")


def read_blanks(folder: Path, end: int) -> list[int]:
    """Tokens that the model may not begin a text with, but for its end: nothing is said by them. Of a folder that
    `check_shape` has seen."""
    numbers = _read_object(folder / "config.json").get("suppress_ids_begin") or []
    return [number for number in numbers if number != end]


def check_features(folder: Path, mels: int) -> None:
    """Raises ModelUnavailable if the model was trained on other features than are made here. Older models say nothing
    of it."""
    file = folder / "preprocessor_config.json"
    if not file.is_file():
        return
    said = _read_object(file)
    for name, value in {**_FEATURES, "feature_size": mels}.items():
        if said.get(name, value) != value:
            raise ModelUnavailable(f"{file} does not fit the model: {name} is {said[name]}, not {value}")


def _is_inside(numbers: Any, limits: Sequence[int]) -> bool:
    return (
        isinstance(numbers, list)
        and len(numbers) == len(limits)
        and all(type(number) is int and 0 <= number < limit for number, limit in zip(numbers, limits, strict=True))
    )


def _read_object(file: Path) -> dict[str, Any]:
    said = _read_json(file)
    if not isinstance(said, dict):
        raise ModelUnavailable(f"{file} holds no object")
    return said


def _read_json(file: Path) -> Any:
    try:
        return json.loads(_read_text(file))
    except ValueError as error:
        raise ModelUnavailable(f"{file} cannot be read: {error}") from error


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"{file} cannot be read: {error}") from error

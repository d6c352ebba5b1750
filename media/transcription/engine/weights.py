"""What a model.bin holds, without its weights: `ctranslate2.specs.model_spec.ModelSpec._serialize`, read backwards."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.errors import ModelUnavailable

_OLDEST_VERSION = 4
_LONGEST_NAME = 256
_MOST_VARIABLES = 100_000
_SPECIFICATION = "WhisperSpec"


@dataclass(frozen=True, slots=True)
class WeightsShape:
    decoder_layers: int
    decoder_heads: int
    tokens: int


def read_shape(folder: Path) -> WeightsShape:
    """Raises ModelUnavailable for a file that is incomplete or no Whisper model."""
    file = folder / "model.bin"
    try:
        with file.open("rb") as stream:
            return _read(stream, file.stat().st_size)
    except (OSError, ValueError, struct.error) as error:
        raise ModelUnavailable(f"{file} is no model that can be loaded: {error}") from error


def _read(stream: BinaryIO, size: int) -> WeightsShape:
    version = _number(stream, "I")
    if version < _OLDEST_VERSION:
        raise ValueError(f"its format, version {version}, is too old: convert the model again")
    name = _name(stream)
    if name != _SPECIFICATION:
        raise ValueError(f"it is of kind {name!r}, not {_SPECIFICATION}")
    _number(stream, "I")
    layers: set[int] = set()
    heads = tokens = 0
    for _ in range(min(_number(stream, "I"), _MOST_VARIABLES)):
        name = _name(stream)
        dimensions = [_number(stream, "I") for _ in range(_number(stream, "B"))]
        _number(stream, "B")
        length = _number(stream, "I")
        if stream.tell() + length > size:
            raise ValueError("it is incomplete")
        if name == "decoder/num_heads":
            heads = int.from_bytes(stream.read(length), "little")
        else:
            stream.seek(length, 1)
        if name == "decoder/embeddings/weight" and dimensions:
            tokens = dimensions[0]
        layer = re.match(r"decoder/layer_(\d+)/", name)
        if layer:
            layers.add(int(layer.group(1)))
    if not (layers and heads and tokens):
        raise ValueError("parts of the decoder are missing")
    return WeightsShape(len(layers), heads, tokens)


def _number(stream: BinaryIO, kind: str) -> int:
    form = f"<{kind}"
    return int(struct.unpack(form, stream.read(struct.calcsize(form)))[0])


def _name(stream: BinaryIO) -> str:
    length = _number(stream, "H")
    if length > _LONGEST_NAME:
        raise ValueError("a name in it is too long")
    return stream.read(length).rstrip(b"\0").decode()

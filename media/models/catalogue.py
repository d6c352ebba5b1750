"""The recognisers that can be asked for by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from media.errors import ModelUnavailable
from media.types import LanguageCode, RecogniserInfo

DEMO = "demo"
DEMO_FOLDER = Path(__file__).parent / "demo"
MODEL_FILES = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")

ModelState = Literal["bundled", "cached", "available"]


@dataclass(frozen=True, slots=True)
class HubModel:
    """`megabytes` is the download, about."""

    repository: str
    megabytes: int


HUB_MODELS: dict[str, HubModel] = {
    "tiny": HubModel("Systran/faster-whisper-tiny", 78),
    "base": HubModel("Systran/faster-whisper-base", 148),
    "small": HubModel("Systran/faster-whisper-small", 486),
    "medium": HubModel("Systran/faster-whisper-medium", 1530),
    "large-v3": HubModel("Systran/faster-whisper-large-v3", 3090),
}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    name: str
    megabytes: int
    state: ModelState
    demonstration: bool
    languages: tuple[LanguageCode, ...]


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """`path` is a folder that the transcriber can load."""

    path: Path
    info: RecogniserInfo


def open_demo() -> ChosenModel:
    """Raises ModelUnavailable when the installation lacks the bundled model."""
    try:
        about = json.loads((DEMO_FOLDER / "about.json").read_text())
        languages = tuple(about["languages"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(f"the bundled demonstration recogniser is missing or damaged: {error}") from error
    check_folder(DEMO_FOLDER)
    return ChosenModel(DEMO_FOLDER, RecogniserInfo(DEMO, demonstration=True, languages=languages))


def open_whisper(name: str, path: Path) -> ChosenModel:
    check_folder(path)
    return ChosenModel(path, RecogniserInfo(name, demonstration=False, languages=("en", "zh-CN")))


def check_folder(path: Path) -> None:
    """Raises ModelUnavailable unless what the loader needs is there."""
    missing = [name for name in ("config.json", "model.bin", "tokenizer.json") if not (path / name).is_file()]
    if missing:
        raise ModelUnavailable(f"{path} is no recogniser: {', '.join(missing)} missing")

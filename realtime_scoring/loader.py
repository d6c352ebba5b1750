"""The one place that reads package files: rubrics and lexicons, with a version from their bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from realtime_scoring.lexicon import DataError, Lexicon, parse_lexicon
from realtime_scoring.rubric import LANGUAGES, Rubric, parse_competency
from realtime_scoring.types import Language


@dataclass(frozen=True, slots=True)
class ShippedData:
    rubric: Rubric
    rubric_version: str
    lexicons: dict[Language, Lexicon]
    lexicon_version: str


@cache
def load_shipped_data() -> ShippedData:
    """Raises `DataError` with file and place when the shipped data is wrong."""
    rubric_files = _read_folder("rubrics")
    lexicon_files = _read_folder("lexicons")
    entries = [parse_competency(_parse(text, name), name) for name, text in rubric_files.items()]
    entries.sort(key=lambda entry: entry.competency.id)
    return ShippedData(
        rubric=Rubric(tuple(entries)),
        rubric_version=_digest(rubric_files),
        lexicons={
            language: parse_lexicon(
                _parse(lexicon_files[f"{language}.yaml"], f"{language}.yaml"), language, f"{language}.yaml"
            )
            for language in LANGUAGES
        },
        lexicon_version=_digest(lexicon_files),
    )


def _read_folder(folder: str) -> dict[str, str]:
    entries = sorted(
        (entry for entry in (files("realtime_scoring") / folder).iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    return {entry.name: entry.read_text(encoding="utf-8") for entry in entries}


def _parse(text: str, name: str) -> object:
    try:
        parsed: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DataError(f"{name}: {error}") from error
    return parsed


def _digest(texts: dict[str, str]) -> str:
    joined = "\0".join(f"{name}\0{text}" for name, text in texts.items())
    return hashlib.sha256(joined.encode()).hexdigest()[:12]

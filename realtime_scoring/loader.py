"""The one place that reads package files: rubrics and lexicons, with a version from their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import yaml

from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import Lexicon, parse_lexicon
from realtime_scoring.rubric import LANGUAGES, Rubric, parse_competency
from realtime_scoring.tagger import parse_tagger
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
    taggers = _read_folder("lexicons", ".tsv")
    entries = [parse_competency(_parse(text, name), name) for name, text in rubric_files.items()]
    entries.sort(key=lambda entry: entry.competency.id)
    return ShippedData(
        rubric=Rubric(tuple(entries)),
        rubric_version=_digest(rubric_files),
        lexicons={
            language: parse_lexicon(
                _parse(lexicon_files[f"{language}.yaml"], f"{language}.yaml"),
                language,
                f"{language}.yaml",
                parse_tagger(taggers[f"{language}.tsv"], language, f"{language}.tsv"),
            )
            for language in LANGUAGES
        },
        lexicon_version=_digest(lexicon_files | taggers),
    )


def add_rubrics(shipped: ShippedData, own: Mapping[str, str]) -> ShippedData:
    """`own`: file name -> text. The version covers them. Raises `DataError`, also for a competency that is there."""
    files_of = {entry.competency.id: "the shipped rubrics" for entry in shipped.rubric.competencies}
    entries = list(shipped.rubric.competencies)
    for name, text in sorted(own.items()):
        entry = parse_competency(_parse(text, name), name)
        known = files_of.setdefault(entry.competency.id, name)
        if known != name:
            raise DataError(f"{name}: id: {entry.competency.id!r} is described by {known} already; take another id")
        entries.append(entry)
    return replace(
        shipped,
        rubric=Rubric(tuple(sorted(entries, key=lambda entry: entry.competency.id))),
        rubric_version=_digest({"": shipped.rubric_version, **dict(sorted(own.items()))}),
    )


def _read_folder(folder: str, ending: str = ".yaml") -> dict[str, str]:
    entries = sorted(
        (entry for entry in (files("realtime_scoring") / folder).iterdir() if entry.name.endswith(ending)),
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

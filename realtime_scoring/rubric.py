"""Competencies with anchored levels and the observable behaviours (indicators) that count for them.

Data: `rubrics/*.yaml`, one competency each, both languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import as_mapping, as_text, as_texts, compile_pattern
from realtime_scoring.types import Competency, Language

LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """An observable behaviour; `label` is what a reviewer reads beside the quote. Equal only to itself, so that what
    was found with it can be kept by it.

    `example`: a sentence in which somebody tells of it, for authors and their check; may be missing.
    """

    id: str
    label: dict[Language, str]
    patterns: dict[Language, re.Pattern[str]]
    example: dict[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompetencyRubric:
    competency: Competency
    wants_quantity: bool
    vocabulary: dict[Language, tuple[str, ...]]
    indicators: tuple[Indicator, ...]
    negatives: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """Ordered by competency id."""

    competencies: tuple[CompetencyRubric, ...]

    def find(self, competency: str) -> CompetencyRubric | None:
        return next((entry for entry in self.competencies if entry.competency.id == competency), None)


def parse_competency(data: object, source: str) -> CompetencyRubric:
    root = as_mapping(data, source)
    wants_quantity = root.get("wants_quantity", False)
    if not isinstance(wants_quantity, bool):
        raise DataError(f"{source}: wants_quantity: expected true or false")
    return CompetencyRubric(
        competency=Competency(
            id=as_text(root.get("id"), f"{source}: id"),
            name=_by_language(root.get("name"), f"{source}: name"),
            anchors=_anchors(root.get("anchors"), f"{source}: anchors"),
        ),
        wants_quantity=wants_quantity,
        vocabulary=_word_lists(root.get("vocabulary"), f"{source}: vocabulary"),
        indicators=_indicators(root.get("indicators"), f"{source}: indicators"),
        negatives=_indicators(root.get("negatives"), f"{source}: negatives"),
    )


def _by_language(value: object, source: str) -> dict[Language, str]:
    entries = as_mapping(value, source)
    return {language: as_text(entries.get(language), f"{source}.{language}") for language in LANGUAGES}


def _word_lists(value: object, source: str) -> dict[Language, tuple[str, ...]]:
    entries = as_mapping(value, source)
    return {language: tuple(as_texts(entries.get(language), f"{source}.{language}")) for language in LANGUAGES}


def _anchors(value: object, source: str) -> dict[Language, tuple[str, str, str, str, str]]:
    anchors: dict[Language, tuple[str, str, str, str, str]] = {}
    for language, texts in _word_lists(value, source).items():
        if len(texts) != 5:
            raise DataError(f"{source}.{language}: expected five anchors, found {len(texts)}")
        first, second, third, fourth, fifth = texts
        anchors[language] = (first, second, third, fourth, fifth)
    return anchors


def _indicators(value: object, source: str) -> tuple[Indicator, ...]:
    if not isinstance(value, list):
        raise DataError(f"{source}: expected a list")
    indicators = []
    for index, item in enumerate(value):
        place = f"{source}[{index}]"
        entry = as_mapping(item, place)
        indicators.append(
            Indicator(
                id=as_text(entry.get("id"), f"{place}.id"),
                label=_by_language(entry.get("label"), f"{place}.label"),
                patterns={
                    language: compile_pattern(list(texts), language, f"{place}.{language}")
                    for language, texts in _word_lists(
                        {language: entry.get(language) for language in LANGUAGES}, place
                    ).items()
                },
                example=_by_language(entry["example"], f"{place}.example") if "example" in entry else {},
            )
        )
    if len({indicator.id for indicator in indicators}) != len(indicators):
        raise DataError(f"{source}: an id is used twice")
    return tuple(indicators)

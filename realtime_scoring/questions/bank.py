"""The bank of questions: written and checked beforehand, each with what an answer to it can show.

Data: `bank/*.yaml`, one competency each, both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import as_count, as_mapping, as_text, as_texts, compile_pattern
from realtime_scoring.questions.cues import Patterns
from realtime_scoring.rubric import LANGUAGES, Rubric
from realtime_scoring.types import Language, QuestionKind

ASKED_KINDS: tuple[QuestionKind, ...] = ("behavioural", "situational", "logic")
"""In the order in which an interview asks them: past behaviour says the most (Taylor and Small 2002)."""

MOST_COMPETENCIES = 3
_FIELDS = ("id", "kind", *LANGUAGES, "shows", "suggested_s", "limit_s", "follow_ups", "fits")
_TIMES_S: dict[QuestionKind, tuple[int, int]] = {
    "behavioural": (120, 300),
    "situational": (90, 240),
    "logic": (180, 480),
}
_FOLLOW_UPS: dict[QuestionKind, int] = {"behavioural": 2, "situational": 1, "logic": 0}


@dataclass(frozen=True, slots=True)
class Dimension:
    """An indicator of a competency's rubric that an answer can show."""

    competency: str
    indicator: str


@dataclass(frozen=True, slots=True)
class QuestionTemplate:
    """`competencies`: the one it is for first, at most three. `fits`: words of a job that it suits in particular."""

    id: str
    kind: QuestionKind
    text: dict[Language, str]
    competencies: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    suggested_s: int
    limit_s: int
    follow_ups: int
    fits: Patterns | None = None


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """Ordered by file, then as in the file; ids are unique."""

    templates: tuple[QuestionTemplate, ...]

    def of_competency(self, competency: str) -> tuple[QuestionTemplate, ...]:
        return tuple(template for template in self.templates if competency in template.competencies)


def parse_bank(files: Mapping[str, object], rubric: Rubric) -> QuestionBank:
    """`files`: parsed data by file name. Raises DataError with file and place."""
    templates: list[QuestionTemplate] = []
    for source, data in files.items():
        root = as_mapping(data, source)
        competency = as_text(root.get("competency"), f"{source}: competency")
        questions = root.get("questions")
        if not isinstance(questions, list) or set(root) != {"competency", "questions"}:
            raise DataError(f"{source}: expected `competency` and a list of `questions`")
        for index, item in enumerate(questions):
            place = f"{source}: questions[{index}]"
            template = _parse_template(item, place, rubric)
            if template.competencies[0] != competency:
                raise DataError(f"{place}.shows: {competency} comes first in this file")
            if any(template.id == known.id for known in templates):
                raise DataError(f"{place}.id: {template.id!r} is used twice")
            templates.append(template)
    return QuestionBank(tuple(templates))


def _parse_template(data: object, source: str, rubric: Rubric) -> QuestionTemplate:
    fields = as_mapping(data, source)
    unknown = sorted(set(fields) - set(_FIELDS))
    if unknown:
        raise DataError(f"{source}: unknown entries: {', '.join(unknown)}")
    kind = next((kind for kind in ASKED_KINDS if kind == fields.get("kind")), None)
    if kind is None:
        raise DataError(f"{source}.kind: expected one of {', '.join(ASKED_KINDS)}")
    suggested_s, limit_s = (
        as_count(fields.get(name, usual), f"{source}.{name}")
        for name, usual in zip(("suggested_s", "limit_s"), _TIMES_S[kind], strict=True)
    )
    if not 30 <= suggested_s <= limit_s <= 900:
        raise DataError(f"{source}: expected 30 <= suggested_s <= limit_s <= 900")
    dimensions = _parse_dimensions(fields.get("shows"), f"{source}.shows", rubric)
    return QuestionTemplate(
        id=as_text(fields.get("id"), f"{source}.id"),
        kind=kind,
        text={language: as_text(fields.get(language), f"{source}.{language}") for language in LANGUAGES},
        competencies=tuple(dict.fromkeys(dimension.competency for dimension in dimensions)),
        dimensions=dimensions,
        suggested_s=suggested_s,
        limit_s=limit_s,
        follow_ups=as_count(fields.get("follow_ups", _FOLLOW_UPS[kind]), f"{source}.follow_ups"),
        fits=_parse_fits(fields["fits"], f"{source}.fits") if "fits" in fields else None,
    )


def _parse_dimensions(data: object, source: str, rubric: Rubric) -> tuple[Dimension, ...]:
    shows = as_mapping(data, source)
    if not 1 <= len(shows) <= MOST_COMPETENCIES:
        raise DataError(f"{source}: expected one to {MOST_COMPETENCIES} competencies")
    dimensions = []
    for competency, indicators in shows.items():
        entry = rubric.find(competency)
        if entry is None:
            raise DataError(f"{source}: no rubric describes {competency!r}")
        known = {indicator.id for indicator in entry.indicators}
        for indicator in as_texts(indicators, f"{source}.{competency}"):
            if indicator not in known:
                raise DataError(f"{source}.{competency}: the rubric has no indicator {indicator!r}")
            dimensions.append(Dimension(competency, indicator))
    return tuple(dimensions)


def _parse_fits(data: object, source: str) -> Patterns:
    entries = as_mapping(data, source)
    return {
        language: (compile_pattern(as_texts(entries.get(language), f"{source}.{language}"), language, source),)
        for language in LANGUAGES
    }

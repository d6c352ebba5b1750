"""Levels 1..5 from evidence, and a score from levels. Every step of a level is a quote or the lack of one.

The bands follow behaviourally anchored scales (see `rubrics/`): nothing observed is level 1, talk without acts 2,
acts 3, own acts that are several or had an effect 4, measured and reflected ones 5. Agreement with human raters has
not been measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from realtime_scoring.rubric import CompetencyRubric
from realtime_scoring.steps import UNRATED, climb, read_shown
from realtime_scoring.types import (
    Assessment,
    CompetencyLevel,
    Confidence,
    Evidence,
    Flag,
    Language,
    Question,
    QuestionKind,
    Score,
    Versions,
)

_UNRATED = frozenset(UNRATED)
_NOTHING_TOLD = frozenset({Flag.UNANSWERED, Flag.OFF_TOPIC})
"""What was said is no answer to the question, so nothing in it is evidence."""


def rate(
    entry: CompetencyRubric,
    question: Question,
    flags: frozenset[Flag],
    evidence: tuple[Evidence, ...],
    confidence: Confidence,
) -> CompetencyLevel:
    competency = entry.competency
    if flags & _NOTHING_TOLD:
        return CompetencyLevel(competency.id, None, "low", "")
    if flags & _UNRATED:
        return CompetencyLevel(competency.id, None, "low", "", evidence)
    level = find_level(question.kind, flags, evidence)
    if sum(item.sign > 0 for item in evidence) < 2:
        confidence = "low"
    anchor = competency.anchors[question.language][level - 1]
    return CompetencyLevel(competency.id, level, confidence, anchor, evidence)


def find_level(kind: QuestionKind, flags: frozenset[Flag], evidence: tuple[Evidence, ...]) -> int:
    return climb(kind, read_shown(flags, evidence))


def judge_confidence(words_share: float, asr_confidence: float, coverage: float) -> Confidence:
    """`words_share`: length over the shortest answer; `coverage`: mean of the STAR parts, 0..1."""
    if words_share >= 3 and asr_confidence >= 0.8 and coverage >= 0.6:
        return "high"
    return "medium" if words_share >= 1.5 and asr_confidence >= 0.7 else "low"


def combine(
    assessments: Iterable[tuple[Question, Assessment]],
    entries: dict[str, CompetencyRubric],
    versions: Versions,
    language: Language,
) -> Score:
    """Equal weights over questions, then over competencies."""
    rated: dict[str, list[CompetencyLevel]] = {}
    for _, assessment in assessments:
        for level in assessment.levels:
            rated.setdefault(level.competency, []).append(level)
    levels = tuple(_combine_competency(name, rated[name], entries.get(name), language) for name in sorted(rated))
    means = [level.mean_level for level in levels if level.mean_level is not None]
    total = round(20 * sum(means) / len(means), 1) if means else None
    return Score(total=total, levels=levels, versions=versions)


def _combine_competency(
    name: str, levels: list[CompetencyLevel], entry: CompetencyRubric | None, language: Language
) -> CompetencyLevel:
    known = [level.level for level in levels if level.level is not None]
    evidence = tuple(item for level in levels for item in level.evidence)
    if not known or entry is None:
        return CompetencyLevel(name, None, "low", "", evidence)
    mean = sum(known) / len(known)
    rounded = math.floor(mean + 0.5)
    order: tuple[Confidence, ...] = ("low", "medium", "high")
    confidence = max((level.confidence for level in levels if level.level is not None), key=order.index)
    anchor = entry.competency.anchors[language][rounded - 1]
    return CompetencyLevel(name, rounded, confidence, anchor, evidence, round(mean, 3))

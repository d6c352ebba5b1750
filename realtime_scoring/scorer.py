"""Levels 1..5 from evidence, and a score from levels. Every step of a level is a quote or the lack of one.

The bands follow behaviourally anchored scales (see `rubrics/`): nothing observed is level 1, talk without acts 2,
acts 3, own acts that are several or had an effect 4, measured and reflected ones 5. Agreement with human raters has
not been measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from realtime_scoring.coverage import IMAGINED_KINDS
from realtime_scoring.rubric import CompetencyRubric
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

_STRUCTURE = frozenset({"own_action", "result", "measured_result", "reflection"})
_UNRATED = frozenset({Flag.TOO_SHORT, Flag.UNANSWERED, Flag.OFF_TOPIC, Flag.LOW_ASR_CONFIDENCE})


def rate(
    entry: CompetencyRubric,
    question: Question,
    flags: frozenset[Flag],
    evidence: tuple[Evidence, ...],
    confidence: Confidence,
) -> CompetencyLevel:
    competency = entry.competency
    if flags & _UNRATED:
        return CompetencyLevel(competency.id, None, "low", "", evidence)
    level = find_level(question.kind, flags, evidence)
    if sum(item.sign > 0 for item in evidence) < 2:
        confidence = "low"
    anchor = competency.anchors[question.language][level - 1]
    return CompetencyLevel(competency.id, level, confidence, anchor, evidence)


def find_level(kind: QuestionKind, flags: frozenset[Flag], evidence: tuple[Evidence, ...]) -> int:
    observed = {item.indicator for item in evidence if item.sign > 0 and item.indicator not in _STRUCTURE}
    if not observed:
        return 1
    shown = {item.indicator for item in evidence if item.sign > 0}
    points = sum(item.sign * item.weight for item in evidence)
    # However strong and however well it ended, n behaviours carry no more than level n + 2.
    most = min(5, len(observed) + 2)
    if kind in IMAGINED_KINDS:
        return min(most, _band(points, (2.0, 3.0, 4.0)))
    level = min(most, _band(points, (2.0, 3.0, 4.5)))
    if "own_action" not in shown:
        level = min(level, 3)
    if not {"measured_result", "reflection"} <= shown:
        level = min(level, 4)
    if flags & {Flag.NO_EVENT, Flag.HYPOTHETICAL}:
        level = min(level, 2)
    return level


def _band(points: float, bounds: tuple[float, float, float]) -> int:
    """2 for anything observed, 3..5 from the bounds on."""
    return 2 + sum(points >= bound for bound in bounds)


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

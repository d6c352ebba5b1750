"""Scoring results to events and back. The only place that knows both shapes."""

from __future__ import annotations

from realtime_scoring.types import Assessment, CompetencyLevel, Evidence, Flag, FollowUp, Score, StarCoverage
from server.protocol import events as e

CompetencyNames = dict[str, str]


def assessed_event(turn_id: str, assessment: Assessment, names: CompetencyNames) -> e.AnswerAssessed:
    star = assessment.star
    return e.AnswerAssessed(
        turn_id=turn_id,
        question_id=assessment.question_id,
        star=e.Star(star.situation, star.task, star.action, star.result),
        flags=tuple(sorted(assessment.flags)),
        levels=tuple(_level_event(level, names) for level in assessment.levels),
    )


def assessment_from_event(data: e.AnswerAssessed) -> Assessment:
    return Assessment(
        question_id=data.question_id,
        star=StarCoverage(data.star.situation, data.star.task, data.star.action, data.star.result),
        flags=frozenset(Flag(flag) for flag in data.flags if flag in _KNOWN_FLAGS),
        levels=tuple(
            CompetencyLevel(
                competency=level.competency,
                level=level.level,
                confidence=level.confidence,
                anchor=level.anchor,
                evidence=tuple(_evidence(claim) for claim in level.evidence),
            )
            for level in data.levels
        ),
    )


def score_event(score: Score, names: CompetencyNames, *, demonstration: bool) -> e.ScoreUpdated:
    return e.ScoreUpdated(
        total=score.total,
        levels=tuple(_level_event(level, names) for level in score.levels),
        engine_version=score.versions.engine,
        rubric_version=score.versions.rubric,
        lexicon_version=score.versions.lexicon,
        demonstration=demonstration,
    )


def why_asked(follow_up: FollowUp) -> e.Why:
    return e.Why(
        kind=follow_up.kind,
        trigger=follow_up.trigger,
        turn_id=follow_up.turn_id,
        quote=follow_up.quote,
        char_start=follow_up.char_start,
        char_end=follow_up.char_end,
        alternatives=tuple(follow_up.alternatives),
    )


def _level_event(level: CompetencyLevel, names: CompetencyNames) -> e.LevelReached:
    return e.LevelReached(
        competency=level.competency,
        competency_name=names.get(level.competency, level.competency),
        level=level.level,
        confidence=level.confidence,
        anchor=level.anchor,
        evidence=tuple(
            e.EvidenceClaim(
                competency=claim.competency,
                indicator=claim.indicator,
                sign=claim.sign,
                weight=claim.weight,
                turn_id=claim.turn_id,
                quote=claim.quote,
                char_start=claim.char_start,
                char_end=claim.char_end,
                t_start_ms=claim.t_start_ms,
                t_end_ms=claim.t_end_ms,
                star=claim.star,
            )
            for claim in level.evidence
        ),
    )


def _evidence(claim: e.EvidenceClaim) -> Evidence:
    return Evidence(
        competency=claim.competency,
        indicator=claim.indicator,
        sign=1 if claim.sign > 0 else -1,
        weight=claim.weight,
        turn_id=claim.turn_id,
        quote=claim.quote,
        char_start=claim.char_start,
        char_end=claim.char_end,
        t_start_ms=claim.t_start_ms,
        t_end_ms=claim.t_end_ms,
        star=claim.star,
    )


_KNOWN_FLAGS = frozenset(flag.value for flag in Flag)

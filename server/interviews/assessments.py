"""Scoring results to events and back. The only place that knows both shapes."""

from __future__ import annotations

from dataclasses import replace

from realtime_scoring.types import Assessment, CompetencyLevel, Evidence, Flag, FollowUp, Score, StarCoverage
from server.interviews.intents import Words
from server.language_model.second_opinion import SecondOpinion
from server.protocol import events as e

CompetencyNames = dict[str, str]


def assessed_event(turn_id: str, assessment: Assessment, names: CompetencyNames) -> e.AnswerAssessed:
    return e.AnswerAssessed(
        turn_id=turn_id,
        question_id=assessment.question_id,
        star=star_event(assessment.star),
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


def star_event(star: StarCoverage) -> e.Star:
    return e.Star(star.situation, star.task, star.action, star.result)


def claim_event(claim: Evidence) -> e.EvidenceClaim:
    return e.EvidenceClaim(
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


def why_asked(follow_up: FollowUp, words: Words | None = None) -> e.Why:
    """The plan is the rules', whoever worded it."""
    why = e.Why(
        kind=follow_up.kind,
        trigger=follow_up.trigger,
        turn_id=follow_up.turn_id,
        quote=follow_up.quote,
        char_start=follow_up.char_start,
        char_end=follow_up.char_end,
        alternatives=tuple(follow_up.alternatives),
    )
    if words is None:
        return why
    if not words.text:
        return replace(why, fallback=words.fallback)
    return replace(why, source="llm", model=words.model, took_ms=words.took_ms, planned=follow_up.text)


def opinion_event(competency: str, name: str, embedded: int, second: SecondOpinion | str) -> e.LevelOpinion:
    """`second`: the opinion, or the code of why nobody was asked. Of several runs the one nearest to what was combined
    gives its reasons."""
    if isinstance(second, str):
        return e.LevelOpinion(competency, name, embedded, (), embedded, "embedded", None, "", second)
    combined = second.combined
    level = embedded if combined.level is None else combined.level
    nearest = min(second.opinions, key=lambda run: 9 if run.level is None else abs(run.level - level), default=None)
    refused = next((reason.value for reason in combined.refusals), "")
    return e.LevelOpinion(
        competency=competency,
        competency_name=name,
        embedded=embedded,
        opinions=combined.levels,
        combined=level,
        source="hybrid" if combined.source == "hybrid" else "embedded",
        review=combined.review,
        rationale="" if nearest is None else nearest.rationale,
        reason="" if combined.levels else second.failure or refused,
        evidence=() if nearest is None else tuple(claim_event(claim) for claim in nearest.evidence),
    )


def _level_event(level: CompetencyLevel, names: CompetencyNames) -> e.LevelReached:
    return e.LevelReached(
        competency=level.competency,
        competency_name=names.get(level.competency, level.competency),
        level=level.level,
        confidence=level.confidence,
        anchor=level.anchor,
        evidence=tuple(claim_event(claim) for claim in level.evidence),
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

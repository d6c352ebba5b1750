"""Evidence while an answer is still being given: for observers, and without a level."""

from __future__ import annotations

from collections.abc import Iterable

from realtime_scoring.types import Assessment, Evidence
from server.interviews.answers import answer_text, counted_segments, join_segments
from server.interviews.assessments import claim_event, star_event
from server.interviews.course import scoring_question
from server.interviews.mind import Mind
from server.interviews.state import AnsweredTurn, InterviewState, Turn
from server.protocol import events as e
from server.protocol.signals import EvidenceGathered

CLAIMS_SHOWN = 60
"""The newest; the rest of a long answer is told when it is complete. Keeps a message well below 64 KiB."""


def gather_evidence(state: InterviewState, logged: Iterable[object], mind: Mind) -> EvidenceGathered | None:
    """What the open question's answers show, when `logged` (the events just appended) gives a reason to look: a final
    text of the open answer, or an observer who has just come and has seen nothing of it.

    None where nobody watches or nothing may be scored. Once for each append, so several finals at once cost one look.
    """
    turn = state.turn
    if turn is None or not turn.segments or not state.observer_connections or "ai_scoring" not in state.consents:
        return None
    if not any(_is_reason(data, turn) for data in logged):
        return None
    question = scoring_question(state, state.question(turn.question_id))
    if question.kind == "identity":
        return None
    turns = (*state.turns_of(turn.question_id), _as_answered(turn, state))
    assessment = mind.engine.assess(question, tuple(answer_text(each, state.language) for each in turns))
    return EvidenceGathered(
        turn_id=turn.id,
        question_id=turn.question_id,
        star=star_event(assessment.star),
        claims=tuple(map(claim_event, _newest(assessment, turns))),
    )


def _newest(assessment: Assessment, turns: tuple[AnsweredTurn, ...]) -> list[Evidence]:
    """In order of speech."""
    order = {turn.id: place for place, turn in enumerate(turns)}
    claims = [claim for level in assessment.levels for claim in level.evidence]
    return sorted(claims, key=lambda claim: (order[claim.turn_id], claim.char_start))[-CLAIMS_SHOWN:]


def _is_reason(data: object, turn: Turn) -> bool:
    if isinstance(data, e.SegmentTranscribed):
        return data.turn_id == turn.id
    return isinstance(data, e.ObserverJoined)


def _as_answered(turn: Turn, state: InterviewState) -> AnsweredTurn:
    return AnsweredTurn(
        id=turn.id,
        question_id=turn.question_id,
        asked_as=turn.asked_as,
        follow_up=turn.follow_up,
        text=join_segments(counted_segments(turn), state.language),
        segments=turn.segments,
        answer_started_ms=turn.answer_started_ms,
    )

"""How what is said, and what it shows, changes the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from realtime_scoring.types import Versions
from server.interviews.answers import find_typed, with_segment, without_text
from server.interviews.assessments import assessment_from_event
from server.interviews.evolve_turns import keep_ended
from server.interviews.state import AnsweredTurn, InterviewState, Turn
from server.protocol import events as e
from server.protocol.flow import Language


def end_turn(turn: Turn, data: e.AnswerCompleted, language: Language) -> AnsweredTurn:
    return AnsweredTurn(
        id=turn.id,
        question_id=turn.question_id,
        asked_as=turn.asked_as,
        follow_up=turn.follow_up,
        text=data.text,
        segments=turn.segments,
        asides=turn.asides,
        typed=find_typed(turn, data.text, language),
        form=turn.form,
        typing_since_ms=turn.typing_since_ms,
        asked_at_ms=turn.asked_at_ms,
        answer_started_ms=turn.answer_started_ms,
        unheard=turn.unheard,
        missed=turn.missed,
        awaited=not data.transcription_complete and not turn.unheard,
    )


def keep_turn(state: InterviewState) -> InterviewState:
    """The interview ended in the middle of an answer of which there is no text yet."""
    turn = state.turn
    if turn is None:
        return state
    kept = AnsweredTurn(
        id=turn.id,
        question_id=turn.question_id,
        asked_as=turn.asked_as,
        follow_up=turn.follow_up,
        text="",
        segments=turn.segments,
        asides=turn.asides,
        form=turn.form,
        typing_since_ms=turn.typing_since_ms,
        asked_at_ms=turn.asked_at_ms,
        answer_started_ms=turn.answer_started_ms,
        unheard=turn.unheard,
        missed=turn.missed,
    )
    return replace(state, turn=None, answered=(*state.answered, kept))


def _transcribed(state: InterviewState, data: e.SegmentTranscribed, at: datetime, t_ms: int) -> InterviewState:
    state = _note_heard(state, data.t_end_ms)
    if state.turn is not None and state.turn.id == data.turn_id:
        return replace(state, turn=with_segment(state.turn, data))
    return _with_answered(state, data.turn_id, lambda turn: with_segment(turn, data))


def _unheard(
    state: InterviewState, data: e.SegmentFailed | e.SegmentDeferred, at: datetime, t_ms: int
) -> InterviewState:
    state = _note_heard(state, data.t_end_ms)
    for_good = isinstance(data, e.SegmentFailed)
    if state.turn is not None and state.turn.id == data.turn_id:
        return replace(state, turn=without_text(state.turn, data.segment_id, for_good=for_good))
    return _with_answered(state, data.turn_id, lambda turn: without_text(turn, data.segment_id, for_good=for_good))


def _completed(state: InterviewState, data: e.AnswerCompleted, at: datetime, t_ms: int) -> InterviewState:
    turn = state.turn
    if turn is None or turn.id != data.turn_id:
        return state
    answered = (*state.answered, end_turn(turn, data, state.language))
    return replace(state, turn=None, away_since_ms=None, answered=answered, ended_last=keep_ended(state, turn))


def _revised(state: InterviewState, data: e.AnswerRevised, at: datetime, t_ms: int) -> InterviewState:
    def revise(turn: AnsweredTurn) -> AnsweredTurn:
        # One that changes nothing of an awaited answer says that all was heard but for what is kept for later.
        ended = data.transcription_complete or (data.text == turn.text and bool(turn.unheard))
        return replace(turn, text=data.text, awaited=turn.awaited and not ended)

    return _with_answered(state, data.turn_id, revise)


def _assessed(state: InterviewState, data: e.AnswerAssessed, at: datetime, t_ms: int) -> InterviewState:
    """Of each question the latest assessment, in order of asking."""
    entry = (data.question_id, assessment_from_event(data))
    state = replace(state, seconded=state.seconded - {data.question_id})
    if all(question_id != data.question_id for question_id, _ in state.assessments):
        return replace(state, assessments=(*state.assessments, entry))
    assessments = tuple(entry if known[0] == data.question_id else known for known in state.assessments)
    return replace(state, assessments=assessments)


def _scored(state: InterviewState, data: e.ScoreUpdated, at: datetime, t_ms: int) -> InterviewState:
    versions = Versions(data.engine_version, data.rubric_version, data.lexicon_version)
    if versions in state.scored_with:
        return state
    return replace(state, scored_with=(*state.scored_with, versions))


def _seconded(state: InterviewState, data: e.OpinionGiven, at: datetime, t_ms: int) -> InterviewState:
    return replace(state, seconded=state.seconded | {data.question_id})


def _review_requested(state: InterviewState, data: e.ReviewRequested, at: datetime, t_ms: int) -> InterviewState:
    return replace(state, review_requests=(*state.review_requests, data.text))


def _note_heard(state: InterviewState, t_end_ms: int) -> InterviewState:
    return replace(state, heard_until_ms=max(state.heard_until_ms, t_end_ms))


def _with_answered(
    state: InterviewState, turn_id: str, change: Callable[[AnsweredTurn], AnsweredTurn]
) -> InterviewState:
    answered = tuple(change(turn) if turn.id == turn_id else turn for turn in state.answered)
    return replace(state, answered=answered)


ANSWER_STEPS: dict[type, Callable[[InterviewState, Any, datetime, int], InterviewState]] = {
    e.SegmentTranscribed: _transcribed,
    e.SegmentFailed: _unheard,
    e.SegmentDeferred: _unheard,
    e.AnswerCompleted: _completed,
    e.AnswerRevised: _revised,
    e.AnswerAssessed: _assessed,
    e.ScoreUpdated: _scored,
    e.OpinionGiven: _seconded,
    e.ReviewRequested: _review_requested,
}

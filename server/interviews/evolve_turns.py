"""How the floor changes hands: an answer given back, time announced and extended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from server.interviews.state import AnsweredTurn, Ended, InterviewState, Turn
from server.protocol import events as e


def keep_ended(state: InterviewState, turn: Turn) -> Ended | None:
    """Of `turn`, which ends now: what gives it back. Only a silence can have been no end, and a skip be taken back."""
    if turn.closing not in ("silence", "skipped"):
        return None
    return Ended(
        turn=turn,
        place=state.place,
        stage_entered_at=state.stage_entered_at,
        follow_ups_asked=state.follow_ups_asked,
        last_transition=state.last_transition,
        assessments=state.assessments,
    )


def _withdrawn(state: InterviewState, data: e.QuestionWithdrawn, at: datetime, t_ms: int) -> InterviewState:
    ended, withdrawn = state.ended_last, state.turn
    answered = next((turn for turn in state.answered if turn.id == data.reopened_turn_id), None)
    if ended is None or withdrawn is None or answered is None or withdrawn.id != data.turn_id:
        return state
    return replace(
        state,
        turn=_open_again(ended.turn, answered, withdrawn, t_ms),
        answered=tuple(turn for turn in state.answered if turn.id != answered.id),
        ended_last=None,
        away_since_ms=None,
        place=ended.place,
        stage_entered_at=ended.stage_entered_at,
        follow_ups_asked=ended.follow_ups_asked,
        last_transition=ended.last_transition,
        assessments=ended.assessments,
    )


def _open_again(turn: Turn, answered: AnsweredTurn, withdrawn: Turn, t_ms: int) -> Turn:
    """With all that has been heard of it since, and without the time in which it was taken for ended."""
    segments = sorted((*answered.segments, *withdrawn.segments), key=lambda segment: segment.t_start_ms)
    asides = sorted((*answered.asides, *withdrawn.asides), key=lambda segment: segment.t_start_ms)
    return replace(
        turn,
        closing=None,
        closing_since_ms=0,
        given_back=turn.given_back + (turn.closing == "silence"),
        away_ms=turn.away_ms + t_ms - turn.closing_since_ms,
        segments=tuple(segments),
        asides=tuple(asides),
        unheard=(*answered.unheard, *withdrawn.unheard),
        missed=(*answered.missed, *withdrawn.missed),
    )


def _warned(state: InterviewState, data: e.TimeWarned, at: datetime, t_ms: int) -> InterviewState:
    return _with_turn(state, data.turn_id, lambda turn: replace(turn, warned=True))


def _extended(state: InterviewState, data: e.TimeExtended, at: datetime, t_ms: int) -> InterviewState:
    """Its new end is announced anew."""
    return _with_turn(
        state, data.turn_id, lambda turn: replace(turn, limit_ms=data.limit_ms, extended=True, warned=False)
    )


def _granted(state: InterviewState, data: e.TimeGranted, at: datetime, t_ms: int) -> InterviewState:
    return _with_turn(state, data.turn_id, lambda turn: replace(turn, limit_ms=data.limit_ms, warned=False))


def _with_turn(state: InterviewState, turn_id: str, change: Callable[[Turn], Turn]) -> InterviewState:
    if state.turn is None or state.turn.id != turn_id:
        return state
    return replace(state, turn=change(state.turn))


TURN_STEPS: dict[type, Callable[[InterviewState, Any, datetime, int], InterviewState]] = {
    e.QuestionWithdrawn: _withdrawn,
    e.TimeWarned: _warned,
    e.TimeExtended: _extended,
    e.TimeGranted: _granted,
}

"""When the open turn ends, or is helped along, if nothing happens before."""

from __future__ import annotations

from dataclasses import replace

from realtime_scoring.turns.deadline import next_deadline
from realtime_scoring.types import TurnDeadline, TurnFacts, TurnProfile
from server.interviews.answers import join_segments
from server.interviews.hearing import Hearing
from server.interviews.state import InterviewState, Turn
from server.protocol.flow import Language

PRESENTED_WITHIN_MS = 45_000
"""A page that never tells that it has put the question is taken to have done so after this time."""

TRANSCRIBED_WITHIN_MS = 10_000
"""A closing answer waits this long for its last words. What comes later revises it."""

LISTENING_LAG_MS = 500
"""So far hearing may be behind: packets come in batches, and speech shows only after a moment."""
STALL_LIMIT_MS = 5_000
STALL_LOOK_MS = 100


def postpone_unheard(deadline: TurnDeadline, hearing: Hearing, now_ms: int) -> TurnDeadline:
    """Silence counts once it has been listened to. While the network holds the candidate's words back there is nothing
    to hear, and what is on its way may well be speech; the network is waited for, but not for ever."""
    if deadline.action in ("warn_time", "end_time_limit") or hearing.heard_ms is None:
        return deadline
    if hearing.heard_ms + LISTENING_LAG_MS >= deadline.at_ms:
        return deadline
    latest_ms = deadline.at_ms + STALL_LIMIT_MS
    return replace(deadline, at_ms=min(latest_ms, max(deadline.at_ms, now_ms + STALL_LOOK_MS)))


def turn_deadline(state: InterviewState, hearing: Hearing, profile: TurnProfile) -> TurnDeadline | None:
    """None while nothing may end the turn: between turns, while it closes, and while the candidate is away."""
    turn = state.turn
    if state.phase != "live" or turn is None or turn.closing or state.away_since_ms is not None:
        return None
    if turn.listening_since_ms is None:
        # The question is being put. Only a page that never says so runs into the limit.
        put_ms = turn.asked_at_ms + turn.away_ms + PRESENTED_WITHIN_MS
        return TurnDeadline(put_ms + turn.limit_ms, "end_time_limit")
    typing = turn.form == "text"
    repeated_ms = turn.listening_since_ms - (turn.answer_started_ms or turn.listening_since_ms)
    goes_on = hearing.earlier_ms >= profile.minimum_speech_ms and hearing.speech_ms == 0 and not hearing.speaking
    facts = TurnFacts(
        listening_since_ms=turn.listening_since_ms,
        speaking=hearing.speaking and not typing,
        speech_ms=0 if typing else hearing.speech_ms,
        speech_stopped_at_ms=None if typing else hearing.stopped_ms,
        text=text_so_far(turn, state.language, hearing),
        language=state.language,
        question_kind=state.question(turn.question_id).kind,
        time_limit_ms=turn.limit_ms + turn.away_ms - repeated_ms,
        moment_until_ms=turn.moment_until_ms,
        nudged=turn.nudged or typing,
        resumed_at_ms=hearing.floor_ms if goes_on and not typing else None,
        follow_up=turn.asked_as == "follow_up",
        warned=turn.warned,
        habit=hearing.habit,
    )
    return next_deadline(facts, replace(profile, time_multiplier=state.time_multiplier))


def text_so_far(turn: Turn, language: Language, hearing: Hearing) -> str:
    """Of the open turn: its segments, and the caption of what is being said."""
    if not hearing.partial:
        return join_segments(turn.segments, language)
    told = [segment for segment in turn.segments if segment.segment_id != hearing.partial_of]
    return join_segments(told, language) + hearing.partial

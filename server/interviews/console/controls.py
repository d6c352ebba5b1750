"""What people of HR do to the interview: skip, repeat, grant time, close it, reopen it, direct its interviewer."""

from __future__ import annotations

from realtime_scoring.interludes import tell_granted
from server.interviews import intents as i
from server.interviews.console.directing import Direction, find_direction, give_directive, withdraw_directive
from server.interviews.console.holding import put_again, require_live
from server.interviews.course import Events, close_early, leave_question, score_without
from server.interviews.errors import (
    CloseNotAnnounced,
    FloorHeld,
    InterviewIsPaused,
    NotAborted,
    Rejected,
    TurnOver,
    UndoTooLate,
)
from server.interviews.hearing import Hearing
from server.interviews.mind import Mind
from server.interviews.state import InterviewState, Turn
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e

UNDO_MS = 5_000
_WORD_MS = 400
"""Less voice than this is no beginning of an answer."""


class ReopenNeedsConfirmation(Rejected):
    """It was completed, or ended by the candidate: a redo is meant for technical faults."""

    code = "reopen_needs_confirmation"


def repeat_question(
    state: InterviewState, command: c.QuestionRepeat, person: i.Person, now_ms: int, mind: Mind
) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    require_interviewer(state)
    if turn.listening_since_ms is None:
        return ()
    why = e.Why("repeat", "hr", turn.id, "", 0, 0, (), source="hr", user_id=person.id)
    return (put_again(turn, turn.text, now_ms, why=why),)


def skip_question(state: InterviewState, command: cc.QuestionSkip, person: i.Person, now_ms: int, mind: Mind) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    require_interviewer(state)
    return _skip(state, turn, mind, now_ms, person.id, person.name)


def undo_skip(state: InterviewState, command: cc.QuestionUnskip, person: i.Person, now_ms: int, mind: Mind) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    skipped, ended = state.console.skipped, state.ended_last
    if skipped is None or skipped[0] != turn.id or now_ms > skipped[1] or _begun(turn):
        raise UndoTooLate("the interview has gone on")
    if ended is None or ended.next_turn_id != turn.id or ended.turn.closing != "skipped":
        raise UndoTooLate("the interview has gone on")
    return (e.QuestionWithdrawn(turn.id, ended.turn.id), *score_without(state, ended, mind))


def grant_time(state: InterviewState, command: cc.TimeGrant, person: i.Person, now_ms: int, mind: Mind) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    return (_grant(state, turn, command.minutes, person),)


def announce_close(
    state: InterviewState, command: cc.InterviewClose, person: i.Person, now_ms: int, mind: Mind
) -> Events:
    require_live(state)
    if state.console.closing_at_ms is not None:
        return ()
    return (e.CloseAnnounced(person.id, person.name, now_ms + UNDO_MS),)


def cancel_close(
    state: InterviewState, command: cc.InterviewCancelClose, person: i.Person, now_ms: int, mind: Mind
) -> Events:
    require_live(state)
    if state.console.closing_at_ms is None:
        raise CloseNotAnnounced("no end has been announced")
    return (e.CloseCancelled(person.id, person.name),)


def close_now(state: InterviewState, command: i.CloseNow, now_ms: int, mind: Mind) -> Events:
    at_ms = state.console.closing_at_ms
    return () if state.phase != "live" or at_ms is None or now_ms < at_ms else close_early(state, mind, now_ms)


def reopen(state: InterviewState, command: cc.InterviewReopen, person: i.Person, now_ms: int, mind: Mind) -> Events:
    if state.phase not in ("aborted", "archived"):
        raise NotAborted("only an interview that broke off can be taken up again")
    if not command.confirmed and (state.phase == "archived" or state.aborted_because == "candidate_ended"):
        raise ReopenNeedsConfirmation("no fault ended this interview: confirm that it is to be taken up again")
    redo = state.console.redos + 1
    return (e.InterviewReopened(person.id, person.name, command.reason.strip(), redo),)


def direct(state: InterviewState, command: cc.DirectiveGive, person: i.Person, now_ms: int, mind: Mind) -> Events:
    """What asks nothing of the candidate is done at once; the rest at the next boundary."""
    require_live(state)
    given = give_directive(state, command, person, mind)
    turn = state.turn
    applied = e.DirectiveApplied(given.directive_id, person.id, "" if turn is None else turn.id)
    if given.kind == "note":
        return (given, applied)
    if given.kind == "extend":
        if turn is None or turn.closing:
            raise TurnOver("this answer has just ended")
        return (given, applied, _grant(state, turn, given.minutes, person))
    return (given,)


def undirect(state: InterviewState, command: cc.DirectiveWithdraw, person: i.Person, now_ms: int, mind: Mind) -> Events:
    return withdraw_directive(state, command, person)


def find_idle_turn(state: InterviewState, hearing: Hearing) -> i.ApplyDirectives | None:
    """A question has been put and nobody has begun to answer it: what was whispered need not wait."""
    turn = state.turn
    if not state.console.directives or state.phase != "live" or turn is None or not _idle(state, turn):
        return None
    if hearing.speaking or hearing.partial or (turn.form != "text" and hearing.speech_ms >= _WORD_MS):
        return None
    return i.ApplyDirectives(turn.id)


def apply_directives(state: InterviewState, command: i.ApplyDirectives, now_ms: int, mind: Mind) -> Events:
    turn = state.turn
    if state.phase != "live" or turn is None or turn.id != command.turn_id or not _idle(state, turn):
        return ()
    direction = find_direction(state.console, state.question(turn.question_id), state.language, turn.id)
    given = direction.directive
    match direction.step:
        case "end":
            return (*direction.events, *close_early(state, mind, now_ms))
        case "skip" if given is not None:
            return (*direction.events, *_skip(state, turn, mind, now_ms, given.user_id, given.name))
        case "ask" | "rephrase":
            return (*direction.events, _ask_within(turn, direction, now_ms))
        case _:
            return direction.events


def require_interviewer(state: InterviewState) -> None:
    """Only the interviewer puts questions. Raises FloorHeld, InterviewIsPaused."""
    if state.console.holder is not None:
        raise FloorHeld(f"{state.console.holder.name or 'somebody'} has the floor")
    if state.console.paused:
        raise InterviewIsPaused("the interview is paused")


def _ask_within(turn: Turn, direction: Direction, now_ms: int) -> e.QuestionAsked:
    """As part of the open question: both are answered in one, and neither is lost."""
    text = direction.text if direction.step == "rephrase" else f"{turn.text}\n{direction.text}"
    return put_again(turn, direction.text, now_ms, text=text, why=direction.why(turn.id))


def _skip(state: InterviewState, turn: Turn, mind: Mind, now_ms: int, user_id: str, name: str) -> Events:
    following = leave_question(state, turn, mind, now_ms)
    undoable = any(isinstance(data, e.QuestionAsked) for data in following)
    skipped = e.QuestionSkipped(turn.id, user_id, name, now_ms + UNDO_MS if undoable else now_ms)
    return (e.AnswerClosing(turn.id, "skipped"), skipped, *following)


def _grant(state: InterviewState, turn: Turn, minutes: int, person: i.Person) -> e.TimeGranted:
    limit_ms = turn.limit_ms + minutes * 60_000
    text = tell_granted(state.language, minutes)
    return e.TimeGranted(turn.id, limit_ms, minutes, person.id, person.name, text)


def _idle(state: InterviewState, turn: Turn) -> bool:
    waits = turn.listening_since_ms is not None and not turn.closing and not _begun(turn)
    return waits and state.hearing_possible


def _begun(turn: Turn) -> bool:
    return bool(turn.segments or turn.draft.strip())


def _answerable_turn(state: InterviewState, turn_id: str) -> Turn:
    require_live(state)
    turn = state.turn
    if turn is None or turn.id != turn_id:
        raise TurnOver("this question is answered already")
    if turn.closing:
        raise TurnOver("this answer has just ended")
    return turn

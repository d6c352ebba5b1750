"""The floor: who of HR speaks instead of the interviewer, and how the interviewer comes back.

Commands of people are `(state, command, person, now_ms, mind) -> events`, or raise Rejected.
"""

from __future__ import annotations

from realtime_scoring.interludes import lead_back, tell_joined, tell_left, tell_paused, tell_resumed
from server.interviews import intents as i
from server.interviews.errors import FloorHeld, FloorNotHeld, NotLive, NotWatching
from server.interviews.mind import Mind
from server.interviews.state import InterviewState, Turn
from server.protocol import console_commands as cc
from server.protocol import events as e

Events = tuple[object, ...]

GONE_AFTER_MS = 5_000
"""A page that is loaded anew has the floor still."""
HELD_AT_MOST_MS = 60 * 60_000


def take_floor(state: InterviewState, command: cc.FloorTake, person: i.Person, now_ms: int, mind: Mind) -> Events:
    require_live(state)
    if all(watcher.connection_id != person.connection_id for watcher in state.console.watchers):
        raise NotWatching("watch the interview before you speak in it")
    holder = state.console.holder
    if holder is not None and holder.user_id != person.id:
        raise FloorHeld(f"{holder.name or 'somebody else'} has the floor")
    if holder is not None:
        return () if holder.mode == command.mode else (e.FloorChanged(person.id, person.name, command.mode),)
    taken = e.FloorTaken(person.id, person.name, command.mode, tell_joined(state.language, person.name))
    return (*fall_silent(state), taken)


def change_mode(
    state: InterviewState, command: cc.FloorChangeMode, person: i.Person, now_ms: int, mind: Mind
) -> Events:
    require_live(state)
    _require_holder(state, person)
    holder = state.console.holder
    if holder is None or holder.mode == command.mode:
        return ()
    return (e.FloorChanged(person.id, person.name, command.mode),)


def hand_back(state: InterviewState, command: cc.FloorHandBack, person: i.Person, now_ms: int, mind: Mind) -> Events:
    require_live(state)
    _require_holder(state, person)
    answered = _end_answer(state) if command.answered else ()
    text = tell_left(state.language, person.name)
    return (
        e.FloorHandedBack(person.id, person.name, "handed_back", text),
        *answered,
        *go_on(state, text, now_ms, still_paused=state.console.paused, ended=bool(answered)),
    )


def free_floor(state: InterviewState, command: i.FreeFloor, now_ms: int, mind: Mind) -> Events:
    """By the interview itself, when its time has come."""
    holder = state.console.holder
    free_at = free_at_ms(state)
    if state.phase != "live" or holder is None or free_at is None or now_ms < free_at:
        return ()
    text = tell_left(state.language, holder.name)
    reason: e.HandBackReason = "expired" if holder.gone_since_ms is None else "gone"
    handed = e.FloorHandedBack(holder.user_id, holder.name, reason, text)
    return (handed, *go_on(state, text, now_ms, still_paused=state.console.paused))


def free_at_ms(state: InterviewState) -> int | None:
    holder = state.console.holder
    if holder is None:
        return None
    latest_ms = holder.taken_ms + HELD_AT_MOST_MS
    return latest_ms if holder.gone_since_ms is None else min(latest_ms, holder.gone_since_ms + GONE_AFTER_MS)


def pause(state: InterviewState, command: cc.InterviewPause, person: i.Person, now_ms: int, mind: Mind) -> Events:
    require_live(state)
    if state.console.paused:
        return ()
    return (*fall_silent(state), e.InterviewPaused(person.id, person.name, tell_paused(state.language)))


def resume(state: InterviewState, command: cc.InterviewResume, person: i.Person, now_ms: int, mind: Mind) -> Events:
    require_live(state)
    if not state.console.paused:
        return ()
    text = tell_resumed(state.language)
    held = state.console.holder is not None
    return (
        e.InterviewResumed(person.id, person.name, text),
        *go_on(state, text, now_ms, still_paused=held),
    )


def fall_silent(state: InterviewState) -> Events:
    """A question that is being read aloud is broken off; it counts as put."""
    turn = state.turn
    if turn is None or turn.closing or turn.listening_since_ms is not None:
        return ()
    return (e.InterviewerYielded(turn.id), e.QuestionPresented(turn.id, spoken=False))


def go_on(state: InterviewState, text: str, now_ms: int, *, still_paused: bool, ended: bool = False) -> Events:
    """The interviewer comes back: to the open question, or, where its answer has ended meanwhile, to what follows from
    that, which the end of its transcription brings about."""
    turn = state.turn
    if turn is None or turn.closing or ended or still_paused:
        return ()
    begun = bool(turn.segments or turn.draft.strip())
    return (put_again(turn, f"{text} {lead_back(state.language, begun=begun)} {turn.text}", now_ms),)


def put_again(
    turn: Turn, spoken_text: str, now_ms: int, *, text: str = "", why: e.Why | None = None
) -> e.QuestionAsked:
    """The open question, in `text` if that is given; its time goes on where it was."""
    started_ms = now_ms if turn.answer_started_ms is None else turn.answer_started_ms
    spent_ms = max(0, now_ms - started_ms - turn.away_ms)
    return e.QuestionAsked(
        turn_id=turn.id,
        question_id=turn.question_id,
        stage_id=turn.stage_id,
        number=turn.number,
        total=turn.total,
        asked_as="repeat",
        form=turn.form,
        text=text or turn.text,
        spoken_text=spoken_text,
        suggested_ms=turn.suggested_ms,
        limit_ms=turn.limit_ms,
        remaining_ms=max(0, turn.remaining_ms - spent_ms),
        why=why,
    )


def require_live(state: InterviewState) -> None:
    if state.phase != "live":
        raise NotLive("the interview is not running")


def _require_holder(state: InterviewState, person: i.Person) -> None:
    holder = state.console.holder
    if holder is not None and holder.user_id != person.id:
        raise FloorHeld(f"{holder.name or 'somebody else'} has the floor")
    if holder is None:
        raise FloorNotHeld("take the floor first")


def _end_answer(state: InterviewState) -> Events:
    turn = state.turn
    return () if turn is None or turn.closing else (e.AnswerClosing(turn.id, "button"),)

"""`decide(state, command, now_ms, mind) -> events`: what a command leads to, or why it is refused. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from realtime_scoring.phrases import nudge_text
from realtime_scoring.turns.announcing import extended_limit_ms
from server.interviews import intents as i
from server.interviews.answers import answer_text
from server.interviews.console.controls import require_interviewer
from server.interviews.console.decisions import CONSOLE_DECISIONS
from server.interviews.console.holding import put_again
from server.interviews.course import (
    Events,
    abort_interview,
    complete_answer,
    count_answered,
    open_interview,
    score_without,
    speech_may_be_pending,
    spent_ms,
)
from server.interviews.errors import (
    AlreadyStarted,
    ConsentRequired,
    ConsentTextUnknown,
    LanguageNotOffered,
    NotLive,
    NotOver,
    ReviewAsked,
    TurnOver,
)
from server.interviews.floor import may_give_back
from server.interviews.listening import defer, end_waiting, hear, miss
from server.interviews.mind import Mind
from server.interviews.state import InterviewState, Turn
from server.protocol import commands as c
from server.protocol import events as e

REVIEW_REQUESTS = 5
"""Of one interview: more would say no more, and fill the log."""


def decide(state: InterviewState, command: object, now_ms: int, mind: Mind) -> Events:
    """`now_ms` is the interview clock, 0 before the start. Raises Rejected; KeyError for an unknown command."""
    return _DECISIONS[type(command)](state, command, now_ms, mind)


# --- lobby


def _choose_language(state: InterviewState, command: c.LanguageChoose, now_ms: int, mind: Mind) -> Events:
    _require_lobby(state)
    if command.language not in state.whole_flow.languages:
        raise LanguageNotOffered(f"this interview is offered in {', '.join(state.whole_flow.languages)}")
    return () if command.language == state.language else (e.LanguageChosen(command.language),)


def _give_consent(state: InterviewState, command: c.ConsentGive, now_ms: int, mind: Mind) -> Events:
    _require_lobby(state)
    text = mind.consent_texts.get(command.text_hash)
    if text is None or text.kind != command.kind:
        raise ConsentTextUnknown("this is not a consent text of this server; reload the page")
    return (e.ConsentGiven(command.kind, command.granted, command.text_hash, text.version, text.language),)


def _report_devices(state: InterviewState, command: c.DeviceReport, now_ms: int, mind: Mind) -> Events:
    if state.ended:
        raise NotLive("the interview is over")
    if state.phase == "live" and state.microphone_lost == (command.microphone != "ok"):
        return ()
    return (e.DeviceChecked(command.camera, command.microphone, command.speaker, command.network_rtt_ms),)


def _start(state: InterviewState, command: c.InterviewStart, now_ms: int, mind: Mind) -> Events:
    _require_lobby(state)
    if "recording" not in state.consents:
        raise ConsentRequired("the interview cannot start without consent to the recording")
    if "ai_scoring" not in state.consents | state.refusals:
        raise ConsentRequired("agree to or refuse the scoring by software first")
    return open_interview(state, mind, text_only=command.text_only)


# --- a turn


def _present(state: InterviewState, command: c.QuestionPresent, now_ms: int, mind: Mind) -> Events:
    turn = _open_turn(state, command.turn_id)
    if turn.listening_since_ms is not None:
        return ()
    return (e.QuestionPresented(turn.id, command.spoken),)


def _repeat(state: InterviewState, command: c.QuestionRepeat, now_ms: int, mind: Mind) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    require_interviewer(state)
    if turn.listening_since_ms is None:
        return ()  # it is being put at this moment
    return (put_again(turn, turn.text, now_ms),)


def _grant_moment(state: InterviewState, command: c.MomentRequest, now_ms: int, mind: Mind) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    if turn.moment_until_ms is not None and turn.moment_until_ms - now_ms > mind.moment_ms // 2:
        return ()
    return (e.MomentGranted(turn.id, now_ms + mind.moment_ms),)


def _extend_time(state: InterviewState, command: c.TimeExtend, now_ms: int, mind: Mind) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    if turn.extended or turn.listening_since_ms is None:
        return ()
    return (e.TimeExtended(turn.id, extended_limit_ms(turn.limit_ms, spent_ms(turn, now_ms))),)


def _yield_floor(state: InterviewState, command: i.YieldFloor, now_ms: int, mind: Mind) -> Events:
    turn = state.turn
    if turn is None or turn.id != command.turn_id or turn.closing or turn.listening_since_ms is not None:
        return ()
    return (e.InterviewerYielded(turn.id), e.QuestionPresented(turn.id, spoken=False))


def _give_back(state: InterviewState, command: i.GiveBack, now_ms: int, mind: Mind) -> Events:
    turn, ended = state.turn, state.ended_last
    if state.console.quiet:
        return ()
    if turn is None or ended is None or turn.id != command.turn_id or turn.closing or not may_give_back(state):
        return ()
    return (e.QuestionWithdrawn(turn.id, ended.turn.id), *score_without(state, ended, mind))


def _switch_form(state: InterviewState, command: c.FormSwitch, now_ms: int, mind: Mind) -> Events:
    turn = _answerable_turn(state, command.turn_id)
    return () if turn.form == command.form else (e.FormChanged(turn.id, command.form),)


def _finish(state: InterviewState, command: c.AnswerFinish, now_ms: int, mind: Mind) -> Events:
    turn = _open_turn(state, command.turn_id)
    return () if turn.closing else (e.AnswerClosing(turn.id, "button"),)


def _submit(
    state: InterviewState, command: c.AnswerSubmit, now_ms: int, mind: Mind, words: i.Words | None = None
) -> Events:
    """Typed text ends the answer at once; what was spoken before stands in front of it, as soon as it has its text."""
    turn = _open_turn(state, command.turn_id)
    if state.console.quiet:
        return _keep_typed(turn, command.text.strip())
    complete = not speech_may_be_pending(state, turn)
    typed = command.text.strip()
    return complete_answer(state, turn, mind, typed=typed, complete=complete, t_ms=now_ms, words=words)


def _keep_typed(turn: Turn, typed: str) -> Events:
    """The answer has ended while a person has the floor: what follows from that follows when they hand it back."""
    drafted = () if typed == turn.draft else (e.AnswerDrafted(turn.id, typed),)
    return drafted if turn.closing else (*drafted, e.AnswerClosing(turn.id, "text"))


def _draft(state: InterviewState, command: c.AnswerDraft, now_ms: int, mind: Mind) -> Events:
    turn = _open_turn(state, command.turn_id)
    return () if command.text == turn.draft else (e.AnswerDrafted(turn.id, command.text),)


def _reach_deadline(state: InterviewState, command: i.ReachDeadline, now_ms: int, mind: Mind) -> Events:
    turn = state.turn
    if turn is None or turn.id != command.turn_id or turn.closing or state.console.quiet:
        return ()
    if command.action == "nudge":
        return () if turn.nudged else (e.NudgeGiven(turn.id, nudge_text(state.language)),)
    if command.action == "warn_time":
        left_ms = max(0, turn.limit_ms - spent_ms(turn, now_ms))
        return () if turn.warned else (e.TimeWarned(turn.id, left_ms, extendable=not turn.extended),)
    return (e.AnswerClosing(turn.id, "silence" if command.action == "end_silence" else "time_limit"),)


def _end_transcription(
    state: InterviewState, command: i.EndTranscription, now_ms: int, mind: Mind, words: i.Words | None = None
) -> Events:
    turn = state.turn
    if turn is None or turn.id != command.turn_id or not turn.closing:
        return end_waiting(state, command.turn_id) if command.complete else ()
    if state.console.quiet:
        return ()  # asked for again when the interviewer goes on
    typed, t_ms = turn.draft.strip(), turn.closing_since_ms
    return complete_answer(state, turn, mind, typed=typed, complete=command.complete, t_ms=t_ms, words=words)


def _end_with_words(state: InterviewState, command: i.EndWithWords, now_ms: int, mind: Mind) -> Events:
    if isinstance(command.end, c.AnswerSubmit):
        return _submit(state, command.end, now_ms, mind, command.words)
    return _end_transcription(state, command.end, now_ms, mind, command.words)


def _give_opinion(state: InterviewState, command: i.GiveOpinion, now_ms: int, mind: Mind) -> Events:
    """An opinion on words that have changed since is none."""
    question_id = command.event.question_id
    assessed = dict(state.assessments).get(question_id)
    answers = tuple(answer_text(turn, state.language) for turn in state.turns_of(question_id))
    return (command.event,) if (assessed, answers) == (command.assessment, command.answers) else ()


# --- the end, and everything that needs no decision


def _end(state: InterviewState, command: c.InterviewEnd, now_ms: int, mind: Mind) -> Events:
    if state.ended or state.phase == "closing":
        return ()
    return abort_interview(state, "candidate_ended", now_ms)


def _expire(state: InterviewState, command: i.Expire, now_ms: int, mind: Mind) -> Events:
    return () if state.phase != "live" or state.candidate_present else abort_interview(state, "expired", now_ms)


def _complete(state: InterviewState, command: i.CompleteInterview, now_ms: int, mind: Mind) -> Events:
    if state.phase != "closing":
        return ()
    answered, total = count_answered(state)
    return (e.InterviewCompleted(answered, total),)


def _request_review(state: InterviewState, command: c.ReviewRequest, now_ms: int, mind: Mind) -> Events:
    if not state.ended:
        raise NotOver("this can be asked for when the interview is over")
    text = command.text.strip()
    if text in state.review_requests:
        return ()
    if len(state.review_requests) >= REVIEW_REQUESTS:
        raise ReviewAsked("a person has been asked for already")
    return (e.ReviewRequested(text),)


def _record(state: InterviewState, command: i.Record, now_ms: int, mind: Mind) -> Events:
    return (command.event,)


def _connect(state: InterviewState, command: i.Connect, now_ms: int, mind: Mind) -> Events:
    if command.role == "candidate":
        return (e.CandidateConnected(command.connection_id),)
    watching = [each.alias for each in state.console.watchers if each.user_id == command.actor_id]
    alias = next(iter(watching), "") or f"w{state.seq + 1}"
    return (e.ObserverJoined(command.actor_id, command.connection_id, command.name, alias),)


def _disconnect(state: InterviewState, command: i.Disconnect, now_ms: int, mind: Mind) -> Events:
    if command.connection_id in state.candidate_connections:
        return (e.CandidateDisconnected(command.connection_id),)
    if command.connection_id in state.observer_connections:
        return (e.ObserverLeft(command.actor_id, command.connection_id),)
    return ()


# --- conditions


def _require_lobby(state: InterviewState) -> None:
    if state.phase not in ("invited", "lobby"):
        raise AlreadyStarted("the interview has begun already")


def _open_turn(state: InterviewState, turn_id: str) -> Turn:
    if state.phase != "live":
        raise NotLive("the interview is not running")
    if state.turn is None or state.turn.id != turn_id:
        raise TurnOver("this question is answered already")
    return state.turn


def _answerable_turn(state: InterviewState, turn_id: str) -> Turn:
    turn = _open_turn(state, turn_id)
    if turn.closing:
        raise TurnOver("this answer has just ended")
    return turn


_DECISIONS: dict[type, Callable[[InterviewState, Any, int, Mind], Events]] = {
    **CONSOLE_DECISIONS,
    c.LanguageChoose: _choose_language,
    c.ConsentGive: _give_consent,
    c.DeviceReport: _report_devices,
    c.InterviewStart: _start,
    c.QuestionPresent: _present,
    c.QuestionRepeat: _repeat,
    c.MomentRequest: _grant_moment,
    c.TimeExtend: _extend_time,
    c.FormSwitch: _switch_form,
    c.AnswerFinish: _finish,
    c.AnswerSubmit: _submit,
    c.AnswerDraft: _draft,
    c.InterviewEnd: _end,
    c.ReviewRequest: _request_review,
    i.ReachDeadline: _reach_deadline,
    i.YieldFloor: _yield_floor,
    i.GiveBack: _give_back,
    i.EndTranscription: _end_transcription,
    i.HearSegment: hear,
    i.MissSegment: miss,
    i.DeferSegment: defer,
    i.EndWithWords: _end_with_words,
    i.GiveOpinion: _give_opinion,
    i.CompleteInterview: _complete,
    i.Expire: _expire,
    i.Record: _record,
    i.Connect: _connect,
    i.Disconnect: _disconnect,
}

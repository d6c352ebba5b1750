"""`evolve(state, event) -> state`: how each event of the log changes the state. Pure, total over known events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from realtime_scoring.types import FollowUpKind
from server.interviews.console.evolve import note_console
from server.interviews.evolve_answers import ANSWER_STEPS, keep_turn
from server.interviews.evolve_turns import TURN_STEPS
from server.interviews.state import InterviewState, OpenRecording, Turn
from server.protocol import events as e


def evolve(state: InterviewState, data: object, *, at: datetime, t_ms: int | None) -> InterviewState:
    """`at` and `t_ms` are the event's own times. The caller sees to the order; `seq` grows by one."""
    step = _STEPS.get(type(data))
    after = note_console(state if step is None else step(state, data, at, t_ms or 0), data, t_ms or 0)
    return replace(_note_absence(state, after, t_ms or 0), seq=state.seq + 1, last_event_at=at)


def _note_absence(before: InterviewState, after: InterviewState, t_ms: int) -> InterviewState:
    """Counts the time in which the open turn could not be answered."""
    after = _note_lost(after, t_ms)
    if after.phase != "live" or after.turn is None:
        return after
    possible = after.hearing_possible
    if not possible and after.away_since_ms is None:
        return replace(after, away_since_ms=t_ms)
    if possible and after.away_since_ms is not None:
        turn = replace(after.turn, away_ms=after.turn.away_ms + t_ms - after.away_since_ms)
        if before.console.quiet and turn.closing:
            turn = replace(turn, closing_since_ms=t_ms)  # an answer that ended meanwhile ends now
        return replace(after, away_since_ms=None, turn=turn)
    return after


def _note_lost(state: InterviewState, t_ms: int) -> InterviewState:
    console = state.console
    lost = state.phase == "live" and not state.reachable
    if lost == (console.lost_since_ms is not None):
        return state
    return replace(state, console=replace(console, lost_since_ms=t_ms if lost else None))


def _created(state: InterviewState, data: e.InterviewCreated, at: datetime, _: int) -> InterviewState:
    return replace(
        state,
        organisation_id=data.organisation_id,
        organisation_name=data.organisation_name,
        owner_id=data.created_by,
        candidate_name=data.candidate_name,
        job_title=data.job_title,
        language=data.language,
        flow=data.flow,
        time_multiplier=data.time_multiplier,
        terms=data.terms,
        experience=data.experience,
        past_work=data.past_work,
        created_at=at,
    )


def _redeemed(state: InterviewState, data: e.InviteRedeemed, at: datetime, _: int) -> InterviewState:
    return replace(state, phase="lobby") if state.phase == "invited" else state


def _language(state: InterviewState, data: e.LanguageChosen, at: datetime, _: int) -> InterviewState:
    """What was agreed to was a text in the other language."""
    nothing: frozenset[e.ConsentKind] = frozenset()
    return replace(state, language=data.language, consents=nothing, refusals=nothing, scoring_consent="")


def _devices(state: InterviewState, data: e.DeviceChecked, at: datetime, _: int) -> InterviewState:
    return replace(state, microphone_lost=state.phase == "live" and data.microphone != "ok")


def _consent(state: InterviewState, data: e.ConsentGiven, at: datetime, _: int) -> InterviewState:
    kind = frozenset((data.kind,))
    given, refused = state.consents - kind, state.refusals - kind
    return replace(
        state,
        consents=given | kind if data.granted else given,
        refusals=refused if data.granted else refused | kind,
        scoring_consent=_scoring_consent(state, data),
    )


def _scoring_consent(state: InterviewState, data: e.ConsentGiven) -> str:
    if data.kind != "ai_scoring":
        return state.scoring_consent
    return data.text_version if data.granted else ""


def _started(state: InterviewState, data: e.InterviewStarted, at: datetime, _: int) -> InterviewState:
    return replace(
        state,
        phase="live",
        started_at=state.started_at or at,
        stage_entered_at=state.stage_entered_at if state.started_at is None else at,
        text_only=data.text_only,
        voiced=state.voiced or not data.text_only,
        greeting=data.greeting,
    )


def _recogniser(state: InterviewState, data: e.RecogniserSelected, at: datetime, _: int) -> InterviewState:
    return replace(state, recogniser=data.name, demonstration=data.demonstration)


def _stage(state: InterviewState, data: e.StageEntered, at: datetime, _: int) -> InterviewState:
    return replace(state, place=(data.index, -1), stage_entered_at=at)


def _asked(state: InterviewState, data: e.QuestionAsked, at: datetime, t_ms: int) -> InterviewState:
    if data.asked_as == "repeat" and state.turn is not None:
        return replace(state, turn=replace(state.turn, text=data.text, listening_since_ms=None))
    planned = data.why is not None and data.why.source != "hr"
    follow_up = cast("FollowUpKind", data.why.kind) if data.why is not None and planned else None
    turn = Turn(
        id=data.turn_id,
        question_id=data.question_id,
        stage_id=data.stage_id,
        asked_as=data.asked_as,
        follow_up=follow_up,
        form=data.form,
        text=data.text,
        number=data.number,
        total=data.total,
        remaining_ms=data.remaining_ms,
        suggested_ms=data.suggested_ms,
        limit_ms=data.limit_ms,
        asked_at_ms=t_ms,
    )
    stage, question = state.place
    ended = state.ended_last
    return replace(
        state,
        turn=turn,
        ended_last=None if ended is None or ended.next_turn_id else replace(ended, next_turn_id=turn.id),
        turns_asked=(*state.turns_asked, turn.id),
        texts_asked=(*state.texts_asked, turn.text),
        away_since_ms=None,
        place=(stage, question + 1) if data.asked_as == "main" else state.place,
        follow_ups_asked=state.follow_ups_asked + (data.asked_as == "follow_up" and planned),
        last_transition=data.spoken_text.removesuffix(data.text).strip(),
    )


def _with_turn(change: Callable[[Turn, Any, int], Turn]) -> Callable[..., InterviewState]:
    """A step that changes the open turn, when the event names it."""

    def step(state: InterviewState, data: Any, at: datetime, t_ms: int) -> InterviewState:
        if state.turn is None or state.turn.id != data.turn_id:
            return state
        return replace(state, turn=change(state.turn, data, t_ms))

    return step


def _presented(turn: Turn, data: e.QuestionPresented, t_ms: int) -> Turn:
    """The answer's time begins; absence before it is of no account."""
    if turn.answer_started_ms is not None:
        return replace(turn, listening_since_ms=t_ms)
    return replace(turn, listening_since_ms=t_ms, answer_started_ms=t_ms, away_ms=0)


def _moment(turn: Turn, data: e.MomentGranted, t_ms: int) -> Turn:
    return replace(turn, moment_until_ms=data.until_ms)


def _nudged(turn: Turn, data: e.NudgeGiven, t_ms: int) -> Turn:
    return replace(turn, nudged=True)


def _drafted(turn: Turn, data: e.AnswerDrafted, t_ms: int) -> Turn:
    return replace(turn, draft=data.text)


def _form(turn: Turn, data: e.FormChanged, t_ms: int) -> Turn:
    return replace(turn, form=data.form, typing_since_ms=t_ms if data.form == "text" else None)


def _form_changed(state: InterviewState, data: e.FormChanged, at: datetime, t_ms: int) -> InterviewState:
    changed: InterviewState = _with_turn(_form)(state, data, at, t_ms)
    return replace(changed, voiced=True) if data.form == "voice" else changed


def _closing(turn: Turn, data: e.AnswerClosing, t_ms: int) -> Turn:
    return replace(turn, closing=data.ended_by, closing_since_ms=t_ms)


def _interview_closing(state: InterviewState, data: e.InterviewClosing, at: datetime, _: int) -> InterviewState:
    """What is being said in this moment may still get its text."""
    return replace(keep_turn(state), phase="closing")


def _interview_completed(state: InterviewState, data: e.InterviewCompleted, at: datetime, _: int) -> InterviewState:
    return replace(state, phase="archived", turn=None)


def _interview_aborted(state: InterviewState, data: e.InterviewAborted, at: datetime, _: int) -> InterviewState:
    """What was being said may still get its text."""
    return replace(keep_turn(state), phase="aborted", aborted_because=data.reason)


def _interview_reopened(state: InterviewState, data: e.InterviewReopened, at: datetime, _: int) -> InterviewState:
    """A main question whose answer was cut off is put again; a follow-up is let go."""
    stage, question = state.place
    cut_off = state.answered[-1] if state.answered else None
    again = cut_off is not None and cut_off.asked_as != "follow_up"
    place = (stage, question - 1) if again else state.place
    return replace(state, phase="lobby", place=place, ended_last=None, microphone_lost=False)


def _candidate_in(state: InterviewState, data: e.CandidateConnected, at: datetime, _: int) -> InterviewState:
    return replace(state, candidate_connections=state.candidate_connections | {data.connection_id})


def _candidate_out(state: InterviewState, data: e.CandidateDisconnected, at: datetime, _: int) -> InterviewState:
    return replace(state, candidate_connections=state.candidate_connections - {data.connection_id})


def _observer_in(state: InterviewState, data: e.ObserverJoined, at: datetime, _: int) -> InterviewState:
    return replace(state, observer_connections=state.observer_connections | {data.connection_id})


def _observer_out(state: InterviewState, data: e.ObserverLeft, at: datetime, _: int) -> InterviewState:
    return replace(state, observer_connections=state.observer_connections - {data.connection_id})


def _restarted(state: InterviewState, data: e.ServerRestarted, at: datetime, _: int) -> InterviewState:
    nobody: frozenset[str] = frozenset()
    return replace(state, candidate_connections=nobody, observer_connections=nobody, media_up=False)


def _media_up(state: InterviewState, data: e.MediaConnected, at: datetime, _: int) -> InterviewState:
    return replace(state, epoch=max(state.epoch, data.epoch), media_up=True, voiced=True)


def _media_recovered(state: InterviewState, data: e.MediaRecovered, at: datetime, _: int) -> InterviewState:
    return replace(state, media_up=True) if data.epoch == state.epoch else state


def _media_down(state: InterviewState, data: e.MediaInterrupted, at: datetime, _: int) -> InterviewState:
    return replace(state, media_up=False) if data.epoch == state.epoch else state


def _connection(state: InterviewState, data: e.ConnectionChanged, at: datetime, _: int) -> InterviewState:
    return replace(state, connection=data.word)


def _recording_opened(state: InterviewState, data: e.RecordingOpened, at: datetime, _: int) -> InterviewState:
    opened = OpenRecording(data.name, data.epoch, data.start_ms)
    return replace(state, epoch=max(state.epoch, data.epoch), open_recordings=(*state.open_recordings, opened))


def _recording_closed(state: InterviewState, data: e.RecordingClosed, at: datetime, _: int) -> InterviewState:
    left = tuple(recording for recording in state.open_recordings if recording.name != data.name)
    return replace(state, open_recordings=left)


_STEPS: dict[type, Callable[[InterviewState, Any, datetime, int], InterviewState]] = {
    **ANSWER_STEPS,
    **TURN_STEPS,
    e.InterviewCreated: _created,
    e.InviteRedeemed: _redeemed,
    e.LanguageChosen: _language,
    e.ConsentGiven: _consent,
    e.DeviceChecked: _devices,
    e.InterviewStarted: _started,
    e.RecogniserSelected: _recogniser,
    e.StageEntered: _stage,
    e.QuestionAsked: _asked,
    e.QuestionPresented: _with_turn(_presented),
    e.MomentGranted: _with_turn(_moment),
    e.NudgeGiven: _with_turn(_nudged),
    e.FormChanged: _form_changed,
    e.AnswerDrafted: _with_turn(_drafted),
    e.AnswerClosing: _with_turn(_closing),
    e.InterviewClosing: _interview_closing,
    e.InterviewCompleted: _interview_completed,
    e.InterviewAborted: _interview_aborted,
    e.InterviewReopened: _interview_reopened,
    e.CandidateConnected: _candidate_in,
    e.CandidateDisconnected: _candidate_out,
    e.ObserverJoined: _observer_in,
    e.ObserverLeft: _observer_out,
    e.ServerRestarted: _restarted,
    e.MediaConnected: _media_up,
    e.MediaRecovered: _media_recovered,
    e.MediaInterrupted: _media_down,
    e.ConnectionChanged: _connection,
    e.RecordingOpened: _recording_opened,
    e.RecordingClosed: _recording_closed,
}

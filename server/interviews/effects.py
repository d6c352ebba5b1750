"""What follows from what was logged: for the clock, for what is heard, and for the media."""

from __future__ import annotations

import structlog

from media.errors import VoiceUnavailable
from server.db.log import LoggedEvent
from server.interviews.clock import RunningClock
from server.interviews.hearing import Hearing
from server.interviews.media_desk import MediaDesk
from server.interviews.state import InterviewState
from server.interviews.vocabulary import expected_terms
from server.protocol import events as e

log = structlog.get_logger(__name__)


class Effects:
    """Of one interview. Nothing of it waits or fails."""

    def __init__(self, clock: RunningClock, hearing: Hearing, desk: MediaDesk) -> None:
        self._clock = clock
        self._hearing = hearing
        self._desk = desk

    def take(self, event: LoggedEvent, state: InterviewState) -> None:
        """`state` has the event, and those logged with it, in it."""
        match event.data:
            case e.InterviewStarted():
                self._clock.start(event.at)
            case e.QuestionAsked(asked_as="repeat"):
                self._hearing.begin_question(self._clock.now_ms())
            case e.QuestionAsked():
                self._hearing.begin_question(self._clock.now_ms())
                self._hearing.begin_turn(self._clock.now_ms())
                self._desk.expect(expected_terms(state))
            case e.QuestionWithdrawn():
                self._hearing.reopen(state.turn.segments if state.turn else ())
                self._desk.expect(expected_terms(state))
            case e.AnswerClosing(turn_id=turn_id):
                self._desk.finish_turn(turn_id)
            case e.AnswerCompleted(turn_id=turn_id, ended_by="text", transcription_complete=False):
                self._desk.finish_turn(turn_id)
            case e.QuestionPresented():
                self._give_floor(state)
            case e.FormChanged(form="text"):
                self._desk.flush("typing")
            case e.FormChanged():
                self._hearing.give_floor(self._clock.now_ms())
            case e.InterviewClosing() | e.InterviewAborted():
                self._desk.wind_up()
            case e.InviteIssued():
                # Whoever sends under the earlier link has lost it.
                self._desk.dismiss_publishers()
            case _:
                self._take_up_people(event.data, state)

    def _take_up_people(self, data: object, state: InterviewState) -> None:
        match data:
            case e.FloorTaken() | e.VoiceConnected():
                self._give_voice(state)
            case e.FloorHandedBack():
                self._desk.give_voice(None)
                self._take_up_ending(state)
            case e.InterviewResumed():
                self._take_up_ending(state)
            case e.InterviewReopened():
                self._desk.reopen()
            case e.ObserverLeft(user_id=user_id) if not state.console.watched_by(user_id):
                self._desk.dismiss_observer(user_id)

    def _give_voice(self, state: InterviewState) -> None:
        """To who has the floor, as soon as there is a connection to speak by."""
        holder = state.console.holder
        if holder is None:
            return
        try:
            self._desk.give_voice(holder.user_id)
        except VoiceUnavailable as error:
            log.info("interview.voice_awaited", detail=error.detail)

    def _take_up_ending(self, state: InterviewState) -> None:
        """An answer that ended while the interviewer was silent: its last words were asked for then, in vain."""
        if state.turn is not None and state.turn.closing and not state.console.quiet:
            self._desk.finish_turn(state.turn.id)

    def _give_floor(self, state: InterviewState) -> None:
        turn = state.turn
        if turn is not None and turn.listening_since_ms == turn.answer_started_ms:
            self._hearing.begin_turn(self._clock.now_ms())
        else:
            self._hearing.give_floor(self._clock.now_ms())

"""What follows from what was logged: for the clock, for what is heard, and for the media."""

from __future__ import annotations

from server.db.log import LoggedEvent
from server.interviews.clock import RunningClock
from server.interviews.hearing import Hearing
from server.interviews.media_desk import MediaDesk
from server.interviews.state import InterviewState
from server.interviews.vocabulary import expected_terms
from server.protocol import events as e


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
            case e.QuestionAsked(asked_as=asked_as) if asked_as != "repeat":
                self._hearing.begin_turn(self._clock.now_ms())
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

    def _give_floor(self, state: InterviewState) -> None:
        turn = state.turn
        if turn is not None and turn.listening_since_ms == turn.answer_started_ms:
            self._hearing.begin_turn(self._clock.now_ms())
        else:
            self._hearing.give_floor(self._clock.now_ms())

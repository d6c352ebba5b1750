"""An interview that the recogniser could not follow does not begin; those that have begun go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from media.transcription.condition import Admission
from server.interviews.admission import admit, admit_all, admit_voice
from server.interviews.errors import RecogniserBusy
from server.interviews.evolve import evolve
from server.interviews.state import InterviewState
from server.protocol import events as e

SPOKEN, TYPED = e.InterviewStarted(False, "hello"), e.InterviewStarted(True, "hello")
TO_VOICE, TO_TEXT = e.FormChanged("q1-0", "voice"), e.FormChanged("q1-0", "text")
LOBBY = InterviewState("itv_1")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def live(*events: object) -> InterviewState:
    state = LOBBY
    for event in events:
        state = evolve(state, event, at=AT, t_ms=0)
    return state


@dataclass
class Gate:
    ok: bool
    asked: list[bool] = field(default_factory=list)

    def admits(self) -> Admission:
        self.asked.append(self.ok)
        return Admission(self.ok, 4.2)


def test_who_is_refused_is_told_when_to_come_again() -> None:
    with pytest.raises(RecogniserBusy, match="again in 5 s") as caught:
        admit(LOBBY, [SPOKEN, e.ConnectionChanged("good")], Gate(False).admits)
    assert (caught.value.code, caught.value.retryable, caught.value.status) == ("asr_busy", True, 503)


def test_with_room_it_begins_and_is_counted_once() -> None:
    gate = Gate(True)
    admit(LOBBY, [SPOKEN, e.ConnectionChanged("good")], gate.admits)
    assert gate.asked == [True]


def test_only_a_spoken_interview_asks_and_only_when_it_begins() -> None:
    gate = Gate(False)
    admit(LOBBY, [TYPED], gate.admits)
    admit(live(SPOKEN), [e.ConnectionChanged("good"), e.ServerRestarted(), TO_TEXT], gate.admits)
    admit(live(SPOKEN), [], gate.admits)
    admit(live(SPOKEN, TO_TEXT), [TO_VOICE], gate.admits)
    admit_voice(live(SPOKEN), gate.admits)
    assert gate.asked == []


def test_a_written_interview_that_goes_over_to_voice_asks_once() -> None:
    with pytest.raises(RecogniserBusy):
        admit(live(TYPED), [TO_VOICE], Gate(False).admits)
    gate = Gate(True)
    admit(live(TYPED), [TO_VOICE], gate.admits)
    admit(live(TYPED, TO_VOICE, TO_TEXT), [TO_VOICE], gate.admits)
    admit_voice(live(TYPED, TO_VOICE), gate.admits)
    assert gate.asked == [True]


def test_a_voice_that_is_sent_without_a_word_asks_as_well() -> None:
    with pytest.raises(RecogniserBusy):
        admit_voice(live(TYPED), Gate(False).admits)
    admit_voice(live(TYPED, e.MediaConnected(1, audio=True, video=False)), Gate(False).admits)


def test_without_a_recogniser_to_ask_everyone_begins() -> None:
    admit(LOBBY, [SPOKEN], admit_all)

"""An interview that the recogniser could not follow does not begin; those that have begun go on."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from media.transcription.condition import Admission
from server.interviews.admission import admit, admit_all
from server.interviews.errors import RecogniserBusy
from server.protocol import events as e

SPOKEN, TYPED = e.InterviewStarted(False, "hello"), e.InterviewStarted(True, "hello")


@dataclass
class Gate:
    ok: bool
    asked: list[bool] = field(default_factory=list)

    def admits(self) -> Admission:
        self.asked.append(self.ok)
        return Admission(self.ok, 4.2)


def test_who_is_refused_is_told_when_to_come_again() -> None:
    with pytest.raises(RecogniserBusy, match="again in 5 s") as caught:
        admit([SPOKEN, e.ConnectionChanged("good")], Gate(False).admits)
    assert (caught.value.code, caught.value.retryable, caught.value.status) == ("asr_busy", True, 503)


def test_with_room_it_begins_and_is_counted_once() -> None:
    gate = Gate(True)
    admit([SPOKEN, e.ConnectionChanged("good")], gate.admits)
    assert gate.asked == [True]


def test_only_a_spoken_interview_asks_and_only_when_it_begins() -> None:
    gate = Gate(False)
    admit([TYPED], gate.admits)
    admit([e.ConnectionChanged("good"), e.ServerRestarted()], gate.admits)
    admit([], gate.admits)
    assert gate.asked == []


def test_without_a_recogniser_to_ask_everyone_begins() -> None:
    admit([SPOKEN], admit_all)

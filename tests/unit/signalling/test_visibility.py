from __future__ import annotations

from server.protocol import events as e
from server.protocol.events import EVENTS
from server.protocol.signals import SIGNALS
from server.protocol.visibility import _AS_IT_IS, HIDDEN, visible_to_candidate

ASKED = e.QuestionAsked(
    turn_id="t", question_id="q", stage_id="s", number=1, total=2, asked_as="follow_up", form="voice", text="Why?",
    spoken_text="Why?", suggested_ms=1, limit_ms=2, remaining_ms=3,
    why=e.Why("own_part", "we", "t0", "we did", 0, 6, ()),
)  # fmt: skip


def test_every_type_was_decided_about() -> None:
    trimmed = {e.QuestionAsked, e.ObserverJoined, e.ObserverLeft, e.MediaFaulted}
    registered = {message.data_class for registry in (EVENTS, SIGNALS) for message in registry}
    assert registered == _AS_IT_IS | HIDDEN | trimmed
    assert not _AS_IT_IS & HIDDEN


def test_judgements_and_questions_to_come_stay_hidden() -> None:
    assert {e.InterviewCreated, e.AnswerAssessed, e.ScoreUpdated} <= HIDDEN
    assert visible_to_candidate(e.AnswerAssessed("t", "q", e.Star(0, 0, 0, 0), (), ())) is None


def test_a_question_comes_without_its_reason() -> None:
    visible = visible_to_candidate(ASKED)
    assert isinstance(visible, e.QuestionAsked)
    assert visible.why is None
    assert visible.text == ASKED.text


def test_observers_have_no_name() -> None:
    assert visible_to_candidate(e.ObserverJoined("user-1", "c")) == e.ObserverJoined("", "c")
    assert visible_to_candidate(e.ObserverLeft("user-1", "c")) == e.ObserverLeft("", "c")


def test_faults_come_without_their_details() -> None:
    assert visible_to_candidate(e.MediaFaulted("denoiser_failed", "at 0x1")) == e.MediaFaulted("denoiser_failed", "")


def test_what_is_unknown_is_hidden() -> None:
    assert visible_to_candidate(object()) is None

from __future__ import annotations

from server.protocol import events as e
from server.protocol import signals as s
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
    trimmed |= {e.VoiceTranscribed, e.VoiceUntranscribed, s.VoiceCaptioned, s.VoiceHeard}
    trimmed |= {e.ChatSent, e.ChatSeen, e.HelpAcknowledged, e.InterviewReopened, e.QuestionSkipped, e.TimeGranted}
    trimmed |= {e.FloorTaken, e.FloorChanged, e.FloorHandedBack, e.InterviewPaused, e.InterviewResumed}
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


def test_what_hr_says_to_the_candidate_is_shown_without_who_it_was() -> None:
    said = e.VoiceTranscribed("user-3", "voice-1-1", 0, 900, "Hello.", 0.9)
    assert visible_to_candidate(said) == e.VoiceTranscribed("", "voice-1-1", 0, 900, "Hello.", 0.9)
    assert visible_to_candidate(s.VoiceHeard("user-3", True)) == s.VoiceHeard("", True)
    for hidden in (e.VoiceConnected("user-3", True), e.VoiceEnded("user-3", "closed"), s.VoiceReach("user-3", None)):
        assert visible_to_candidate(hidden) is None


def test_the_backroom_and_what_is_whispered_are_not_for_the_candidate() -> None:
    hidden = (
        e.ChatSent("backroom", 1, "hr", "user-3", "Recruiter One", "Quite good."),
        e.ChatSeen("backroom", "hr", "user-3", 1),
        e.DirectiveGiven("directive-1", "user-3", "Recruiter One", "ask", "ask about the budget"),
        e.DirectiveApplied("directive-1", "user-3", "t"),
        e.DirectiveWithdrawn("directive-1", "user-3"),
        e.CloseAnnounced("user-3", "Recruiter One", 1),
        e.CloseCancelled("user-3", "Recruiter One"),
        e.AlertRaised("silence", 1),
        e.AlertAcknowledged("silence", "user-3", "Recruiter One"),
        e.AlertCleared("silence"),
    )
    assert [visible_to_candidate(data) for data in hidden] == [None] * len(hidden)


def test_the_candidate_learns_the_name_of_who_speaks_and_writes_to_them_and_no_more() -> None:
    said = e.ChatSent("candidate", 1, "hr", "user-3", "Recruiter One", "Hello.")
    assert visible_to_candidate(said) == e.ChatSent("candidate", 1, "hr", "", "Recruiter One", "Hello.")
    taken = e.FloorTaken("user-3", "Recruiter One", "barge", "Recruiter One has joined.")
    assert visible_to_candidate(taken) == e.FloorTaken("", "Recruiter One", "barge", "Recruiter One has joined.")
    granted = e.TimeGranted("t", 9, 2, "user-3", "Recruiter One", "2 more minutes")
    assert visible_to_candidate(granted) == e.TimeGranted("t", 9, 2, "", "", "2 more minutes")
    reopened = e.InterviewReopened("user-3", "Recruiter One", "our network failed", 1)
    assert visible_to_candidate(reopened) == e.InterviewReopened("", "", "", 1)
    assert visible_to_candidate(e.ObserverJoined("user-3", "c", "Recruiter One")) == e.ObserverJoined("", "c")

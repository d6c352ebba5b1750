"""Skip, repeat, more time, the kind end, and an interview that broke off and goes on."""

from __future__ import annotations

import pytest

from server.interviews import intents as i
from server.interviews.console.controls import UNDO_MS, ReopenNeedsConfirmation
from server.interviews.errors import AlreadyStarted, CloseNotAnnounced, NotAborted, NotLive, TurnOver, UndoTooLate
from server.interviews.floor import may_give_back
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from tests.unit.interviews.console import Console

STORY = "Last year I listened to an angry customer and I wrote a new plan."


@pytest.fixture
def hand() -> Console:
    console = Console()
    console.begin()
    return console


def test_a_skipped_question_keeps_what_was_said_to_it(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    events = hand.by(cc.QuestionSkip("customer-0"))
    assert [type(data) for data in events[:3]] == [e.AnswerClosing, e.QuestionSkipped, e.AnswerCompleted]
    assert isinstance(events[2], e.AnswerCompleted)
    assert (events[2].text, events[2].ended_by) == (STORY, "skipped")
    assert hand.turn_id == "teamwork-0"
    with pytest.raises(TurnOver):
        hand.by(cc.QuestionSkip("customer-0"))


def test_skipping_can_be_undone_while_nothing_has_come_after(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    before = hand.state
    hand.by(cc.QuestionSkip("customer-0"))
    assert not may_give_back(hand.state), "the candidate going on to speak does not undo what HR did"
    hand.now_ms += UNDO_MS
    events = hand.by(cc.QuestionUnskip("teamwork-0"))
    assert events[0] == e.QuestionWithdrawn("teamwork-0", "customer-0")
    assert hand.turn_id == "customer-0"
    assert hand.state.turn is not None
    assert before.turn is not None
    assert hand.state.turn.segments == before.turn.segments
    assert hand.state.turn.away_ms == UNDO_MS
    assert hand.state.place == before.place
    assert hand.state.assessments == before.assessments
    assert hand.replay() == hand.state


@pytest.mark.parametrize("late", ["time", "answer", "never"])
def test_it_is_too_late_to_undo(hand: Console, late: str) -> None:
    if late == "never":
        with pytest.raises(UndoTooLate):
            hand.by(cc.QuestionUnskip("customer-0"))
        return
    hand.by(cc.QuestionSkip("customer-0"))
    if late == "time":
        hand.now_ms += UNDO_MS + 1
    else:
        hand.send(c.QuestionPresent("teamwork-0", True))
        hand.speak("In my team", name="1-1", ms=900)
    with pytest.raises(UndoTooLate):
        hand.by(cc.QuestionUnskip("teamwork-0"))


def test_skipping_the_last_question_closes(hand: Console) -> None:
    hand.by(cc.QuestionSkip("customer-0"))
    events = hand.by(cc.QuestionSkip("teamwork-0"))
    assert isinstance(events[-1], e.InterviewClosing)
    with pytest.raises(NotLive):
        hand.by(cc.QuestionUnskip("teamwork-0"))


def test_hr_has_the_question_repeated_and_it_says_who(hand: Console) -> None:
    (asked,) = hand.by(c.QuestionRepeat("customer-0"))
    assert isinstance(asked, e.QuestionAsked)
    assert asked.why is not None
    assert (asked.why.source, asked.why.user_id) == ("hr", "user-1")
    assert hand.by(c.QuestionRepeat("customer-0")) == [], "it is being read at this moment"


def test_granted_time_adds_up(hand: Console) -> None:
    hand.by(cc.TimeGrant("customer-0", 2))
    (granted,) = hand.by(cc.TimeGrant("customer-0", 1))
    assert isinstance(granted, e.TimeGranted)
    assert granted.limit_ms == 120_000 + 180_000
    assert granted.text == "You have 1 minute more for this answer."
    assert hand.state.turn is not None
    assert hand.state.turn.limit_ms == granted.limit_ms


def test_the_kind_end_is_announced_and_can_be_cancelled(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    (announced,) = hand.by(cc.InterviewClose())
    assert announced == e.CloseAnnounced("user-1", "Recruiter One", hand.now_ms + UNDO_MS)
    assert hand.by(cc.InterviewClose()) == []
    hand.now_ms += UNDO_MS - 1
    assert hand.send(i.CloseNow()) == []
    hand.by(cc.InterviewCancelClose())
    hand.now_ms += 1
    assert hand.send(i.CloseNow()) == []
    with pytest.raises(CloseNotAnnounced):
        hand.by(cc.InterviewCancelClose())
    hand.by(cc.InterviewClose())
    hand.now_ms += UNDO_MS
    events = hand.send(i.CloseNow())
    assert isinstance(events[-1], e.InterviewClosing)
    assert hand.state.answered[-1].text == STORY
    assert hand.is_in("closing")
    hand.send(i.CompleteInterview())
    assert hand.is_in("archived")


def test_what_was_said_at_the_kind_end_still_gets_its_text(hand: Console) -> None:
    hand.by(cc.InterviewClose())
    hand.now_ms += UNDO_MS
    assert [type(data) for data in hand.send(i.CloseNow())] == [e.InterviewClosing]
    end_ms = hand.now_ms
    hand.send(i.HearSegment("1-1", end_ms - 2_000, end_ms, "I wrote a new plan.", 0.9, ()))
    assert hand.state.answered[-1].text == "I wrote a new plan."


def test_an_interview_that_broke_off_goes_on_from_the_unanswered_question(hand: Console) -> None:
    hand.speak("I listened to", name="1-1")
    hand.send(c.InterviewEnd())
    assert hand.is_in("aborted")
    with pytest.raises(ReopenNeedsConfirmation):
        hand.by(cc.InterviewReopen(" our network failed "))
    (reopened,) = hand.by(cc.InterviewReopen(" our network failed ", confirmed=True))
    assert reopened == e.InterviewReopened("user-1", "Recruiter One", "our network failed", 1)
    assert hand.is_in("lobby")
    started = hand.state.started_at
    hand.now_ms += 3_600_000
    hand.send(i.Record(e.InviteRedeemed("invite-2")))
    events = hand.send(c.InterviewStart())
    asked = next(data for data in events if isinstance(data, e.QuestionAsked))
    assert (asked.question_id, asked.asked_as, asked.turn_id) == ("customer", "main", "customer-0.2")
    assert asked.spoken_text.startswith("Welcome back")
    assert hand.state.started_at == started, "the clock goes on"
    assert hand.state.turns_of("customer")[0].text == "I listened to", "nothing that was said is lost"
    hand.send(c.QuestionPresent(asked.turn_id, True))
    hand.speak(STORY, name="2-1")
    hand.send(c.AnswerFinish(asked.turn_id))
    hand.send(i.EndTranscription(asked.turn_id, complete=True))
    assert hand.state.turns_of("customer")[1].text == STORY
    assert hand.replay() == hand.state


def test_a_follow_up_that_was_cut_off_is_let_go(hand: Console) -> None:
    hand.speak("I usually help.", name="1-1")
    hand.send(c.AnswerFinish("customer-0"))
    hand.send(i.EndTranscription("customer-0", complete=True))
    assert hand.turn_id == "customer-1"
    hand.send(c.InterviewEnd())
    hand.by(cc.InterviewReopen("power cut", confirmed=True))
    asked = next(data for data in hand.send(c.InterviewStart()) if isinstance(data, e.QuestionAsked))
    assert asked.question_id == "teamwork"


def test_what_a_fault_ended_is_taken_up_again_without_further_ado(hand: Console) -> None:
    hand.send(i.Record(e.InterviewAborted("expired", 0, 2)))
    (reopened,) = hand.by(cc.InterviewReopen("our network failed"))
    assert isinstance(reopened, e.InterviewReopened)


def test_only_what_broke_off_is_taken_up_again(hand: Console) -> None:
    with pytest.raises(NotAborted):
        hand.by(cc.InterviewReopen("why not"))
    hand.by(cc.InterviewClose())
    hand.now_ms += UNDO_MS
    hand.send(i.CloseNow())
    with pytest.raises(NotAborted):
        hand.by(cc.InterviewReopen("why not", confirmed=True))
    hand.send(i.CompleteInterview())
    with pytest.raises(AlreadyStarted):
        hand.send(c.InterviewStart())


@pytest.mark.parametrize("probed", [False, True])
def test_what_was_completed_is_taken_up_again_when_that_is_confirmed(hand: Console, probed: bool) -> None:
    hand.speak("I usually help." if probed else STORY, name="1-1")
    if probed:
        hand.send(c.AnswerFinish("customer-0"))
        hand.send(i.EndTranscription("customer-0", complete=True))
        assert hand.turn_id == "customer-1"
    hand.by(cc.InterviewClose())
    hand.now_ms += UNDO_MS
    hand.send(i.CloseNow())
    hand.send(i.CompleteInterview())
    over = hand.state
    with pytest.raises(ReopenNeedsConfirmation) as refused:
        hand.by(cc.InterviewReopen("the second half had no sound"))
    assert refused.value.code == "reopen_needs_confirmation"
    assert hand.state is over
    (reopened,) = hand.by(cc.InterviewReopen(" the second half had no sound ", confirmed=True))
    assert reopened == e.InterviewReopened("user-1", "Recruiter One", "the second half had no sound", 1)
    assert hand.is_in("lobby")
    asked = next(data for data in hand.send(c.InterviewStart()) if isinstance(data, e.QuestionAsked))
    assert asked.question_id == ("teamwork" if probed else "customer")
    assert hand.replay() == hand.state

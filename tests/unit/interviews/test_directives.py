"""Whispered directives: applied at the next boundary, in the interviewer's words, marked as HR's."""

from __future__ import annotations

import pytest

from media.types import SpeechStarted
from server.interviews import intents as i
from server.interviews.console.controls import find_idle_turn
from server.interviews.console.directing import DIRECTIVES_WAITING
from server.interviews.errors import (
    DirectiveEmpty,
    DirectivesFull,
    DirectiveUnknown,
    NotLive,
    OtherLanguage,
    ProtectedTopic,
    VerbatimNeeded,
)
from server.interviews.hearing import Hearing
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from tests.unit.interviews.console import ONE, TWO, Console

STORY = "Last year I listened to an angry customer and I wrote a new plan."
ASK = cc.DirectiveGive("ask", "ask about the budget")


@pytest.fixture
def hand() -> Console:
    console = Console()
    console.begin()
    return console


def finish(hand: Console) -> list[object]:
    turn_id = hand.turn_id
    hand.send(c.AnswerFinish(turn_id))
    return hand.send(i.EndTranscription(turn_id, complete=True))


def asked_in(events: list[object]) -> e.QuestionAsked:
    return next(data for data in events if isinstance(data, e.QuestionAsked))


def test_it_waits_for_the_end_of_the_answer_and_is_asked_next(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    (given,) = hand.by(ASK)
    assert isinstance(given, e.DirectiveGiven)
    assert find_idle_turn(hand.state, Hearing()) is None
    events = finish(hand)
    asked = asked_in(events)
    assert (asked.asked_as, asked.question_id, asked.turn_id) == ("follow_up", "customer", "customer-1")
    assert "the budget" in asked.text
    assert ASK.text not in asked.spoken_text, "what was whispered is not read aloud"
    assert asked.why is not None
    assert (asked.why.source, asked.why.user_id, asked.why.directive_id) == ("hr", "user-1", given.directive_id)
    assert e.DirectiveApplied(given.directive_id, "user-1", "customer-0") in events
    assert hand.state.console.directives == ()


def test_hr_s_questions_do_not_count_against_the_limits(hand: Console) -> None:
    for number in range(4):
        hand.speak("I usually help.", name=f"1-{number}")
        hand.by(ASK)
        asked = asked_in(finish(hand))
        assert asked.why is not None
        assert asked.why.source == "hr"
        hand.send(c.QuestionPresent(asked.turn_id, True))
    assert hand.state.follow_ups_asked == 0
    hand.speak("I usually help.", name="1-9")
    planned = asked_in(finish(hand))
    assert planned.why is not None
    assert planned.why.source == "embedded"
    assert hand.replay() == hand.state


def test_when_nobody_has_begun_to_answer_it_is_asked_at_once_beside_the_open_question(hand: Console) -> None:
    hand.by(ASK)
    idle = find_idle_turn(hand.state, Hearing())
    assert idle == i.ApplyDirectives("customer-0")
    applied, asked = hand.send(idle)
    assert isinstance(applied, e.DirectiveApplied)
    assert isinstance(asked, e.QuestionAsked)
    assert (asked.turn_id, asked.asked_as) == ("customer-0", "repeat")
    original = hand.state.question("customer").text["en"]
    assert asked.text.startswith(original), "the question stays open, and stays on the page"
    assert original not in asked.spoken_text
    assert hand.state.turn is not None
    assert hand.state.turn.text == asked.text


@pytest.mark.parametrize("busy", ["speaking", "draft", "reading", "paused", "held", "away"])
def test_it_waits_while_somebody_speaks_or_nobody_may(hand: Console, busy: str) -> None:
    hearing = Hearing()
    hand.by(ASK)
    match busy:
        case "speaking":
            hearing.note(SpeechStarted(hand.now_ms), hand.now_ms)
        case "draft":
            hand.send(c.AnswerDraft("customer-0", "I began to"))
        case "reading":
            hand.send(c.QuestionRepeat("customer-0"))
        case "paused":
            hand.by(cc.InterviewPause())
        case "held":
            hand.by(cc.FloorTake("barge"))
        case _:
            hand.send(i.Disconnect("candidate", "candidate", "socket-1"))
    assert find_idle_turn(hand.state, hearing) is None
    if busy not in ("speaking",):
        assert hand.send(i.ApplyDirectives("customer-0")) == []


def test_verbatim_is_read_as_it_stands_and_only_then(hand: Console) -> None:
    question = "How large was the budget?"
    with pytest.raises(VerbatimNeeded):
        hand.by(cc.DirectiveGive("ask", question))
    with pytest.raises(VerbatimNeeded):
        hand.by(cc.DirectiveGive("rephrase", "Tell me about an angry customer."))
    hand.by(cc.DirectiveGive("ask", question, verbatim=True))
    hand.speak(STORY, name="1-1")
    assert asked_in(finish(hand)).text == question


@pytest.mark.parametrize("text", ["ask whether she is married", "ask about her religion"])
def test_a_protected_topic_is_refused_unless_there_is_a_reason_which_is_kept(hand: Console, text: str) -> None:
    with pytest.raises(ProtectedTopic) as refused:
        hand.by(cc.DirectiveGive("ask", text))
    assert refused.value.code == "protected_topic"
    (given,) = hand.by(cc.DirectiveGive("ask", text, override="the law asks for it in this post"))
    assert isinstance(given, e.DirectiveGiven)
    assert given.protected
    assert given.override == "the law asks for it in this post"


def test_words_in_another_language_are_refused(hand: Console) -> None:
    with pytest.raises(OtherLanguage):
        hand.by(cc.DirectiveGive("ask", "问一下预算"))


def test_a_reason_is_kept_only_where_one_was_needed(hand: Console) -> None:
    (given,) = hand.by(cc.DirectiveGive("ask", "ask about the budget", override="just so"))
    assert isinstance(given, e.DirectiveGiven)
    assert (given.protected, given.override) == ("", "")


@pytest.mark.parametrize("text", ["", "  ", "ask about "])
def test_nothing_to_ask_about_is_refused(hand: Console, text: str) -> None:
    with pytest.raises(DirectiveEmpty):
        hand.by(cc.DirectiveGive("ask", text))


def test_the_queue_is_bounded_and_in_order(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    for number in range(DIRECTIVES_WAITING):
        hand.by(cc.DirectiveGive("ask", f"ask about point {number}"))
    with pytest.raises(DirectivesFull):
        hand.by(ASK)
    assert "point 0" in asked_in(finish(hand)).text
    assert [given.text[-1] for given in hand.state.console.directives] == ["1", "2", "3", "4"]


def test_it_can_be_withdrawn_until_it_is_applied(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    hand.by(ASK)
    assert hand.by(cc.DirectiveWithdraw("directive-1"), TWO) == [e.DirectiveWithdrawn("directive-1", "user-2")]
    for command in (cc.DirectiveWithdraw("directive-1"), cc.DirectiveWithdraw("directive-7")):
        with pytest.raises(DirectiveUnknown):
            hand.by(command)
    hand.by(ASK)
    finish(hand)
    with pytest.raises(DirectiveUnknown):
        hand.by(cc.DirectiveWithdraw("directive-2"))


def test_skip_ends_the_question_after_the_answer_without_a_follow_up(hand: Console) -> None:
    hand.speak("I usually help.", name="1-1")
    hand.by(cc.DirectiveGive("skip"))
    assert asked_in(finish(hand)).question_id == "teamwork"


def test_end_closes_kindly_after_the_answer(hand: Console) -> None:
    hand.speak("I usually help.", name="1-1")
    hand.by(cc.DirectiveGive("end"))
    events = finish(hand)
    assert isinstance(events[-1], e.InterviewClosing)
    assert hand.state.answered[-1].text == "I usually help."


def test_wrapping_up_asks_no_more_follow_ups(hand: Console) -> None:
    hand.speak("I usually help.", name="1-1")
    hand.by(cc.DirectiveGive("wrap_up"))
    assert asked_in(finish(hand)).turn_id == "teamwork-0"
    hand.send(c.QuestionPresent("teamwork-0", True))
    hand.speak("We usually help.", name="1-2")
    assert isinstance(finish(hand)[-1], e.InterviewClosing)


def test_extend_and_note_are_done_at_once(hand: Console) -> None:
    given, applied, granted = hand.by(cc.DirectiveGive("extend", minutes=3))
    assert isinstance(given, e.DirectiveGiven)
    assert isinstance(applied, e.DirectiveApplied)
    assert isinstance(granted, e.TimeGranted)
    assert granted.limit_ms == 120_000 + 180_000
    assert granted.text == "You have 3 minutes more for this answer."
    note, applied = hand.by(cc.DirectiveGive("note", "is the budget real?"))
    assert isinstance(note, e.DirectiveGiven)
    assert note.text == "is the budget real?"
    assert hand.state.console.directives == ()


def test_a_question_in_other_words_is_the_same_question(hand: Console) -> None:
    hand.by(cc.DirectiveGive("rephrase"))
    asked = asked_in(hand.send(i.ApplyDirectives("customer-0")))
    assert asked.turn_id == "customer-0"
    assert asked.text.endswith(hand.state.question("customer").text["en"])
    assert asked.text.startswith("Let me put it another way")


def test_nothing_is_whispered_when_nobody_listens(hand: Console) -> None:
    hand.send(c.InterviewEnd())
    with pytest.raises(NotLive):
        hand.by(ASK)
    assert hand.by(cc.ChatSend("backroom", "it was over"), ONE)

"""The course of an interview, command by command."""

from __future__ import annotations

from typing import TypeVar

import pytest

from server.interviews import intents as i
from server.interviews.errors import AlreadyStarted, ConsentRequired, ConsentTextUnknown, NotLive, TurnOver
from server.protocol import commands as c
from server.protocol import events as e
from tests.unit.interviews.samples import RECORDING_HASH, SCORING_HASH, Hand

T = TypeVar("T")


def only(kind: type[T], events: list[object]) -> T:
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1, [type(event).__name__ for event in events]
    return found[0]


def say(hand: Hand, text: str, *, segment: str | None = None) -> list[object]:
    hand.now_ms += 4_000
    return hand.send(i.HearSegment(segment or f"1-{hand.now_ms}", hand.now_ms - 3_000, hand.now_ms, text, 0.9, ()))


def end_answer(hand: Hand) -> list[object]:
    turn = hand.turn_id
    hand.now_ms += 2_000
    hand.send(i.ReachDeadline(turn, "end_silence"))
    return hand.send(i.EndTranscription(turn, True))


def test_nothing_starts_without_both_consents_answered() -> None:
    hand = Hand()
    hand.enter_lobby()
    with pytest.raises(ConsentRequired):
        hand.send(c.InterviewStart())
    hand.send(c.ConsentGive("recording", True, RECORDING_HASH))
    with pytest.raises(ConsentRequired):
        hand.send(c.InterviewStart())
    hand.send(c.ConsentGive("ai_scoring", False, SCORING_HASH))
    assert hand.send(c.InterviewStart())


def test_withdrawn_recording_consent_stops_the_start() -> None:
    hand = Hand()
    hand.enter_lobby()
    hand.send(c.ConsentGive("recording", True, RECORDING_HASH))
    hand.send(c.ConsentGive("ai_scoring", True, SCORING_HASH))
    hand.send(c.ConsentGive("recording", False, RECORDING_HASH))
    with pytest.raises(ConsentRequired):
        hand.send(c.InterviewStart())


def test_only_texts_that_were_shown_can_be_agreed_to() -> None:
    hand = Hand()
    hand.enter_lobby()
    with pytest.raises(ConsentTextUnknown):
        hand.send(c.ConsentGive("recording", True, "3" * 64))
    with pytest.raises(ConsentTextUnknown):
        hand.send(c.ConsentGive("recording", True, SCORING_HASH))


def test_the_first_question_carries_the_greeting_that_says_it_is_an_ai() -> None:
    hand = Hand()
    hand.start()
    asked = next(data for data, _, _ in hand.log if isinstance(data, e.QuestionAsked))
    assert asked.turn_id == "identity-0"
    assert (asked.number, asked.total) == (1, 3)
    assert "AI" in asked.spoken_text
    assert asked.spoken_text.endswith(asked.text)


def test_a_second_start_is_refused() -> None:
    hand = Hand()
    hand.start()
    with pytest.raises(AlreadyStarted):
        hand.send(c.InterviewStart())


def test_follow_up_quotes_what_was_said_and_tells_why() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    hand.send(c.QuestionPresent(hand.turn_id, True))
    said = (
        "Last year a customer was very angry because the order was late. "
        "We called the customer and we fixed the problem. The customer was happy."
    )
    say(hand, said)
    asked = only(e.QuestionAsked, end_answer(hand))
    assert asked.asked_as == "follow_up"
    assert asked.why is not None
    assert asked.why.quote
    assert asked.why.quote in said
    assert said[asked.why.char_start : asked.why.char_end] == asked.why.quote
    assert asked.turn_id == "customer-1"
    assert asked.number == 2


def test_refused_scoring_means_no_levels_and_no_probes() -> None:
    hand = Hand()
    hand.start(scoring=False)
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    say(hand, "We called the customer and we fixed the problem. The customer was happy with us in the end.")
    events = end_answer(hand)
    assert not [event for event in events if isinstance(event, e.AnswerAssessed | e.ScoreUpdated)]
    assert only(e.QuestionAsked, events).question_id == "teamwork"


def test_typed_after_speaking_keeps_both() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    say(hand, "I called the customer.")
    hand.send(c.FormSwitch(hand.turn_id, "text"))
    switched_ms = hand.now_ms
    hand.now_ms += 1_000
    late = i.HearSegment("1-2", switched_ms - 500, switched_ms + 200, "Then I", 0.9, ())
    assert only(e.SegmentTranscribed, hand.send(late)).turn_id == "customer-0"
    muttered = i.HearSegment("1-3", switched_ms + 500, switched_ms + 900, "hm", 0.9, ())
    assert hand.send(muttered) == []
    completed = only(e.AnswerCompleted, hand.send(c.AnswerSubmit(hand.turn_id, "wrote a new plan.")))
    assert completed.text == "I called the customer. Then I\nwrote a new plan."


def test_a_command_for_another_turn_is_refused() -> None:
    hand = Hand()
    hand.start()
    with pytest.raises(TurnOver):
        hand.send(c.AnswerFinish("customer-0"))


def test_done_pressed_twice_ends_once() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    assert len(hand.send(c.AnswerFinish(hand.turn_id))) == 1
    assert hand.send(c.AnswerFinish(hand.turn_id)) == []


def test_repeat_keeps_the_turn_and_what_was_said() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    assert hand.send(c.QuestionRepeat(hand.turn_id)) == [], "it is just being put"
    hand.send(c.QuestionPresent(hand.turn_id, True))
    say(hand, "I called the customer.")
    asked = only(e.QuestionAsked, hand.send(c.QuestionRepeat(hand.turn_id)))
    assert (asked.asked_as, asked.turn_id) == ("repeat", "customer-0")
    assert hand.state.turn is not None
    assert len(hand.state.turn.segments) == 1
    assert hand.state.turn.listening_since_ms is None


def test_time_away_is_not_counted() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    hand.send(c.QuestionPresent(hand.turn_id, True))
    hand.now_ms += 5_000
    hand.send(i.Disconnect("candidate", "candidate", "socket-1"))
    hand.now_ms += 30_000
    hand.send(i.Connect("candidate", "candidate", "socket-2"))
    assert hand.state.turn is not None
    assert hand.state.turn.away_ms == 30_000
    assert hand.state.away_since_ms is None
    assert hand.state.phase == "live"


def test_the_interview_closes_and_completes() -> None:
    hand = Hand()
    hand.start(scoring=False)
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    for _ in range(2):
        say(hand, "I called the customer the same day.")
        events = end_answer(hand)
    closing = only(e.InterviewClosing, events)
    assert "24 hours" in closing.text
    assert hand.state.phase == "closing"
    completed = only(e.InterviewCompleted, hand.send(i.CompleteInterview()))
    assert (completed.answered, completed.total) == (3, 3)
    with pytest.raises(NotLive):
        hand.send(c.AnswerSubmit("teamwork-0", "more"))


def test_ending_early_is_the_candidates_right_and_keeps_everything() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit(hand.turn_id, "Virtual Candidate"))
    say(hand, "I called the customer.")
    events = hand.send(c.InterviewEnd())
    assert only(e.AnswerCompleted, events).text == "I called the customer."
    aborted = only(e.InterviewAborted, events)
    assert (aborted.answered, aborted.total) == (2, 3)
    assert hand.send(c.InterviewEnd()) == []
    late = hand.send(i.HearSegment("1-2", hand.now_ms, hand.now_ms + 900, "the same day.", 0.9, ()))
    assert only(e.SegmentTranscribed, late).turn_id == "customer-0"

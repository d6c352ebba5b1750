"""Who has the floor: an answer given back, an interviewer that yields, time announced and extended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from media.types import PartialTranscript, SpeechStarted, SpeechStopped
from realtime_scoring.types import TurnProfile
from server.interviews import intents as i
from server.interviews.deadlines import turn_deadline
from server.interviews.errors import TurnOver
from server.interviews.floor import GIVEN_BACK_AT_MOST, find_floor_change
from server.interviews.hearing import Hearing
from server.protocol import commands as c
from server.protocol import events as e
from tests.unit.interviews.samples import Hand

ANSWER = "A customer was angry because her machine broke. We talked about it for a while and she went home."
MORE = "And then I called the workshop myself and she got a new one the next day."


class Talk:
    """Hand and hearing together, as the actor leads them."""

    def __init__(self, *, ended_by: str = "end_silence") -> None:
        self.hand = Hand()
        self.hand.start()
        self.hearing = Hearing()
        self.hand.send(c.AnswerSubmit("identity-0", "Virtual Candidate"))
        self.hand.now_ms = 1_000
        self.hand.send(c.QuestionPresent("customer-0", True))
        self.hearing.begin_turn(1_000)
        self.voice(2_000, 12_000)
        self.say(2_000, 12_000, ANSWER)
        self.before = self.hand.state
        self.hand.now_ms = 16_500
        if ended_by == "button":
            self.hand.send(c.AnswerFinish("customer-0"))
        else:
            self.hand.send(i.ReachDeadline("customer-0", "end_silence"))
        self.hand.now_ms = 16_800
        self.events = self.hand.send(i.EndTranscription("customer-0", complete=True))
        self.hearing.begin_question(16_800)
        self.hearing.begin_turn(16_800)

    def voice(self, from_ms: int, to_ms: int | None = None) -> None:
        self.hearing.note(SpeechStarted(from_ms), from_ms)
        if to_ms is not None:
            self.hearing.note(SpeechStopped(to_ms), to_ms)

    def caption(self, text: str) -> None:
        self.hearing.note(PartialTranscript("1-9", 0, self.hand.now_ms, text, ""), self.hand.now_ms)

    def say(self, from_ms: int, to_ms: int, text: str) -> None:
        self.hand.now_ms = to_ms
        self.hand.send(i.HearSegment(f"1-{from_ms}", from_ms, to_ms, text, 0.9, ()))

    def change(self, now_ms: int) -> object:
        self.hand.now_ms = now_ms
        return find_floor_change(self.hand.state, self.hearing, now_ms)


def asked(events: list[object]) -> e.QuestionAsked:
    return next(event for event in events if isinstance(event, e.QuestionAsked))


def test_who_goes_on_at_once_gets_the_answer_back_as_it_was() -> None:
    talk = Talk()
    follow_up = asked(talk.events)
    assert follow_up.asked_as == "follow_up"
    assert talk.hand.state.follow_ups_asked == 1
    assert talk.hand.state.assessments
    talk.voice(17_400)
    assert talk.change(17_600) is None, "it may be a cough"
    talk.hand.now_ms = 18_200
    talk.caption("and then I called")
    change = talk.change(18_200)
    assert change == i.GiveBack(follow_up.turn_id)
    withdrawn, score = talk.hand.send(change)
    assert withdrawn == e.QuestionWithdrawn(follow_up.turn_id, "customer-0")
    assert isinstance(score, e.ScoreUpdated)
    assert (score.total, score.levels) == (None, ()), "the answer that goes on is scored when it ends"

    state, before = talk.hand.state, talk.before
    assert state == talk.hand.replay()
    assert state.turn is not None
    assert before.turn is not None
    assert state.turn == replace(before.turn, away_ms=18_200 - 16_500, given_back=1)
    assert (state.answered, state.assessments, state.follow_ups_asked) == (
        before.answered,
        before.assessments,
        before.follow_ups_asked,
    )
    assert (state.place, state.last_transition) == (before.place, before.last_transition)


def test_the_whole_answer_is_assessed_and_the_withdrawn_question_counts_nowhere() -> None:
    talk = Talk()
    withdrawn = asked(talk.events).turn_id
    talk.hand.now_ms = 18_200
    talk.hand.send(i.GiveBack(withdrawn))
    talk.say(17_400, 21_000, MORE)
    talk.hand.send(c.AnswerFinish("customer-0"))
    events = talk.hand.send(i.EndTranscription("customer-0", complete=True))
    completed = next(event for event in events if isinstance(event, e.AnswerCompleted))
    assert completed.text == f"{ANSWER} {MORE}"
    assert completed.duration_ms == 21_000 - 1_000 - (18_200 - 16_500)
    follow_up = asked(events)
    assert follow_up.turn_id != withdrawn
    assert talk.hand.state.follow_ups_asked == (follow_up.asked_as == "follow_up")
    assert len(talk.hand.state.turns_of("customer")) == 1
    assert talk.hand.state == talk.hand.replay()


def test_words_that_were_heard_under_the_withdrawn_question_go_with_the_answer() -> None:
    talk = Talk()
    withdrawn = asked(talk.events).turn_id
    talk.voice(17_000, 18_000)
    talk.say(17_000, 18_000, "and then I called her")
    assert talk.change(18_000) == i.GiveBack(withdrawn)
    talk.hand.send(i.GiveBack(withdrawn))
    turn = talk.hand.state.turn
    assert turn is not None
    assert [segment.text for segment in turn.segments] == [ANSWER, "and then I called her"]
    # Its final text, later and under the withdrawn question's id, finds its way too.
    talk.hand.send(i.HearSegment("1-17000", 17_000, 18_500, "and then I called her again", 0.9, (), revision=1))
    turn = talk.hand.state.turn
    assert turn is not None
    assert [segment.text for segment in turn.segments] == [ANSWER, "and then I called her again"]


@pytest.mark.parametrize(
    ("began_ms", "text"),
    [(17_400, "mm-hm"), (17_400, "okay yeah"), (17_400, ""), (19_000, "and then I called")],
)
def test_a_back_channel_a_cough_or_a_late_voice_withdraws_nothing(began_ms: int, text: str) -> None:
    talk = Talk()
    talk.hand.send(c.QuestionPresent(asked(talk.events).turn_id, spoken=False))
    talk.voice(began_ms)
    talk.hand.now_ms = began_ms + 900
    talk.caption(text)
    assert talk.change(began_ms + 900) is None


def test_an_answer_is_given_back_twice_and_then_the_question_stands() -> None:
    talk = Talk()
    events = talk.events
    for _ in range(GIVEN_BACK_AT_MOST):
        began_ms = talk.hand.now_ms + 600
        talk.voice(began_ms)
        talk.hand.now_ms = began_ms + 900
        talk.caption("and then I called")
        change = talk.change(talk.hand.now_ms)
        assert change == i.GiveBack(asked(events).turn_id)
        talk.hand.send(change)
        talk.hearing.note(SpeechStopped(talk.hand.now_ms), talk.hand.now_ms)
        talk.hand.now_ms += 4_500
        talk.hand.send(i.ReachDeadline("customer-0", "end_silence"))
        events = talk.hand.send(i.EndTranscription("customer-0", complete=True))
        talk.hearing.begin_question(talk.hand.now_ms)
        talk.hearing.begin_turn(talk.hand.now_ms)
    began_ms = talk.hand.now_ms + 600
    talk.voice(began_ms)
    talk.hand.now_ms = began_ms + 900
    talk.caption("and then I called")
    assert talk.change(talk.hand.now_ms) == i.YieldFloor(asked(events).turn_id), "they answer, or want to say something"
    assert talk.hand.send(i.GiveBack(asked(events).turn_id)) == []
    assert talk.hand.state == talk.hand.replay()


def test_an_answer_that_was_ended_by_the_button_is_not_given_back() -> None:
    talk = Talk(ended_by="button")
    talk.voice(17_400)
    talk.hand.now_ms = 18_400
    talk.caption("and then I called")
    assert talk.change(18_400) == i.YieldFloor(asked(talk.events).turn_id), "they interrupt the new question"
    assert talk.hand.send(i.GiveBack(asked(talk.events).turn_id)) == []


def test_the_interviewer_yields_to_words_but_not_to_an_echo() -> None:
    talk = Talk()
    question = asked(talk.events)
    talk.voice(20_000)
    talk.hand.now_ms = 21_000
    talk.caption(" ".join(question.text.split()[:5]))
    assert talk.change(21_000) is None
    talk.caption("sorry could you wait")
    assert talk.change(21_000) == i.YieldFloor(question.turn_id)
    assert talk.hand.send(i.YieldFloor(question.turn_id)) == [
        e.InterviewerYielded(question.turn_id),
        e.QuestionPresented(question.turn_id, spoken=False),
    ]
    assert talk.hand.send(i.YieldFloor(question.turn_id)) == []
    assert talk.change(21_500) is None, "the floor is theirs"


def test_a_false_ending_teaches_patience() -> None:
    talk = Talk()
    before = talk.hearing.habit
    talk.voice(17_400)
    talk.hand.now_ms = 18_200
    talk.hand.send(i.GiveBack(asked(talk.events).turn_id))
    assert talk.hand.state.turn is not None
    talk.hearing.reopen(talk.hand.state.turn.segments)
    assert talk.hearing.habit.high_ms > before.high_ms
    talk.hearing.note(SpeechStopped(19_000), 19_000)
    deadline = turn_deadline(talk.hand.state, talk.hearing, TurnProfile())
    assert deadline is not None
    assert deadline.action == "end_silence", "all that was said before counts as speech of this answer"


def test_pauses_inside_an_answer_make_the_habit() -> None:
    hearing = Hearing()
    hearing.begin_turn(0)
    for start in range(1_000, 60_000, 6_000):
        hearing.note(SpeechStarted(start), start)
        hearing.note(SpeechStopped(start + 3_000), start + 3_000)
    assert hearing.habit.pauses == 9
    assert hearing.habit.high_ms > 2_500


def test_what_the_log_tells_of_pauses_makes_the_habit_again_after_a_restart() -> None:
    hearing = Hearing()
    hearing.recall_pauses(
        [e.SegmentTranscribed("t", f"1-{n}", n, n + 3_000, "x", 1.0, ()) for n in range(0, 60_000, 6_000)]
    )
    assert hearing.habit.pauses == 9
    assert hearing.habit.high_ms > 2_500


def test_time_is_announced_and_extended_once() -> None:
    hand = Hand()
    hand.start()
    hand.send(c.AnswerSubmit("identity-0", "Virtual Candidate"))
    hand.send(c.QuestionPresent("customer-0", True))
    hearing = Hearing()
    hearing.begin_turn(0)
    hearing.note(SpeechStarted(1_000), 1_000)

    def due() -> tuple[str, int]:
        deadline = turn_deadline(hand.state, hearing, TurnProfile())
        assert deadline is not None
        return deadline.action, deadline.at_ms

    assert due() == ("warn_time", 90_000)
    hand.now_ms = 90_000
    assert hand.send(i.ReachDeadline("customer-0", "warn_time")) == [e.TimeWarned("customer-0", 30_000, True)]
    assert hand.send(i.ReachDeadline("customer-0", "warn_time")) == []
    assert due() == ("end_time_limit", 130_000), "after the sentence"
    hand.now_ms = 100_000
    assert hand.send(c.TimeExtend("customer-0")) == [e.TimeExtended("customer-0", 140_000)]
    assert hand.send(c.TimeExtend("customer-0")) == []
    assert due() == ("warn_time", 110_000)
    hand.now_ms = 110_000
    assert hand.send(i.ReachDeadline("customer-0", "warn_time")) == [e.TimeWarned("customer-0", 30_000, False)]
    assert hand.state == hand.replay()
    hand.send(c.AnswerFinish("customer-0"))
    with pytest.raises(TurnOver):
        hand.send(c.TimeExtend("customer-0"))

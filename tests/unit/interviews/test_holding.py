"""The floor: one has it, the interviewer is silent meanwhile, and no word of the candidate is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from media.types import SpeechStarted
from realtime_scoring.types import TurnProfile
from server.interviews import intents as i
from server.interviews.console.holding import GONE_AFTER_MS, HELD_AT_MOST_MS
from server.interviews.deadlines import turn_deadline
from server.interviews.errors import FloorHeld, FloorNotHeld, InterviewIsPaused, NotLive, NotWatching
from server.interviews.hearing import Hearing
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from tests.unit.interviews.console import ONE, TWO, Console

STORY = "Last year I listened to an angry customer and I wrote a new plan."


@pytest.fixture
def hand() -> Console:
    console = Console()
    console.begin()
    return console


def test_a_question_that_is_being_read_is_broken_off_and_stays_open() -> None:
    hand = Console()
    hand.start()
    hand.watch()
    hand.send(c.AnswerSubmit("identity-0", "Virtual Candidate"))
    assert [type(data) for data in hand.by(cc.FloorTake("barge"))] == [
        e.InterviewerYielded,
        e.QuestionPresented,
        e.FloorTaken,
    ]
    assert hand.turn_id == "customer-0"
    assert hand.state.console.quiet


def test_who_takes_the_floor_is_named_to_the_candidate_in_their_language(hand: Console) -> None:
    (taken,) = hand.by(cc.FloorTake("takeover"))
    assert isinstance(taken, e.FloorTaken)
    assert taken.text.startswith("Recruiter One has joined the conversation")
    chinese = Console()
    chinese.begin()
    chinese.state = replace(chinese.state, language="zh-CN")
    (taken,) = chinese.by(cc.FloorTake("takeover"))
    assert isinstance(taken, e.FloorTaken)
    assert taken.text.startswith("Recruiter One加入了对话")


def test_a_second_person_is_told_who_has_the_floor(hand: Console) -> None:
    hand.by(cc.FloorTake("barge"))
    for command in (cc.FloorTake("barge"), cc.FloorChangeMode("takeover"), cc.FloorHandBack()):
        with pytest.raises(FloorHeld, match="Recruiter One has the floor"):
            hand.by(command, TWO)
    assert hand.by(cc.FloorTake("barge")) == []
    assert hand.by(cc.FloorTake("takeover")) == [e.FloorChanged("user-1", "Recruiter One", "takeover")]


def test_only_who_watches_may_speak_and_only_who_speaks_may_hand_back(hand: Console) -> None:
    hand.leave(TWO)
    with pytest.raises(NotWatching):
        hand.by(cc.FloorTake("barge"), TWO)
    for command in (cc.FloorHandBack(), cc.FloorChangeMode("barge")):
        with pytest.raises(FloorNotHeld):
            hand.by(command)


def test_time_stands_still_and_nothing_ends_the_answer(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    hand.by(cc.FloorTake("takeover"))
    hearing = Hearing()
    hearing.note(SpeechStarted(hand.now_ms), hand.now_ms)
    assert turn_deadline(hand.state, hearing, TurnProfile()) is None
    for action in ("end_silence", "end_time_limit", "nudge"):
        assert hand.send(i.ReachDeadline("customer-0", action)) == []
    hand.now_ms += 600_000
    hand.by(cc.FloorHandBack())
    assert hand.state.turn is not None
    assert hand.state.turn.away_ms == 600_000


def test_the_interviewer_comes_back_to_the_open_question_with_a_sentence(hand: Console) -> None:
    hand.by(cc.FloorTake("barge"))
    handed, asked = hand.by(cc.FloorHandBack())
    assert isinstance(handed, e.FloorHandedBack)
    assert handed.reason == "handed_back"
    assert isinstance(asked, e.QuestionAsked)
    assert (asked.turn_id, asked.asked_as) == ("customer-0", "repeat")
    assert asked.spoken_text.startswith(handed.text)
    assert asked.spoken_text.endswith(asked.text)
    assert "come back to the question" in asked.spoken_text
    hand.send(c.QuestionPresent("customer-0", True))
    hand.speak(STORY, name="1-1")
    hand.by(cc.FloorTake("barge"))
    asked = hand.by(cc.FloorHandBack())[-1]
    assert isinstance(asked, e.QuestionAsked)
    assert "go on with your answer" in asked.spoken_text


def test_a_word_aside_is_kept_and_no_part_of_the_answer_while_a_takeover_goes_on_with_it(hand: Console) -> None:
    hand.speak("I listened to the customer.", name="1-1")
    hand.by(cc.FloorTake("barge"))
    hand.speak("Yes, I can hear you well.", name="1-2")
    hand.by(cc.FloorChangeMode("takeover"))
    hand.speak("And I wrote a new plan.", name="1-3")
    hand.by(cc.FloorHandBack())
    turn = hand.state.turn
    assert turn is not None
    assert [segment.text for segment in turn.asides] == ["Yes, I can hear you well."]
    hand.send(c.QuestionPresent("customer-0", True))
    hand.send(c.AnswerFinish("customer-0"))
    hand.send(i.EndTranscription("customer-0", complete=True))
    answered = hand.state.answered[-1]
    assert answered.text == "I listened to the customer. And I wrote a new plan."
    assert len(answered.asides) == 1
    assert hand.replay() == hand.state


def test_a_sentence_that_hr_interrupts_is_part_of_the_answer_however_late_its_text_comes(hand: Console) -> None:
    began_ms = hand.now_ms
    hand.now_ms += 2_000
    hand.by(cc.FloorTake("barge"))
    hand.now_ms += 8_000
    (heard,) = hand.send(i.HearSegment("1-1", began_ms, hand.now_ms, "I have five years of experience.", 0.9, ()))
    assert isinstance(heard, e.SegmentTranscribed)
    assert not heard.aside
    hand.by(cc.FloorHandBack())
    began_ms = hand.now_ms - 500
    hand.now_ms += 8_000
    (heard,) = hand.send(i.HearSegment("1-2", began_ms, hand.now_ms, "And I learned a lot.", 0.9, ()))
    assert isinstance(heard, e.SegmentTranscribed)
    assert not heard.aside, "mostly said when the floor was back"


def test_text_that_comes_late_is_still_known_for_a_word_aside(hand: Console) -> None:
    hand.by(cc.FloorTake("barge"))
    began_ms = hand.now_ms
    hand.now_ms += 2_000
    hand.send(i.DeferSegment("1-1", began_ms, hand.now_ms))
    hand.by(cc.FloorHandBack())
    hand.now_ms += 60_000
    (heard,) = hand.send(i.HearSegment("1-1", began_ms, began_ms + 2_000, "One moment please.", 0.9, ()))
    assert isinstance(heard, e.SegmentTranscribed)
    assert heard.aside


def test_what_is_said_to_a_person_during_a_typed_question_is_kept() -> None:
    hand = Console()
    hand.start()
    hand.watch()
    hand.now_ms = 5_000
    assert hand.speak("Thinking aloud.", name="1-1") == []
    hand.by(cc.FloorTake("barge"))
    (heard,) = hand.speak("I cannot type my name.", name="1-2")
    assert isinstance(heard, e.SegmentTranscribed)
    assert heard.aside


def test_an_answer_that_ends_meanwhile_is_completed_when_the_floor_comes_back(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    hand.by(cc.FloorTake("takeover"))
    assert [type(data) for data in hand.send(c.AnswerSubmit("customer-0", "And in writing."))] == [
        e.AnswerDrafted,
        e.AnswerClosing,
    ]
    assert hand.send(i.EndTranscription("customer-0", complete=True)) == []
    hand.now_ms += 30_000
    assert [type(data) for data in hand.by(cc.FloorHandBack())] == [e.FloorHandedBack]
    assert hand.state.turn is not None
    assert hand.state.turn.closing_since_ms == hand.now_ms
    hand.send(i.EndTranscription("customer-0", complete=True))
    assert hand.state.answered[-1].text == f"{STORY}\nAnd in writing."


def test_handing_back_with_the_question_answered_goes_on_to_what_follows(hand: Console) -> None:
    hand.speak(STORY, name="1-1")
    hand.by(cc.FloorTake("takeover"))
    assert [type(data) for data in hand.by(cc.FloorHandBack(answered=True))] == [e.FloorHandedBack, e.AnswerClosing]
    hand.send(i.EndTranscription("customer-0", complete=True))
    assert hand.state.answered[-1].question_id == "customer"
    assert hand.turn_id != "customer-0"


def test_nobody_asks_anything_while_a_person_has_the_floor(hand: Console) -> None:
    hand.by(cc.FloorTake("takeover"))
    with pytest.raises(FloorHeld):
        hand.send(c.QuestionRepeat("customer-0"))
    for command in (c.QuestionRepeat("customer-0"), cc.QuestionSkip("customer-0")):
        with pytest.raises(FloorHeld):
            hand.by(command, TWO)


def test_a_lost_browser_frees_the_floor_and_one_that_is_loaded_anew_keeps_it(hand: Console) -> None:
    hand.by(cc.FloorTake("barge"))
    hand.leave(ONE)
    hand.now_ms += GONE_AFTER_MS - 1
    assert hand.send(i.FreeFloor()) == []
    hand.watch(replace(ONE, connection_id="hr-1b"))
    hand.now_ms += GONE_AFTER_MS
    assert hand.send(i.FreeFloor()) == []
    hand.leave(replace(ONE, connection_id="hr-1b"))
    hand.now_ms += GONE_AFTER_MS
    handed, asked = hand.send(i.FreeFloor())
    assert isinstance(handed, e.FloorHandedBack)
    assert (handed.user_id, handed.reason) == ("user-1", "gone")
    assert isinstance(asked, e.QuestionAsked)
    hand.by(cc.FloorTake("takeover"), TWO)
    assert hand.state.console.holder is not None
    assert hand.state.console.holder.user_id == "user-2"


def test_a_second_tab_of_the_same_person_keeps_the_floor(hand: Console) -> None:
    hand.watch(replace(ONE, connection_id="hr-1b"))
    hand.by(cc.FloorTake("barge"))
    for connection in ("hr-1b", "hr-1"):
        assert hand.state.console.holder is not None
        assert hand.state.console.holder.gone_since_ms is None
        hand.leave(replace(ONE, connection_id=connection))
    holder = hand.state.console.holder
    assert holder is not None
    assert holder.gone_since_ms == hand.now_ms


def test_a_restarted_server_waits_for_who_had_the_floor(hand: Console) -> None:
    hand.by(cc.FloorTake("barge"))
    hand.send(i.Record(e.ServerRestarted()))
    assert hand.state.console.watchers == ()
    hand.now_ms += GONE_AFTER_MS
    assert isinstance(hand.send(i.FreeFloor())[0], e.FloorHandedBack)


def test_nobody_has_the_floor_for_ever(hand: Console) -> None:
    hand.by(cc.FloorTake("takeover"))
    hand.now_ms += HELD_AT_MOST_MS
    handed = hand.send(i.FreeFloor())[0]
    assert isinstance(handed, e.FloorHandedBack)
    assert handed.reason == "expired"


def test_a_pause_stops_the_time_and_is_told(hand: Console) -> None:
    (paused,) = hand.by(cc.InterviewPause())
    assert isinstance(paused, e.InterviewPaused)
    assert "paused" in paused.text
    assert hand.by(cc.InterviewPause(), TWO) == []
    with pytest.raises(InterviewIsPaused):
        hand.send(c.QuestionRepeat("customer-0"))
    hand.now_ms += 120_000
    hand.by(cc.FloorTake("barge"))
    assert [type(data) for data in hand.by(cc.FloorHandBack())] == [e.FloorHandedBack]
    assert [type(data) for data in hand.by(cc.InterviewResume(), TWO)] == [e.InterviewResumed, e.QuestionAsked]
    assert hand.by(cc.InterviewResume()) == []
    assert hand.state.turn is not None
    assert hand.state.turn.away_ms == 120_000


def test_before_and_after_the_interview_there_is_no_floor(hand: Console) -> None:
    hand.by(cc.FloorTake("barge"))
    hand.send(c.InterviewEnd())
    assert hand.state.console.holder is None
    early = Console()
    early.enter_lobby()
    early.watch()
    for console in (hand, early):
        for command in (cc.FloorTake("barge"), cc.FloorHandBack(), cc.InterviewPause(), cc.InterviewResume()):
            with pytest.raises(NotLive):
                console.by(command)

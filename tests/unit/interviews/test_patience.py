"""An answer is ended by silence only where the candidate had the floor and used it."""

from __future__ import annotations

import pytest

from media.types import AudioLevel, PeerConnected, PeerInterrupted, SpeechStarted, SpeechStopped
from realtime_scoring.types import TurnAction, TurnDeadline, TurnProfile
from server.interviews import intents as i
from server.interviews.deadlines import (
    LISTENING_LAG_MS,
    PRESENTED_WITHIN_MS,
    STALL_LIMIT_MS,
    postpone_unheard,
    turn_deadline,
)
from server.interviews.hearing import Hearing
from server.protocol import commands as c
from server.protocol import events as e
from tests.unit.interviews.samples import Hand

PROFILE = TurnProfile()
TOLD = (
    "Last year a customer was angry because her machine broke twice. I listened to her, checked the receipt and called"
    " the workshop. I offered her a new machine the same day and she was satisfied, and complaints fell by ten percent."
)


class Listener:
    """The volatile half of the actor, driven by hand."""

    def __init__(self) -> None:
        self.hand = Hand()
        self.hand.start()
        self.hand.send(c.AnswerSubmit("identity-0", "Virtual Candidate"))
        self.hearing = Hearing()
        self.hearing.begin_turn(0)

    def present(self, at_ms: int) -> None:
        self.hand.now_ms = at_ms
        self.hand.send(c.QuestionPresent("customer-0", True))
        turn = self.hand.state.turn
        assert turn is not None
        if turn.listening_since_ms == turn.answer_started_ms:
            self.hearing.begin_turn(at_ms)
        else:
            self.hearing.give_floor(at_ms)

    def speak(self, from_ms: int, to_ms: int, text: str = TOLD) -> None:
        self.hearing.note(SpeechStarted(from_ms), from_ms)
        self.hearing.note(SpeechStopped(to_ms), to_ms)
        self.hand.now_ms = to_ms
        self.hand.send(i.HearSegment(f"1-{from_ms}", from_ms, to_ms, text, 0.9, ()))

    @property
    def deadline(self) -> TurnDeadline:
        found = turn_deadline(self.hand.state, self.hearing, PROFILE)
        assert found is not None
        return found


def test_a_pleasantry_while_the_question_is_read_aloud_ends_nothing() -> None:
    listener = Listener()
    listener.speak(1_000, 2_500, "Okay, nice to meet you.")
    assert listener.deadline.action == "end_time_limit"
    assert listener.deadline.at_ms >= PRESENTED_WITHIN_MS
    listener.present(8_000)
    assert listener.deadline == TurnDeadline(8_000 + PROFILE.nudge_silence_ms, "nudge")


def test_it_is_not_part_of_the_answer_either_unless_it_is_all_there_is() -> None:
    listener = Listener()
    listener.speak(1_000, 2_500, "Okay, nice to meet you.")
    listener.present(8_000)
    listener.speak(9_000, 12_000)
    listener.hand.send(c.AnswerFinish("customer-0"))
    completed = listener.hand.send(i.EndTranscription("customer-0", True))[0]
    assert isinstance(completed, e.AnswerCompleted)
    assert completed.text == TOLD

    early = Listener()
    early.speak(1_000, 2_500)
    early.present(8_000)
    early.hand.send(c.AnswerFinish("customer-0"))
    completed = early.hand.send(i.EndTranscription("customer-0", True))[0]
    assert isinstance(completed, e.AnswerCompleted)
    assert completed.text == TOLD


def test_a_finished_answer_ends_after_silence() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.speak(2_000, 5_000)
    assert listener.deadline == TurnDeadline(5_000 + PROFILE.complete_silence_ms, "end_silence")


def test_asking_for_a_repetition_starts_the_silence_anew() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.speak(2_000, 5_000)
    listener.hand.now_ms = 5_500
    listener.hand.send(c.QuestionRepeat("customer-0"))
    assert listener.deadline.action == "end_time_limit"
    listener.present(12_000)
    assert listener.deadline == TurnDeadline(12_000 + PROFILE.nudge_silence_ms, "end_silence")
    listener.speak(14_000, 16_000)
    assert listener.deadline == TurnDeadline(16_000 + PROFILE.complete_silence_ms, "end_silence")


def test_repeating_does_not_stretch_the_limit() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.hearing.note(SpeechStarted(1_500), 1_500)
    limit = listener.deadline
    assert limit.action == "warn_time"
    listener.hand.send(c.QuestionRepeat("customer-0"))
    listener.present(40_000)
    assert listener.deadline == limit


def test_muttering_over_the_keyboard_does_not_end_what_is_then_spoken() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.hand.send(c.FormSwitch("customer-0", "text"))
    listener.speak(20_000, 21_500, "hm so that")
    listener.hand.now_ms = 60_000
    listener.hand.send(c.FormSwitch("customer-0", "voice"))
    listener.hearing.give_floor(60_000)
    assert listener.deadline.at_ms == 60_000 + PROFILE.nudge_silence_ms


def test_after_a_new_connection_there_is_time_to_find_back() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.speak(2_000, 5_000)
    listener.hearing.note(PeerConnected(2, audio=True, video=True), 30_000)
    assert listener.deadline == TurnDeadline(30_000 + PROFILE.nudge_silence_ms, "end_silence")


def test_a_lost_microphone_stops_the_clock() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.hand.now_ms = 3_000
    listener.hand.send(c.DeviceReport("ok", "failed", "ok"))
    assert turn_deadline(listener.hand.state, listener.hearing, PROFILE) is None
    listener.hand.now_ms = 33_000
    listener.hand.send(c.DeviceReport("ok", "ok", "ok"))
    assert listener.hand.state.turn is not None
    assert listener.hand.state.turn.away_ms == 30_000


def test_a_draft_counts_when_the_time_is_over_or_the_interview_is_ended() -> None:
    for ending in ("limit", "end"):
        listener = Listener()
        listener.present(1_000)
        listener.hand.send(c.FormSwitch("customer-0", "text"))
        listener.hand.send(c.AnswerDraft("customer-0", "I called the"))
        listener.hand.send(c.AnswerDraft("customer-0", "I called the customer"))
        if ending == "limit":
            listener.hand.send(i.ReachDeadline("customer-0", "end_time_limit"))
            events = listener.hand.send(i.EndTranscription("customer-0", True))
        else:
            events = listener.hand.send(c.InterviewEnd())
        completed = events[0]
        assert isinstance(completed, e.AnswerCompleted)
        assert completed.text == "I called the customer"


def test_an_answer_without_its_text_is_not_called_unanswered() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.hand.send(i.MissSegment("1-1", 2_000, 5_000, "transcription_failed"))
    listener.hand.send(c.AnswerFinish("customer-0"))
    completed = listener.hand.send(i.EndTranscription("customer-0", True))[0]
    assert isinstance(completed, e.AnswerCompleted)
    assert completed.hint_code == "not_written_down"


def test_time_left_only_falls() -> None:
    listener = Listener()
    listener.present(1_000)
    listener.speak(2_000, 32_000, "We called the customer and we fixed the problem. The customer was happy.")
    asked = next(data for data, _, _ in reversed(listener.hand.log) if isinstance(data, e.QuestionAsked))
    (again,) = listener.hand.send(c.QuestionRepeat("customer-0"))
    assert isinstance(again, e.QuestionAsked)
    assert again.remaining_ms == asked.remaining_ms - 31_000


def test_another_language_asks_for_consent_again() -> None:
    hand = Hand()
    hand.enter_lobby()
    hand.send(c.ConsentGive("recording", True, "1" * 64))
    hand.send(c.LanguageChoose("zh-CN"))
    assert hand.state.consents == frozenset()


def test_who_never_comes_back_is_not_live_for_ever() -> None:
    listener = Listener()
    assert listener.hand.send(i.Expire()) == []
    listener.hand.send(i.Disconnect("candidate", "candidate", "socket-1"))
    events = listener.hand.send(i.Expire())
    assert isinstance(events[-1], e.InterviewAborted)
    assert events[-1].reason == "expired"


def hear_level(hearing: Hearing, t_ms: int) -> None:
    hearing.note(AudioLevel(t_ms, -60.0, -50.0, False, False, None), t_ms)


@pytest.mark.parametrize("action", ["end_silence", "nudge"])
def test_silence_that_nobody_has_listened_to_ends_nothing(action: TurnAction) -> None:
    """The network holds the candidate's words back for a second and a half: it is not the candidate who is silent."""
    hearing, deadline = Hearing(), TurnDeadline(10_000, action)
    assert postpone_unheard(deadline, hearing, 10_000) == deadline, "no sound is expected"
    hear_level(hearing, 8_600)
    assert postpone_unheard(deadline, hearing, 9_000).at_ms == 10_000
    assert postpone_unheard(deadline, hearing, 10_050).at_ms > 10_050
    hear_level(hearing, 10_000 - LISTENING_LAG_MS)
    assert postpone_unheard(deadline, hearing, 10_200) == deadline


def test_a_stalled_network_is_not_waited_for_for_ever() -> None:
    hearing, deadline = Hearing(), TurnDeadline(10_000, "end_silence")
    hear_level(hearing, 5_000)
    assert postpone_unheard(deadline, hearing, 60_000).at_ms == 10_000 + STALL_LIMIT_MS
    hearing.note(PeerInterrupted(1, "silent"), 7_000)
    assert postpone_unheard(deadline, hearing, 10_000) == deadline


def test_the_time_limit_is_the_limit() -> None:
    hearing, deadline = Hearing(), TurnDeadline(10_000, "end_time_limit")
    hear_level(hearing, 5_000)
    assert postpone_unheard(deadline, hearing, 10_000) == deadline

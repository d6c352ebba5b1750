"""Chat at any time, help that is asked for, and what HR is alerted of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from media.types import SpeechStarted
from server.errors import Forbidden, TooManyRequests
from server.interviews import intents as i
from server.interviews.board import build_card
from server.interviews.console.alerts import (
    LOST_AFTER_MS,
    SILENT_AFTER_MS,
    find_alert_change,
    find_onsets,
    next_alert_ms,
)
from server.interviews.console.chatting import FLOOD_BURST, MESSAGES_AT_MOST, ChatAllowance
from server.interviews.errors import AlertUnknown, ChatFull, HelpAsked
from server.interviews.hearing import Hearing
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from tests.unit.interviews.console import CANDIDATE, ONE, TWO, Console


@pytest.fixture
def hand() -> Console:
    console = Console()
    console.begin()
    return console


def attend(hand: Console, hearing: Hearing) -> list[object]:
    told: list[object] = []
    while (change := find_alert_change(hand.state, hearing, hand.now_ms)) is not None:
        told += hand.send(change)
    return told


def listening(hand: Console) -> Hearing:
    hearing = Hearing()
    hearing.begin_turn(hand.now_ms)
    return hearing


def test_people_write_before_during_and_after() -> None:
    hand = Console()
    hand.enter_lobby()
    hand.watch()
    hand.by(cc.ChatSend("candidate", " Am I early? "), CANDIDATE)
    hand.by(cc.ChatSend("candidate", "A little."), ONE)
    hand.send(c.InterviewEnd())
    hand.by(cc.ChatSend("candidate", "Thank you."), CANDIDATE)
    sent = [data for data, _, _ in hand.log if isinstance(data, e.ChatSent)]
    assert [(each.number, each.sender, each.name, each.text) for each in sent] == [
        (1, "candidate", "Virtual Candidate", "Am I early?"),
        (2, "hr", "Recruiter One", "A little."),
        (3, "candidate", "Virtual Candidate", "Thank you."),
    ]


def test_unread_messages_are_counted_until_somebody_of_hr_has_seen_them(hand: Console) -> None:
    for text in ("Hello?", "Is anybody there?"):
        hand.by(cc.ChatSend("candidate", text), CANDIDATE)
    hand.by(cc.ChatSend("backroom", "She writes."), ONE)
    assert build_card(hand.state, speaking=False, last_caption="").unread == 2
    assert hand.by(cc.ChatRead("candidate", 1), ONE) == [e.ChatSeen("candidate", "hr", "user-1", 1)]
    assert hand.state.console.line("candidate").unread == 2
    assert hand.by(cc.ChatRead("candidate", 9), TWO) == [e.ChatSeen("candidate", "hr", "user-2", 2)]
    assert hand.by(cc.ChatRead("candidate", 2), TWO) == []
    assert hand.by(cc.ChatRead("candidate", 1), TWO) == []
    assert build_card(hand.state, speaking=False, last_caption="").unread == 0
    assert hand.replay() == hand.state


def test_the_backroom_is_closed_to_the_candidate(hand: Console) -> None:
    for command in (cc.ChatSend("backroom", "Hello"), cc.ChatRead("backroom", 1)):
        with pytest.raises(Forbidden):
            hand.by(command, CANDIDATE)


def test_a_channel_is_not_filled_without_end(hand: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MESSAGES_AT_MOST >= 1_000
    monkeypatch.setattr("server.interviews.console.chatting.MESSAGES_AT_MOST", 1)
    hand.by(cc.ChatSend("candidate", "one"), CANDIDATE)
    with pytest.raises(ChatFull):
        hand.by(cc.ChatSend("candidate", "two"), CANDIDATE)
    assert hand.by(cc.ChatSend("backroom", "   "), ONE) == []


def test_a_flood_is_refused_and_nobody_else_with_it() -> None:
    now_ms = 0
    allowance = ChatAllowance(lambda: now_ms)
    for _ in range(FLOOD_BURST):
        allowance.take("one")
    with pytest.raises(TooManyRequests):
        allowance.take("one")
    allowance.take("two")
    now_ms += 1_000
    allowance.take("one")
    with pytest.raises(TooManyRequests):
        allowance.take("one")


def test_help_is_asked_for_once_until_somebody_comes(hand: Console) -> None:
    assert hand.by(cc.HelpRequest("I hear nothing."), CANDIDATE) == [
        e.HelpRequested("I hear nothing."),
        e.AlertRaised("help", hand.now_ms),
    ]
    assert hand.by(cc.HelpRequest(), CANDIDATE) == []
    card = build_card(hand.state, speaking=False, last_caption="")
    assert card.asked_for_human
    assert [alert.kind for alert in card.alerts] == ["help"]
    assert attend(hand, listening(hand)) == []
    assert hand.by(cc.HelpAcknowledge()) == [
        e.HelpAcknowledged("user-1", "Recruiter One"),
        e.AlertCleared("help"),
    ]
    assert hand.by(cc.HelpAcknowledge(), TWO) == []


def test_help_has_its_bound(hand: Console) -> None:
    for _ in range(20):
        hand.by(cc.HelpRequest(), CANDIDATE)
        hand.by(cc.HelpAcknowledge())
    with pytest.raises(HelpAsked):
        hand.by(cc.HelpRequest(), CANDIDATE)


def test_a_lost_connection_is_told_after_twenty_seconds_and_its_return_at_once(hand: Console) -> None:
    hearing = listening(hand)
    hand.send(i.Disconnect("candidate", "candidate", "socket-1"))
    lost_ms = hand.now_ms
    assert next_alert_ms(hand.state, hearing) == lost_ms + LOST_AFTER_MS
    hand.now_ms += LOST_AFTER_MS - 1
    assert attend(hand, hearing) == []
    hand.now_ms += 1
    assert attend(hand, hearing) == [e.AlertRaised("connection_lost", lost_ms)]
    hand.send(i.Connect("candidate", "candidate", "socket-2"))
    assert attend(hand, hearing) == [e.AlertCleared("connection_lost")]


def test_a_person_who_has_the_floor_is_no_lost_connection(hand: Console) -> None:
    hand.by(cc.FloorTake("takeover"))
    hand.now_ms += 120_000
    assert attend(hand, listening(hand)) == []


def test_a_long_silence_in_an_open_answer(hand: Console) -> None:
    hearing = listening(hand)
    since_ms = hand.now_ms
    hand.now_ms += SILENT_AFTER_MS
    assert attend(hand, hearing) == [e.AlertRaised("silence", since_ms)]
    hearing.note(SpeechStarted(hand.now_ms), hand.now_ms)
    assert attend(hand, hearing) == [e.AlertCleared("silence")]


def test_who_asked_for_a_moment_is_not_silent_too_long(hand: Console) -> None:
    hearing = listening(hand)
    hand.now_ms += 30_000
    hand.send(c.MomentRequest("customer-0"))
    hand.now_ms += 60_000
    assert attend(hand, hearing) == []
    hand.now_ms += SILENT_AFTER_MS
    assert [type(data) for data in attend(hand, hearing)] == [e.AlertRaised]


def test_too_long_in_a_stage(hand: Console) -> None:
    hearing = listening(hand)
    minutes = hand.state.stage.alert_after_minutes
    hand.now_ms = minutes * 60_000
    hand.speak("word", name="1-1", ms=1)
    hearing.begin_turn(hand.now_ms)
    assert attend(hand, hearing) == [e.AlertRaised("stage_overtime", 0)]
    hand.send(c.InterviewEnd())
    assert attend(hand, hearing) == [e.AlertCleared("stage_overtime")]


def test_the_card_says_whose_it_is_and_when_a_stage_is_too_long_for_this_candidate(hand: Console) -> None:
    minutes = hand.state.stage.alert_after_minutes
    slower = replace(hand.state, time_multiplier=1.5, owner_id="user-7")
    card = build_card(slower, speaking=False, last_caption="")
    assert (card.owner_id, card.alert_after_minutes) == ("user-7", round(1.5 * minutes))
    assert hand.state.owner_id == "hr"


def test_a_stage_has_a_limit_of_its_own(hand: Console) -> None:
    flow = hand.state.whole_flow
    patient = flow.model_copy(
        update={"stages": tuple(each.model_copy(update={"alert_after_minutes": 25}) for each in flow.stages)}
    )
    state = replace(hand.state, flow=patient)
    since_ms, from_ms = find_onsets(state, listening(hand))["stage_overtime"]
    assert from_ms - since_ms == 25 * 60_000


def test_a_recogniser_that_cannot_follow(hand: Console) -> None:
    hearing = listening(hand)
    hand.send(i.Record(e.AsrDegraded(2, "slow")))
    assert attend(hand, hearing) == []
    hand.send(i.Record(e.AsrDegraded(4, "plain_finals")))
    assert [type(data) for data in attend(hand, hearing)] == [e.AlertRaised]
    hand.send(i.Record(e.AsrDegraded(0, "")))
    assert attend(hand, hearing) == [e.AlertCleared("transcription")]
    hand.send(i.DeferSegment("1-1", hand.now_ms - 900, hand.now_ms + 100))
    assert [type(data) for data in attend(hand, hearing)] == [e.AlertRaised]


def test_an_alert_is_acknowledged_once_and_by_name(hand: Console) -> None:
    hand.by(cc.HelpRequest(), CANDIDATE)
    assert hand.by(cc.AlertAcknowledge("help")) == [e.AlertAcknowledged("help", "user-1", "Recruiter One")]
    assert hand.by(cc.AlertAcknowledge("help"), TWO) == []
    card = build_card(hand.state, speaking=False, last_caption="")
    assert [alert.acknowledged_by for alert in card.alerts] == ["Recruiter One"]
    with pytest.raises(AlertUnknown):
        hand.by(cc.AlertAcknowledge("silence"))


def test_the_card_names_who_watches_and_who_speaks(hand: Console) -> None:
    hand.by(cc.FloorTake("takeover"), TWO)
    card = build_card(hand.state, speaking=True, last_caption="I called")
    assert card.watchers == ("Recruiter One", "Recruiter Two")
    assert (card.floor_holder, card.floor_mode, card.paused) == ("Recruiter Two", "takeover", False)

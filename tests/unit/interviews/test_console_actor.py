"""The actor with people in it: who acts is known, time is kept, the candidate hears who has the floor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from media.errors import VoiceUnavailable
from media.types import FinalTranscript
from media.voices.facts import VoiceConnected
from server.errors import TooManyRequests
from server.interviews.console.chatting import FLOOD_BURST
from server.interviews.errors import FloorHeld, NotAborted
from server.interviews.interview import Interview
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from tests.unit.interviews.test_actor import CANDIDATE, House, SilentSession, open_house, start, until

ONE = Actor("hr", "user-1", "hr-1", "Recruiter One")
TWO = Actor("hr", "user-2", "hr-2", "Recruiter Two")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Whom the candidate was to hear; `user-1` has no connection before it is told to have one."""
    told: list[str | None] = []

    def give_voice(session: SilentSession, speaker_id: str | None) -> None:
        told.append(speaker_id)
        if told.count("user-1") == 1 and speaker_id == "user-1":
            raise VoiceUnavailable("not yet")

    monkeypatch.setattr(SilentSession, "give_voice", give_voice, raising=False)
    return told


async def open_question(interview: Interview) -> None:
    await start(interview)
    await interview.publish("v=0")
    await interview.connect(ONE)
    await interview.connect(TWO)
    await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")


async def logged(house: House, kind: type) -> list[Any]:
    return [event.data for event in await house.log.read("i") if isinstance(event.data, kind)]


async def test_who_has_the_floor_is_heard_as_soon_as_there_is_a_voice(house: House, given: list[str | None]) -> None:
    async with house.running() as interview:
        await open_question(interview)
        await interview.submit(cc.FloorTake("barge"), ONE, "f1")
        with pytest.raises(FloorHeld):
            await interview.submit(cc.FloorTake("barge"), TWO, "f2")
        sink = house.sessions.sink
        assert sink is not None
        await sink.put(VoiceConnected("user-1", video=False))
        await until(lambda: len(given) == 2)
        await interview.submit(cc.FloorHandBack(), ONE, "f3")
        await until(lambda: given == ["user-1", "user-1", None])
    (taken,) = await logged(house, e.FloorTaken)
    assert (taken.user_id, taken.name) == ("user-1", "Recruiter One")


async def test_silence_ends_nothing_while_a_person_has_the_floor(house: House, given: list[str | None]) -> None:
    async with house.running() as interview:
        await open_question(interview)
        await interview.submit(cc.FloorTake("takeover"), ONE, "f1")
        sink = house.sessions.sink
        assert sink is not None
        now_ms = interview._clock.now_ms()
        await sink.put(FinalTranscript("1-1", now_ms, now_ms + 900, "I called the customer.", (), 0.9))
        await until(lambda: interview.state.turn and interview.state.turn.segments)
        await asyncio.sleep(0.3)
        assert interview.state.turn is not None
        assert interview.state.turn.id == "customer-0"
        await interview.submit(cc.FloorHandBack(answered=True), ONE, "f2")
        await until(lambda: interview.state.answered[-1].question_id == "customer")
        assert interview.state.answered[-1].whole
    completed = await logged(house, e.AnswerCompleted)
    assert (completed[-1].text, completed[-1].transcription_complete) == ("I called the customer.", True)


async def test_a_dead_browser_frees_the_floor_by_itself(
    house: House, given: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.interviews.console.holding.GONE_AFTER_MS", 50)
    async with house.running() as interview:
        await open_question(interview)
        await interview.submit(cc.FloorTake("barge"), ONE, "f1")
        await interview.disconnect(ONE)
        await until(lambda: interview.state.console.holder is None)
        await interview.submit(cc.FloorTake("takeover"), TWO, "f2")
    (handed,) = await logged(house, e.FloorHandedBack)
    assert (handed.user_id, handed.reason) == ("user-1", "gone")


async def test_a_whisper_is_asked_at_once_when_the_interviewer_waits(house: House) -> None:
    async with house.running() as interview:
        await open_question(interview)
        before_ms = interview._clock.now_ms()
        await interview.submit(cc.DirectiveGive("ask", "ask about the budget"), ONE, "d1")
        await until(lambda: not interview.state.console.directives)
        assert interview._clock.now_ms() - before_ms < 30_000
    asked = await logged(house, e.QuestionAsked)
    assert asked[-1].why.user_id == "user-1"
    assert "the budget" in asked[-1].spoken_text


async def test_a_command_sent_twice_is_done_once(house: House) -> None:
    async with house.running() as interview:
        await open_question(interview)
        first = await interview.submit(cc.ChatSend("candidate", "Hello"), ONE, "m1")
        assert await interview.submit(cc.ChatSend("candidate", "Hello"), ONE, "m1") == first
        await interview.submit(cc.TimeGrant("customer-0", 1), ONE, "t1")
        await interview.submit(cc.TimeGrant("customer-0", 1), ONE, "t1")
    assert len(await logged(house, e.ChatSent)) == 1
    assert len(await logged(house, e.TimeGranted)) == 1


async def test_a_flood_of_messages_is_refused_and_the_interview_goes_on(house: House) -> None:
    async with house.running() as interview:
        await open_question(interview)
        for number in range(FLOOD_BURST):
            await interview.submit(cc.ChatSend("candidate", f"{number}"), CANDIDATE, f"m{number}")
        with pytest.raises(TooManyRequests):
            await interview.submit(cc.ChatSend("candidate", "more"), CANDIDATE, "more")
        await interview.submit(cc.ChatSend("backroom", "What is going on?"), ONE, "b1")
        await interview.submit(c.AnswerDraft("customer-0", "still here"), CANDIDATE, "a1")


async def test_the_kind_end_comes_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.interviews.console.controls.UNDO_MS", 50)
    async with house.running() as interview:
        await open_question(interview)
        await interview.submit(cc.InterviewClose(), ONE, "close")
        await until(lambda: interview.state.phase == "archived")
    assert len(await logged(house, e.InterviewClosing)) == 1


async def test_a_lost_candidate_raises_an_alert_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.interviews.console.alerts.LOST_AFTER_MS", 50)
    async with house.running() as interview:
        await open_question(interview)
        await interview.disconnect(CANDIDATE)
        await until(lambda: interview.state.console.alert("connection_lost"))
        await interview.connect(Actor("candidate", "candidate", "socket-2"))
        await until(lambda: interview.state.console.alert("connection_lost") is None)
    assert [alert.kind for alert in await logged(house, e.AlertRaised)] == ["connection_lost"]


async def test_an_interview_that_broke_off_has_its_media_again(house: House) -> None:
    async with house.running() as interview:
        await open_question(interview)
        with pytest.raises(NotAborted):
            await interview.submit(cc.InterviewReopen("too early"), ONE, "r0")
        await interview.submit(c.InterviewEnd(), CANDIDATE, "e1")
        await interview.submit(cc.InterviewReopen("our network failed", confirmed=True), ONE, "r1")
        await until(lambda: not interview._desk.open)
        await interview.submit(c.InterviewStart(), CANDIDATE, "s2")
        await until(lambda: not interview._desk._winding_up)
        await interview.publish("v=0")
        assert interview.state.turn is not None
        assert interview.state.turn.question_id == "customer"
        assert interview.state.phase == "live"
    assert [event.redo for event in await logged(house, e.InterviewReopened)] == [1]


async def test_the_floor_survives_in_the_log_and_is_freed_after_a_restart(
    house: House, given: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.running() as interview:
        await open_question(interview)
        await interview.submit(cc.FloorTake("takeover"), ONE, "f1")
    monkeypatch.setattr("server.interviews.console.holding.GONE_AFTER_MS", 50)
    async with house.running() as again:
        await until(lambda: again.state.console.holder is None)
        assert again.state.turn is not None
        assert again.state.turn.id == "customer-0"

"""What becomes of the last words of an answer that does not wait for them: read back after a crash, and told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from media.types import FinalTranscript
from server.db.log import NewEvent
from server.protocol import commands as c
from server.protocol import events as e
from tests.unit.interviews.test_actor import CANDIDATE, House, open_house, start, until


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_words_of_an_answer_that_is_awaited_are_read_back_from_before_the_next_question(house: House) -> None:
    """The recogniser was slow, the next question was asked, and then the process was killed."""
    async with house.running() as interview:
        await start(interview)
    state = await house.fold()
    assert state.turn is not None
    awaited = e.AnswerCompleted("customer-0", "customer", "", "button", 4_000, "no_answer", "-", False)
    asked = replace(await last_question(house), turn_id="teamwork-0", question_id="teamwork")
    lost = [
        NewEvent(e.RecordingOpened(1, "001-001.webm", 100), 100),
        NewEvent(e.SegmentTranscribed("customer-0", "1-1", 2_000, 3_000, "First.", 0.9), 3_100),
        NewEvent(e.AnswerClosing("customer-0", "button"), 9_000),
        NewEvent(awaited, 19_000),
        NewEvent(asked, 19_000),
    ]
    await house.log.append("i", state.seq, lost)
    async with house.running() as again:
        await until(lambda: not again.state.answered[-1].awaited)
        assert house.sessions.recovered_after_ms == [3_000]
        assert again.state.answered[-1].text == "First. I called the customer."
        assert again.state.answered[-1].whole
        assert again.state.turn is not None
        assert again.state.turn.segments == ()


async def test_an_answer_that_ends_while_a_recording_is_read_waits_for_what_is_found(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
    state = await house.fold()
    opened = [NewEvent(e.RecordingOpened(1, "001-001.webm", 100), 100), NewEvent(e.MediaConnected(1, True, True), 100)]
    await house.log.append("i", state.seq, opened)
    house.sessions.recovery = asyncio.Event()
    async with house.running() as again:
        await until(lambda: house.sessions.recovered_after_ms)
        await again.publish("v=0")
        await again.submit(c.AnswerFinish("customer-0"), CANDIDATE, "f")
        await asyncio.sleep(0.1)
        assert again.state.turn is not None
        assert again.state.turn.closing
        house.sessions.recovery.set()
        await until(lambda: again.state.answered[-1].question_id == "customer")
        assert again.state.answered[-1].text == "I called the customer."
        assert again.state.answered[-1].whole


async def test_an_interview_that_is_ended_gets_to_know_that_all_was_heard(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        await interview.publish("v=0")
        await until(lambda: interview.state.media_up)
        sink = house.sessions.sink
        assert sink is not None
        now_ms = interview._clock.now_ms()
        await sink.put(FinalTranscript("1-1", now_ms, now_ms + 900, "I called the customer.", (), 0.9))
        await interview.submit(c.InterviewEnd(), CANDIDATE, "e")
        await until(lambda: interview.state.answered[-1].whole)
    events = [event.data for event in await house.log.read("i")]
    completed = [data for data in events if isinstance(data, e.AnswerCompleted)]
    revised = [data for data in events if isinstance(data, e.AnswerRevised)]
    assert not completed[-1].transcription_complete
    assert [(data.text, data.transcription_complete) for data in revised] == [("I called the customer.", True)]


async def last_question(house: House) -> e.QuestionAsked:
    return [event.data for event in await house.log.read("i") if isinstance(event.data, e.QuestionAsked)][-1]

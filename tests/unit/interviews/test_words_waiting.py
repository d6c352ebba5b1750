"""While an answer's end waits for words: nothing of it is lost, overtaken or told twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from media.types import FinalTranscript, Flushed
from server.protocol import commands as c
from server.protocol import events as e
from tests.fakes.language_model import behave, hold
from tests.unit.interviews.advised import ANSWER, WORDED, asks, begin, gone_on, in_background, open_advised
from tests.unit.interviews.test_actor import CANDIDATE, House, SilentSession, until


async def never_flush(session: SilentSession, token: str) -> None:
    return


def completed_texts(events: list[object]) -> list[str]:
    return [data.text for data in events if isinstance(data, e.AnswerCompleted) and data.question_id == "customer"]


async def say_in(house: House, segment_id: str, text: str, at_ms: int) -> None:
    assert house.sessions.sink is not None
    await house.sessions.sink.put(FinalTranscript(segment_id, at_ms, at_ms + 900, text, (), 0.9))


async def test_what_was_written_is_not_overtaken_by_the_end_of_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SilentSession, "flush", never_flush)
    async with open_advised(tmp_path, hold(asyncio.Event(), behave)) as place, asyncio.TaskGroup() as tasks:
        async with place.house.running() as interview:
            await begin(interview)
            await interview.publish("v=0")
            await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "f")
            submitted = in_background(tasks, interview)
            await asks(place.live)
            assert place.house.sessions.sink is not None
            await place.house.sessions.sink.put(Flushed("customer-0"))
            await submitted
        events: list[object] = [event.data for event in await place.events()]
    assert completed_texts(events) == [ANSWER]


async def test_words_for_another_answer_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last sentence comes while the words for the answer without it are being found."""
    monkeypatch.setattr(SilentSession, "flush", never_flush)
    held = asyncio.Event()
    async with open_advised(tmp_path, hold(held, behave)) as place:
        async with place.house.running() as interview:
            await begin(interview)
            await interview.publish("v=0")
            await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")
            now_ms = interview._clock.now_ms()
            await say_in(place.house, "1-1", ANSWER, now_ms)
            await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "f")
            assert place.house.sessions.sink is not None
            await place.house.sessions.sink.put(Flushed("customer-0"))
            await asks(place.live)
            await until(lambda: interview._advising.kept is not None)
            await say_in(place.house, "1-2", "She was glad and stayed with us.", now_ms + 950)
            await until(lambda: interview.state.turn and len(interview.state.turn.segments) == 2)
            held.set()
            await gone_on(interview)
        asked = [each for each in await place.asked() if each.asked_as == "follow_up"]
        events: list[object] = [event.data for event in await place.events()]
    assert completed_texts(events) == [f"{ANSWER} She was glad and stayed with us."]
    for each in asked:
        assert each.text != WORDED
        assert each.why is not None
        assert (each.why.source, each.why.fallback) == ("embedded", "plan_changed")


async def test_a_disk_that_is_full_then_loses_nothing(tmp_path: Path) -> None:
    held = asyncio.Event()
    async with open_advised(tmp_path, hold(held, behave)) as place:
        async with place.house.running() as interview:
            await begin(interview)
            await interview.submit(c.AnswerDraft("customer-0", ANSWER), CANDIDATE, "d")
            await interview.publish("v=0")
            await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "f")
            await asks(place.live)
            await until(lambda: interview._advising.kept is not None)
            place.house.log.full = True
            held.set()
            await until(lambda: interview._unstored)
            place.house.log.full = False
            await gone_on(interview)
        assert (await place.follow_up()).text == WORDED


async def test_what_is_written_at_the_last_moment_still_belongs_to_the_spoken_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SilentSession, "flush", never_flush)
    async with open_advised(tmp_path, hold(asyncio.Event(), behave)) as place:
        async with place.house.running() as interview:
            await begin(interview)
            await interview.publish("v=0")
            await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")
            await say_in(place.house, "1-1", ANSWER, interview._clock.now_ms())
            await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "f")
            assert place.house.sessions.sink is not None
            await place.house.sessions.sink.put(Flushed("customer-0"))
            await until(lambda: interview._advising.kept is not None)
            await interview.submit(c.AnswerSubmit("customer-0", "She stayed with us."), CANDIDATE, "s")
            await until(lambda: interview.state.answered[-1].whole)
            assert interview.state.answered[-1].text == f"{ANSWER}\nShe stayed with us."
        events: list[object] = [event.data for event in await place.events()]
    assert completed_texts(events) == [f"{ANSWER}\nShe stayed with us."]

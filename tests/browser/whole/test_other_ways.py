"""On a phone with a reload in the middle, and without a microphone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from simulation.answers import load_answers
from tests.browser.whole.course import check_log, go_through, of_type, read_completed, watch_captions
from tests.browser.whole.microphone import write_microphone
from tests.browser.whole.stage import DESKTOP, PHONE, CandidatePage, open_chromium, open_context
from tests.integration.interviewing import House, open_house, play

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(420)]


async def test_on_a_phone_a_reload_keeps_the_question_and_the_words(tmp_path: Path) -> None:
    write_microphone(tmp_path / "voice.wav", "en-2", [("introduction", 0)], lead_s=9.0, gap_s=2.0)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav") as browser:
        link = await house.invite("en")
        candidate = await CandidatePage.enter(await open_context(browser, house, PHONE, "en"), link)
        await go_through(house, candidate, load_answers("en-2"))
        await watch_captions(candidate)
        scroll = await candidate.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert scroll <= 0, "the page is wider than the phone"
        before = await house.hr.read_events(link.interview)
        await candidate.page.reload()
        await candidate.wait_for_question("Please introduce yourself.")
        assert "2/5" in await candidate.text_of("progress")
        async with asyncio.timeout(40):
            while not of_type(events := await house.hr.read_events(link.interview, len(before)), "media.connected"):
                await asyncio.sleep(0.3)
        assert of_type(events, "media.connected")[0]["epoch"] == 2
        assert not of_type(events, "interview.started")
        await candidate.click("end")
        await candidate.click("end-confirm")
        await candidate.page.get_by_test_id("closing").wait_for()
        events = await house.hr.read_events(link.interview)
        assert of_type(events, "interview.aborted")
        assert len(of_type(events, "recording.opened")) == 2
        for path in house.recordings(link.interview):
            play(path)


async def test_without_a_microphone_the_interview_is_typed(tmp_path: Path) -> None:
    answers = load_answers("en-1")
    async with open_house(tmp_path / "data") as house, open_chromium(None) as browser:
        link = await house.invite("en")
        candidate = await CandidatePage.enter(await open_context(browser, house, DESKTOP, "en"), link)
        await candidate.agree("en")
        await candidate.click("continue")
        await candidate.page.get_by_role("alert").or_(candidate.page.get_by_test_id("continue")).first.wait_for()
        await candidate.click("continue")
        await candidate.start()
        answered: dict[str, int] = {}
        async with asyncio.timeout(120):
            while await candidate.page.get_by_test_id("closing").count() == 0:
                turn = await next_typed_turn(house, link.interview, answered)
                if turn is None:
                    continue
                question = turn.rsplit("-", 1)[0]
                await candidate.answer_in_text(answers.choose(question, answered[turn]).text)
        events = await read_completed(house, link.interview)
        check_log(events)
        assert of_type(events, "interview.started")[0]["text_only"] is True
        assert {asked["form"] for asked in of_type(events, "question.asked")} == {"text"}


async def next_typed_turn(house: House, interview: str, answered: dict[str, int]) -> str | None:
    await asyncio.sleep(0.5)
    events = await house.hr.read_events(interview)
    done = {answer["turn_id"] for answer in of_type(events, "answer.completed")}
    for asked in of_type(events, "question.asked"):
        turn = asked["turn_id"]
        if turn not in done and turn not in answered:
            answered[turn] = int(turn.rsplit("-", 1)[1])
            return str(turn)
    return None

"""A whole interview in Firefox: heard, understood, followed up, watched, returned to, completed, recorded."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from simulation.answers import AnswerSet, load_answers
from tests.browser.firefox.stage import give_voice, open_firefox, say
from tests.browser.whole.course import (
    CLOSING,
    WORST_ERROR_RATE,
    check_follow_ups,
    check_log,
    error_rate,
    go_through,
    of_type,
    read_completed,
    watch_captions,
)
from tests.browser.whole.stage import DESKTOP, CandidatePage, open_context, open_hr
from tests.integration.interviewing import House, open_house, play

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(240)]

SPOKEN = ["introduction-0", "introduction-1"]


async def test_an_interview_in_firefox_with_a_reload(tmp_path: Path) -> None:
    answers = load_answers("en-2")
    async with open_house(tmp_path / "data") as house, open_firefox(tmp_path) as browser:
        link = await house.invite("en")
        context = await open_context(browser, house, DESKTOP, "en")
        await give_voice(context, answers.name, SPOKEN)
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, answers)
        await be_listened_to(candidate)
        async with asyncio.TaskGroup() as group:
            group.create_task(say(candidate.page, SPOKEN[0]))
            caption = await watch_captions(candidate)
        follow_up = await wait_for_turn(house, link.interview, after={"identity-0", "introduction-0"})
        assert follow_up["asked_as"] == "follow_up"
        await candidate.wait_for_question(follow_up["text"])

        hr = await open_hr(await open_context(browser, house, DESKTOP, "en"), link.interview)
        await see_pictures(hr, 10)
        await candidate.page.reload()
        await candidate.wait_for_question(follow_up["text"])
        await wait_for_epoch(house, link.interview, 2)
        await see_pictures(hr, 10)
        await hr.close()
        await be_listened_to(candidate)
        await say(candidate.page, SPOKEN[1])
        await type_the_rest(house, candidate, link.interview, answers)

        closing = candidate.page.get_by_test_id("closing")
        await closing.wait_for()
        assert CLOSING["en"] in await closing.inner_text()
        events = await read_completed(house, link.interview)
        check_log(events)
        check_follow_ups(events)
        check_what_was_heard(events, answers, caption)
        check_media(house, link.interview, events)
        assert candidate.errors == []


def check_what_was_heard(events: tuple[dict[str, Any], ...], answers: AnswerSet, caption: str) -> None:
    spoken = [answer for answer in of_type(events, "answer.completed") if answer["ended_by"] != "text"]
    assert [answer["turn_id"] for answer in spoken] == SPOKEN
    script = " ".join(answers.choose("introduction", turn).text for turn in (0, 1))
    heard = " ".join(answer["text"] for answer in spoken)
    assert error_rate(script, heard, "en") <= WORST_ERROR_RATE, heard
    assert set(caption.lower().split()[:2]) & set(script.lower().split())


def check_media(house: House, interview: str, events: tuple[dict[str, Any], ...]) -> None:
    """Both connections had sound and picture, told how they fare, and left a recording each."""
    connected = of_type(events, "media.connected")
    assert [(one["epoch"], one["audio"], one["video"]) for one in connected] == [(1, True, True), (2, True, True)]
    assert of_type(events, "connection.changed")[-1]["word"] in ("excellent", "good")
    recordings = house.recordings(interview)
    assert {path.name.split("-")[0] for path in recordings} == {"001", "002"}
    for path in recordings:
        play(path)


async def see_pictures(hr: Page, count: int) -> None:
    """So many more of the candidate's pictures reach HR. Firefox counts none that it does not paint, as here."""
    async with asyncio.timeout(20):
        await hr.get_by_test_id("video").evaluate(
            """async (video, count) => {
                for (; count > 0; count -= 1) await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
            }""",
            count,
        )


async def be_listened_to(candidate: CandidatePage) -> None:
    await candidate.page.locator('[data-testid="state-word"][data-state="listening"]').wait_for()


async def type_the_rest(house: House, candidate: CandidatePage, interview: str, answers: AnswerSet) -> None:
    answered = {"identity-0", *SPOKEN}
    while True:
        asked = await wait_for_turn(house, interview, after=answered)
        if not asked:
            return
        turn = str(asked["turn_id"])
        question, number = turn.rsplit("-", 1)
        answered.add(turn)
        await candidate.wait_for_question(asked["text"])
        if asked["form"] != "text":
            await candidate.click("type-instead")
        await candidate.answer_in_text(answers.choose(question, int(number)).text)


async def wait_for_turn(house: House, interview: str, *, after: set[str]) -> dict[str, Any]:
    """The question whose turn is not one of those; nothing when the last one was answered."""
    async with asyncio.timeout(60):
        while True:
            events = await house.hr.read_events(interview)
            for asked in of_type(events, "question.asked"):
                if asked["turn_id"] not in after:
                    return dict(asked)
            if of_type(events, "interview.completed") or of_type(events, "interview.closing"):
                return {}
            await asyncio.sleep(0.3)


async def wait_for_epoch(house: House, interview: str, epoch: int) -> None:
    async with asyncio.timeout(40):
        while True:
            connected = of_type(await house.hr.read_events(interview), "media.connected")
            if connected and connected[-1]["epoch"] == epoch:
                return
            await asyncio.sleep(0.3)

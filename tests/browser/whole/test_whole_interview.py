"""A whole interview in real browsers on the bundled recogniser: heard, understood, followed up, watched."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import jiwer
import pytest
from playwright.async_api import Page

from server.protocol.flow import Language
from simulation.answers import AnswerSet, load_answers
from tests.browser.whole.microphone import write_microphone
from tests.browser.whole.stage import DESKTOP, PHONE, CandidatePage, frames_shown, open_chromium, open_context, open_hr
from tests.integration.interviewing import House, open_house, play

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(420)]

WORST_ERROR_RATE = 0.15
LEAD_S, GAP_S = 13.0, 9.0
SPOKEN = [("introduction", 0), ("introduction", 1), ("customer", 0), ("customer", 1), ("customer", 2), ("teamwork", 0)]
LAST_QUESTION: dict[Language, str] = {"en": "A shop sold", "zh-CN": "一家商店"}
CLOSING: dict[Language, str] = {"en": "24 hours", "zh-CN": "24"}


def error_rate(script: str, heard: str, language: Language) -> float:
    """Word error rate, or character error rate for Chinese, without case and punctuation."""
    script, heard = (re.sub(r"[^\w\s']|_", " ", text.lower()) for text in (script, heard))
    if language == "zh-CN":
        return float(jiwer.cer(script.replace(" ", ""), heard.replace(" ", "")))
    return float(jiwer.wer(script, heard))


def of_type(events: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in events if event["type"] == kind]


def check_transcripts(events: tuple[dict[str, Any], ...], answers: AnswerSet) -> None:
    """The nth spoken answer is the nth utterance of the recording."""
    spoken = [answer for answer in of_type(events, "answer.completed") if answer["ended_by"] != "text"]
    scripts = [answers.choose(question, turn).text for question, turn in SPOKEN]
    assert len(spoken) >= 4
    pairs = list(zip(scripts, (answer["text"] for answer in spoken), strict=False))
    whole_script, whole_heard = (" ".join(side) for side in zip(*pairs, strict=True))
    rate = error_rate(whole_script, whole_heard, answers.language)
    assert rate <= WORST_ERROR_RATE, pairs


def check_follow_ups(events: tuple[dict[str, Any], ...]) -> None:
    """At least one quotes words that were really said, and every one tells HR why."""
    texts = {answer["turn_id"]: answer["text"] for answer in of_type(events, "answer.completed")}
    probes = [asked for asked in of_type(events, "question.asked") if asked["asked_as"] == "follow_up"]
    quoting = [probe for probe in probes if probe["why"]["quote"]]
    assert quoting
    for probe in quoting:
        why = probe["why"]
        assert why["quote"] in texts[why["turn_id"]]
        assert why["quote"] in probe["text"]


def check_log(events: tuple[dict[str, Any], ...]) -> None:
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert of_type(events, "interview.completed") == [{"answered": 5, "total": 5}]
    consents = of_type(events, "consent.given")
    assert {(consent["kind"], consent["granted"]) for consent in consents} == {
        ("recording", True),
        ("ai_scoring", True),
    }


async def watch_captions(candidate: CandidatePage) -> str:
    """The captions while the answer is still being given."""
    captions = candidate.page.get_by_test_id("captions")
    invitation = await captions.inner_text()
    async with asyncio.timeout(60):
        while (caption := (await captions.inner_text()).strip()) == invitation.strip() or len(caption) < 12:
            await asyncio.sleep(0.2)
    assert await candidate.page.get_by_test_id("state-word").get_attribute("data-state") == "listening"
    return caption


async def go_through(house: House, candidate: CandidatePage, answers: AnswerSet) -> None:
    language = answers.language
    await candidate.agree(language)
    await candidate.allow_devices()
    await candidate.start()
    await candidate.silence_the_interviewer()
    await candidate.answer_in_text("Virtual Candidate")
    await candidate.page.get_by_test_id("captions").wait_for()


async def finish(candidate: CandidatePage, language: Language) -> None:
    """The spoken part runs by itself; the last question is typed."""
    await candidate.wait_for_question(LAST_QUESTION[language], timeout_s=240)
    await candidate.answer_in_text(load_answers("zh-1" if language == "zh-CN" else "en-1").choose("logic", 0).text)
    closing = candidate.page.get_by_test_id("closing")
    await closing.wait_for(timeout=60_000)
    assert CLOSING[language] in await closing.inner_text()


async def check_hr(page: Page) -> None:
    """Pictures move, captions and progress are there, and a follow-up says why it was asked."""
    before = await frames_shown(page)
    async with asyncio.timeout(30):
        while await frames_shown(page) < before + 10:
            await asyncio.sleep(0.2)
    assert len((await page.get_by_test_id("captions").inner_text()).strip()) > 20
    assert "/" in await page.get_by_test_id("progress").inner_text()
    await page.get_by_test_id("why").first.wait_for(timeout=90_000)
    await page.get_by_test_id("show-levels").click()
    await page.get_by_test_id("level").first.wait_for(timeout=90_000)
    quote = page.get_by_test_id("evidence-quote").first
    await quote.wait_for(timeout=120_000)
    assert (await quote.inner_text()).strip()


async def test_an_interview_in_english_watched_by_hr(tmp_path: Path) -> None:
    answers = load_answers("en-1")
    write_microphone(tmp_path / "voice.wav", "en-1", SPOKEN, lead_s=LEAD_S, gap_s=GAP_S)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav") as browser:
        link = await house.invite("en")
        candidate = await CandidatePage.enter(await open_context(browser, house, DESKTOP, "en"), link)
        await go_through(house, candidate, answers)
        hr = await open_hr(await open_context(browser, house, DESKTOP, "en"), link.interview)
        caption = await watch_captions(candidate)
        assert "2/5" in await candidate.text_of("progress")
        assert await candidate.text_of("connection")
        await check_hr(hr)
        assert await candidate.page.get_by_test_id("observers").count() == 1
        await finish(candidate, "en")
        events = await house.hr.read_events(link.interview)
        check_log(events)
        check_transcripts(events, answers)
        check_follow_ups(events)
        assert set(caption.lower().split()[:2]) & set(answers.choose("introduction", 0).text.lower().split())
        assert of_type(events, "score.updated")[-1]["demonstration"] is True
        for path in house.recordings(link.interview):
            play(path)
        assert candidate.errors == []


async def test_an_interview_in_chinese(tmp_path: Path) -> None:
    answers = load_answers("zh-1")
    write_microphone(tmp_path / "voice.wav", "zh-1", SPOKEN, lead_s=LEAD_S, gap_s=GAP_S)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav") as browser:
        link = await house.invite("zh-CN")
        candidate = await CandidatePage.enter(await open_context(browser, house, DESKTOP, "zh-CN"), link)
        await go_through(house, candidate, answers)
        assert await candidate.page.locator("html").get_attribute("lang") == "zh-CN"
        await watch_captions(candidate)
        await finish(candidate, "zh-CN")
        events = await house.hr.read_events(link.interview)
        check_log(events)
        check_transcripts(events, answers)
        check_follow_ups(events)
        assert candidate.errors == []


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
        events = await house.hr.read_events(link.interview)
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

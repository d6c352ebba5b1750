"""What a whole interview in real browsers must show, and how a candidate goes through it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import jiwer
from playwright.async_api import Page

from server.protocol.flow import Language
from simulation.answers import AnswerSet, load_answers
from tests.browser.whole.stage import CandidatePage, frames_shown
from tests.integration.interviewing import House

WORST_ERROR_RATE = 0.15
WHOLE_S = 420.0
"""No interview here takes longer."""
SPOKEN = [("introduction", 0), ("introduction", 1), ("customer", 0), ("customer", 1), ("teamwork", 0)]
"""What the interviewer asks for when every word is heard: one follow-up on the introduction, one on the customer."""
LAST_QUESTION: dict[Language, str] = {"en": "A shop sold", "zh-CN": "一家商店"}
CLOSING: dict[Language, str] = {"en": "24 hours", "zh-CN": "24"}


def plain_words(text: str) -> str:
    """Without case and punctuation."""
    return re.sub(r"[^\w\s']|_", " ", text.lower())


def error_rate(script: str, heard: str, language: Language) -> float:
    """Word error rate, or character error rate for Chinese, without case and punctuation."""
    script, heard = plain_words(script), plain_words(heard)
    if language == "zh-CN":
        return float(jiwer.cer(script.replace(" ", ""), heard.replace(" ", "")))
    return float(jiwer.wer(script, heard))


def of_type(events: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in events if event["type"] == kind]


def check_transcripts(events: tuple[dict[str, Any], ...], answers: AnswerSet, said: list[tuple[str, int]]) -> None:
    """Every question was answered by what was said to it, and the words of all answers are the words that were said."""
    spoken = [answer for answer in of_type(events, "answer.completed") if answer["ended_by"] != "text"]
    scripts = [answers.choose(question, turn).text for question, turn in said]
    assert [answer["turn_id"] for answer in spoken] == [f"{question}-{turn}" for question, turn in said]
    pairs = list(zip(scripts, (answer["text"] for answer in spoken), strict=True))
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
    spoken = candidate.page.get_by_test_id("captions").filter(has_not=candidate.page.locator(".captions-empty"))
    state = candidate.page.get_by_test_id("state-word")
    async with asyncio.timeout(60):
        while True:
            caption = (await spoken.inner_text()).strip() if await spoken.count() else ""
            if len(caption) >= 12 and await state.get_attribute("data-state") == "listening":
                return caption
            await asyncio.sleep(0.1)


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


async def read_completed(house: House, interview: str) -> tuple[dict[str, Any], ...]:
    """The whole log. The last words are still listened to when the closing page is shown already."""
    async with asyncio.timeout(20):
        while not of_type(events := await house.hr.read_events(interview), "interview.completed"):
            await asyncio.sleep(0.1)
    return events


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

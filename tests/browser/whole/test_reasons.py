"""The whole house: HR reads the reasons while the interview runs, the candidate after it and asks for a person."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from simulation.answers import load_answers
from tests.browser.whole.course import of_type, read_completed
from tests.browser.whole.stage import DESKTOP, PHONE, CandidatePage, open_chromium, open_context, open_hr
from tests.browser.whole.test_other_ways import next_typed_turn
from tests.integration.interviewing import open_house

# A busy machine draws late; what never comes still fails.
PATIENCE_MS = 20_000

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(420)]


async def test_reasons_are_read_by_both_sides_each_in_time(tmp_path: Path) -> None:
    answers = load_answers("en-1")
    async with open_house(tmp_path / "data") as house, open_chromium(None) as browser:
        link = await house.invite("en")
        candidate = await CandidatePage.enter(await open_context(browser, house, PHONE, "en"), link)
        await candidate.agree("en")
        await candidate.click("continue")
        await candidate.page.get_by_role("alert").or_(candidate.page.get_by_test_id("continue")).first.wait_for()
        await candidate.click("continue")
        await candidate.start()
        hr = await open_hr(await open_context(browser, house, DESKTOP, "en"), link.interview)
        asked: list[str] = []
        candidate.page.on("response", lambda response: asked.append(response.url))
        answered: dict[str, int] = {}
        async with asyncio.timeout(120):
            while await candidate.page.get_by_test_id("closing").count() == 0:
                turn = await next_typed_turn(house, link.interview, answered)
                if turn is None:
                    continue
                await candidate.answer_in_text(answers.choose(turn.rsplit("-", 1)[0], answered[turn]).text)
                if turn == "introduction-0":
                    await hr.get_by_test_id("show-levels").click()
                    await expect(hr.get_by_test_id("reason").first).to_contain_text(
                        "Communication", timeout=PATIENCE_MS
                    )
        assert not [url for url in asked if "explanation" in url]

        events = await read_completed(house, link.interview)
        spoken = " ".join(completed["text"] for completed in of_type(events, "answer.completed"))
        await candidate.click("show-reasons")
        shown = candidate.page.get_by_test_id("reasons-shown")
        await shown.wait_for()
        for summary in await shown.locator("summary").all():
            await summary.click()
        quotes = await shown.locator("q").all_inner_texts()
        assert quotes
        assert all(quote in spoken for quote in quotes)
        assert await candidate.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0

        await candidate.page.get_by_test_id("review-text").fill("Please look at my second answer.")
        await candidate.click("ask-review")
        await expect(candidate.page.get_by_test_id("review-sent")).to_be_visible(timeout=PATIENCE_MS)
        await expect(hr.get_by_test_id("review-requested")).to_contain_text(
            "Please look at my second answer.", timeout=PATIENCE_MS
        )
        await hr.goto("/hr/")
        await expect(hr.get_by_test_id("asks-for-review")).to_have_count(1, timeout=PATIENCE_MS)
        assert candidate.errors == []

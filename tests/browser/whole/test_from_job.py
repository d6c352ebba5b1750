"""HR pastes a job, edits what comes of it, saves a flow and invites; the candidate is greeted and asked accordingly."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from server.protocol.flow import Language
from simulation.client import InterviewLink
from tests.browser.whole.course import of_type
from tests.browser.whole.stage import DESKTOP, LOCALES, PHONE, CandidatePage, open_chromium, open_context
from tests.integration.interviewing import EMAIL, PASSWORD, House, open_house
from tests.unit.questions.jobs import NURSE, SALES_ZH

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(300)]

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"


async def enter_from_job(context: BrowserContext) -> Page:
    """Straight to the page: the login comes first and leads on to it."""
    page = await context.new_page()
    await page.goto("/hr/from-job")
    await page.get_by_test_id("login-email").fill(EMAIL)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await page.get_by_test_id("job-text").wait_for()
    return page


async def read_job(page: Page, text: str) -> None:
    await page.get_by_test_id("job-text").fill(text)
    await page.get_by_test_id("job-read").click()
    await page.get_by_test_id("competencies").wait_for()


async def propose(page: Page, count: int) -> None:
    await page.get_by_test_id("job-count").fill(str(count))
    await page.get_by_test_id("job-propose").click()
    await expect(page.get_by_test_id("question")).to_have_count(count)


async def save(page: Page, title: str) -> None:
    for code in ("en", "zh-CN"):
        await page.get_by_test_id(f"flow-title-{code}").fill(title)
    await page.get_by_test_id("flow-save").click()
    await page.get_by_test_id("flow-saved").wait_for()


async def invite(page: Page, house: House, language: Language, experience: str, past_work: str) -> InterviewLink:
    await page.get_by_test_id("flow-interview").click()
    await page.get_by_test_id("create-name").fill("Virtual Candidate")
    await page.get_by_test_id("create-language").select_option(language)
    await page.get_by_test_id("create-experience").select_option(experience)
    if past_work:
        await page.get_by_test_id("create-past-work").fill(past_work)
    await page.get_by_test_id("create-submit").click()
    url = await page.get_by_test_id("invite-url").input_value()
    interview = await page.locator("hr-create a[href^='/hr/interviews/']").get_attribute("href")
    assert interview is not None
    return InterviewLink(interview=interview.rpartition("/")[2], invite_url=url, expires_at="")


async def go_in(context: BrowserContext, link: InterviewLink, language: Language) -> CandidatePage:
    """Without a microphone: the interview is typed."""
    candidate = await CandidatePage.enter(context, link)
    await candidate.agree(language)
    await candidate.click("continue")
    await candidate.page.get_by_role("alert").or_(candidate.page.get_by_test_id("continue")).first.wait_for()
    await candidate.click("continue")
    await candidate.start()
    return candidate


async def expect_accessible(page: Page) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make setup`")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    problems = [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]
    assert problems == []


async def ids_of(page: Page, test_id: str, attribute: str) -> list[str | None]:
    return [await one.get_attribute(attribute) for one in await page.get_by_test_id(test_id).all()]


async def go_on_with(page: Page, flow_id: str, words: str) -> None:
    """From the dialog of a new interview back to the questions of a saved flow; one more makes its next version."""
    await page.goto("/hr/")
    await page.get_by_test_id("new-interview").click()
    await page.get_by_test_id("create-flow").select_option(flow_id)
    await page.get_by_test_id("create-edit-flow").click()
    await expect(page.get_by_test_id("question")).to_have_count(3)
    assert (await page.get_by_test_id("job-text").input_value()).startswith("Staff Nurse")
    assert await page.get_by_test_id("question").nth(1).locator("textarea[lang=en]").input_value() == words
    added = page.get_by_test_id("question-add")
    await added.select_option(await added.locator("option").nth(1).get_attribute("value"))
    await expect(page.get_by_test_id("flow-status")).to_contain_text("Changed since")
    await page.get_by_test_id("flow-save").click()
    await expect(page.get_by_test_id("flow-status")).to_contain_text("version 2")
    kept = (await (await page.request.get(f"/v1/flows/{flow_id}")).json())["flow"]
    assert kept["version"] == 2
    assert sum(len(stage["questions"]) for stage in kept["stages"]) == 4


async def test_from_a_job_to_a_candidate_who_is_greeted(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house, open_chromium(None) as browser:
        context = await open_context(browser, house, DESKTOP, "en")
        page = await enter_from_job(context)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await read_job(page, NURSE + "Applicants are under 35.\n")
        await expect(page.get_by_test_id("job-problems")).to_contain_text("under 35")

        chosen = await ids_of(page, "competency", "data-competency")
        await page.get_by_test_id("competency").nth(1).locator("[data-click=up]").press("Enter")
        expected = [chosen[1], chosen[0], *chosen[2:]]
        assert await ids_of(page, "competency", "data-competency") == expected
        focused = await page.evaluate("document.activeElement.closest('[data-competency]')?.dataset.competency")
        assert focused == chosen[1], "the focus did not stay with what was moved"
        await page.get_by_test_id("competency").nth(0).locator("input[type=range]").press("End")
        await expect(page.get_by_test_id("competency").nth(0).locator("output")).to_have_text("10")
        await propose(page, 4)
        await expect(page.get_by_test_id("match-share")).to_contain_text("% match")

        asked = await ids_of(page, "question", "data-question")
        first = page.get_by_test_id("question").nth(0)
        await first.locator("textarea[lang=en]").fill("How old are your children?")
        await first.locator("textarea[lang=en]").press("Tab")
        await expect(first.get_by_test_id("wording-problem")).to_contain_text("private life")
        await page.get_by_test_id("flow-save").click()
        await expect(page.get_by_test_id("save-error")).to_contain_text("may not be asked")
        reworded = "Tell me about a night shift on which you had to decide what comes first. What did you do?"
        await first.locator("textarea[lang=en]").fill(reworded)
        await first.locator("[data-click=down]").press("Enter")
        assert await ids_of(page, "question", "data-question") == [asked[1], asked[0], *asked[2:]]
        assert await page.get_by_test_id("question").nth(1).locator("textarea[lang=en]").input_value() == reworded
        await page.get_by_test_id("question").nth(3).locator("[data-click=drop]").click()
        await expect(page.get_by_test_id("question")).to_have_count(3)
        swapped = page.get_by_test_id("question").nth(2).get_by_test_id("question-swap")
        other = await swapped.locator("option").nth(1).get_attribute("value")
        await swapped.select_option(other)
        assert (await ids_of(page, "question", "data-question"))[2] == other
        await save(page, "Ward nurse")

        link = await invite(page, house, "en", "experienced", "night shifts in a ward")
        assert errors == []
        candidate = await go_in(await open_context(browser, house, DESKTOP, "en"), link, "en")
        greeting = await candidate.page.locator(".question-lead").inner_text()
        assert "a computer program, not a person" in greeting
        assert "your past work, such as night shifts in a ward" in greeting
        events = await house.hr.read_events(link.interview)
        flow = of_type(events, "interview.created")[0]["flow"]
        ids = [question["id"] for stage in flow["stages"] for question in stage["questions"]]
        assert ids == [asked[1], asked[0], other]
        assert reworded in [question["text"]["en"] for stage in flow["stages"] for question in stage["questions"]]
        started = of_type(events, "interview.started")[0]
        assert started["greeting"] == greeting
        await go_on_with(page, flow["id"], reworded)


async def test_on_a_phone_in_chinese_a_graduate_is_greeted(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house, open_chromium(None) as browser:
        context = await open_context(browser, house, PHONE, "zh-CN")
        page = await enter_from_job(context)
        await read_job(page, SALES_ZH)
        await propose(page, 3)
        facts = page.get_by_test_id("question").nth(0).locator(".badge-accent").nth(0)
        chinese = await facts.inner_text()
        await page.get_by_test_id("language").select_option("en")
        await expect(page.get_by_test_id("job-propose")).to_have_text("Propose questions")
        assert not set(chinese) & set(await facts.inner_text())
        await page.get_by_test_id("language").select_option("zh-CN")
        await expect(facts).to_have_text(chinese)
        scroll = await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert scroll <= 0, "the page is wider than the phone"
        await save(page, "门店销售")
        link = await invite(page, house, "zh-CN", "graduate", "")
        candidate = await go_in(await open_context(browser, house, PHONE, "zh-CN"), link, "zh-CN")
        greeting = await candidate.page.locator(".question-lead").inner_text()
        assert "学习能力和团队合作" in greeting
        assert "请放松" in greeting


async def test_each_step_is_accessible_in_both_languages(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house, open_chromium(None) as browser:
        for locale in LOCALES.values():
            # The checker styles elements itself, which the page's content policy forbids.
            context = await browser.new_context(
                base_url=house.server.base_url,
                viewport={"width": 1280, "height": 900},
                locale=locale,
                bypass_csp=True,
                reduced_motion="reduce",
            )
            await check_each_step(await enter_from_job(context))


async def check_each_step(page: Page) -> None:
    await expect_accessible(page)
    await read_job(page, NURSE + "Applicants are under 35.\n")
    await expect_accessible(page)
    await propose(page, 3)
    await page.get_by_test_id("question").nth(0).locator("textarea[lang=en]").fill("Do you like children?")
    await page.get_by_test_id("question").nth(0).locator("textarea[lang=en]").press("Tab")
    await page.get_by_test_id("wording-problem").wait_for()
    await expect_accessible(page)
    await page.get_by_test_id("question").nth(0).locator("[data-click=drop]").click()
    await save(page, "Ward")
    await page.get_by_test_id("flow-interview").click()
    await page.get_by_test_id("create-experience").select_option("experienced")
    await expect(page.get_by_test_id("create-submit")).to_be_enabled()
    await expect_accessible(page)

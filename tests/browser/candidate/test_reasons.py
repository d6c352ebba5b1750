"""After the end: what was found and why, for who asks, and the way to a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from server.protocol import commands as c
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.sample_reasons import ANSWERS
from tests.browser.candidate.steps import choose_language, consent, enter_room, expect_state, wait_for_command

pytestmark = pytest.mark.browser


def end(page: Page) -> None:
    page.get_by_test_id("end").click()
    page.get_by_test_id("end-confirm").click()
    page.get_by_test_id("closing").wait_for()


def test_during_the_interview_nothing_is_found_on_the_page(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter_room(page)
    expect(page.get_by_test_id("stage")).to_have_text("Introduction: question 1 of 1")
    assert page.get_by_test_id("show-reasons").count() == 0
    assert page.get_by_test_id("review").count() == 0
    end(page)
    expect(page.get_by_test_id("show-reasons")).to_be_visible()
    assert not [url for url in asked if "explanation" in url], "nothing is fetched before it is asked for"


def test_the_reasons_come_in_words_with_the_quotes_they_rest_on(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    end(page)
    page.get_by_test_id("show-reasons").click()
    shown = page.get_by_test_id("reasons-shown")
    expect(shown).to_contain_text("unknown until it is measured")
    expect(page.locator("#reasons-title")).to_be_focused()
    expect(page.get_by_test_id("show-reasons")).to_have_count(0)
    shown.locator("summary").nth(0).click()
    found = shown.locator('[data-competency="customer_focus"]')
    expect(found).to_contain_text("Customer focus: the answer reached step")
    expect(found).to_contain_text("The next step")
    quotes = found.locator("q").all_inner_texts()
    assert quotes
    assert all(quote in ANSWERS["customer"] for quote in quotes)
    shown.locator("summary").nth(1).click()
    expect(shown.locator('[data-competency="teamwork"]')).to_contain_text("there was not enough to go on")
    assert shown.locator("b").count() == 0


def test_who_asks_for_a_person_is_told_that_it_arrived(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    end(page)
    page.get_by_test_id("review-text").fill("The second answer was cut off.")
    page.get_by_test_id("ask-review").click()
    wait_for_command(page, rehearsal, c.ReviewRequest("The second answer was cut off."))
    expect(page.get_by_test_id("review-sent")).to_contain_text("Your request is with Northwind.")
    expect(page.get_by_test_id("review-text")).to_have_value("")
    rehearsal.refused[c.ReviewRequest] = "review_asked"
    page.get_by_test_id("ask-review").click()
    expect(page.get_by_test_id("review").get_by_role("alert")).to_contain_text("write to them")
    page.reload()
    expect(page.get_by_test_id("review-sent")).to_be_visible()


def test_what_cannot_be_had_is_asked_for_again(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    end(page)
    rehearsal.unexplained = True
    page.get_by_test_id("show-reasons").click()
    expect(page.get_by_test_id("reasons").get_by_role("alert")).to_contain_text("try again")
    rehearsal.unexplained = False
    page.get_by_test_id("show-reasons").click()
    expect(page.get_by_test_id("reasons-shown")).to_be_visible()


def test_an_organisation_may_tell_it_in_its_own_way(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    rehearsal.interview.explains = False
    page = open_page()
    enter_room(page)
    end(page)
    expect(page.get_by_text("Northwind tells you itself what was found.")).to_be_visible()
    expect(page.get_by_test_id("show-reasons")).to_have_count(0)
    expect(page.get_by_test_id("review")).to_be_visible()


def test_who_refused_scoring_is_not_told_of_findings(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    choose_language(page)
    consent(page, scoring=False)
    page.get_by_test_id("skip-devices").click()
    page.get_by_test_id("start").click()
    expect_state(page, "listening")
    end(page)
    expect(page.get_by_test_id("review")).to_be_visible()
    expect(page.get_by_test_id("reasons")).to_have_count(0)


@pytest.mark.parametrize(
    ("scheme", "width", "language", "title"),
    [
        ("light", 1280, "en", "What was found in your answers"),
        ("dark", 390, "zh-CN", "从您的回答中看到了什么"),
        ("light", 320, "en", "What was found in your answers"),
    ],
)
def test_the_reasons_have_no_barriers(
    open_page: OpenPage,
    rehearsal: Rehearsal,
    find_violations: Callable[[Page], list[str]],
    scheme: Literal["light", "dark"],
    width: int,
    language: str,
    title: str,
) -> None:
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    enter_room(page, language)
    assert find_violations(page) == []
    end(page)
    page.get_by_test_id("show-reasons").click()
    expect(page.locator("#reasons-title")).to_have_text(title)
    for summary in page.locator("summary").all():
        summary.click()
    page.get_by_test_id("ask-review").click()
    page.get_by_test_id("review-sent").wait_for()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

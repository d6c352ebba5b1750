"""What a candidate does on the way, in one word each."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.candidate.rehearsal import Rehearsal


def choose_language(page: Page, language: str = "en") -> None:
    page.get_by_test_id(f"language-{language}").click()
    page.get_by_test_id("continue").click()


def consent(page: Page, *, scoring: bool = True) -> None:
    page.get_by_test_id("consent-recording").check()
    if scoring:
        page.get_by_test_id("consent-ai_scoring").check()
    page.get_by_test_id("continue").click()


def reach_start(page: Page, language: str = "en") -> None:
    choose_language(page, language)
    consent(page)
    page.get_by_test_id("skip-devices").click()
    expect(page.get_by_test_id("start")).to_be_enabled()


def enter_room(page: Page, language: str = "en") -> None:
    reach_start(page, language)
    page.get_by_test_id("start").click()
    expect_state(page, "listening")


def expect_state(page: Page, state: str) -> None:
    expect(page.get_by_test_id("state-word")).to_have_attribute("data-state", state)


def count(rehearsal: Rehearsal, kind: type) -> int:
    return sum(isinstance(command, kind) for command in rehearsal.interview.commands)


def wait_for_command(page: Page, rehearsal: Rehearsal, command: object) -> None:
    for _ in range(300):
        if command in rehearsal.interview.commands:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{command} was not sent")

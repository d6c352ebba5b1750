"""The accessibility checker finds nothing on any step, light or dark, on a desk or on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from server.protocol import events as e
from server.protocol import signals as s
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import choose_language, consent, expect_state

pytestmark = pytest.mark.browser

MICROPHONE = "document.querySelector('self-view video').srcObject.getAudioTracks()[0]"


@pytest.mark.parametrize(("scheme", "width", "language"), [("light", 1280, "en"), ("dark", 390, "zh-CN")])
def test_every_step_is_accessible(
    open_page: OpenPage,
    rehearsal: Rehearsal,
    find_violations: Callable[[Page], list[str]],
    scheme: Literal["light", "dark"],
    width: int,
    language: str,
) -> None:
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    page.get_by_test_id(f"language-{language}").click()
    assert find_violations(page) == []
    choose_language(page, language)
    page.get_by_test_id("consent-recording").wait_for()
    page.get_by_test_id("continue").click()
    assert find_violations(page) == []
    consent(page)
    page.get_by_test_id("skip-devices").wait_for()
    assert find_violations(page) == []
    page.get_by_test_id("continue").click()
    page.get_by_test_id("record-voice").wait_for()
    assert find_violations(page) == []
    page.get_by_test_id("continue").click()
    expect(page.get_by_test_id("start")).to_be_enabled()
    assert find_violations(page) == []
    page.get_by_test_id("start").click()
    expect_state(page, "listening")
    rehearsal.tell(e.SegmentTranscribed("q1-0", "g1", 0, 900, "My name is Lin.", 0.9), e.ObserverJoined("", "con_9"))
    rehearsal.signal(s.CaptionUpdated("q1-0", "g2", "I lead", " a team"))
    page.get_by_test_id("observers").wait_for()
    assert find_violations(page) == []
    rehearsal.tell(e.QualityProfileChanged("minimum", False, 0, 0, 0, 0, 24, "bandwidth"))
    rehearsal.signal(s.QualityMeasured("poor", 0.2, 60.0, 20.0, 0.0, 0, 0, 400, "loss"))
    page.get_by_test_id("connection-why").wait_for()
    page.get_by_test_id("picture-note").get_by_role("paragraph").wait_for()
    assert find_violations(page) == []
    page.get_by_test_id("type-instead").click()
    page.get_by_test_id("answer-text").fill("12")
    assert find_violations(page) == []
    page.get_by_test_id("answer-text").fill("")
    rehearsal.tell(e.FormChanged("q1-0", "voice"))
    page.evaluate(f"{MICROPHONE}.dispatchEvent(new Event('ended'))")
    expect_state(page, "microphone_lost")
    assert find_violations(page) == []
    page.get_by_test_id("done").click()
    expect(page.get_by_test_id("question-text")).to_have_attribute("data-focus", "q2-0")
    page.get_by_role("alert").locator("[data-click='type_instead']").click()
    page.get_by_test_id("skip").click()
    assert find_violations(page) == []
    page.get_by_test_id("skip-cancel").click()
    page.get_by_test_id("end").click()
    assert find_violations(page) == []
    rehearsal.hang_up(1012, stay_down=True)
    page.get_by_test_id("end-cancel").click()
    page.get_by_test_id("reconnecting").wait_for()
    assert find_violations(page) == []
    rehearsal.up = True
    page.get_by_test_id("end").click()
    page.get_by_test_id("end-confirm").click()
    page.get_by_test_id("closing").wait_for()
    assert find_violations(page) == []


def test_a_page_of_trouble_is_accessible(open_page: OpenPage, find_violations: Callable[[Page], list[str]]) -> None:
    page = open_page("used", bypass_csp=True)
    page.get_by_test_id("error").wait_for()
    assert find_violations(page) == []


def test_the_keyboard_alone_leads_to_the_start(open_page: OpenPage) -> None:
    page = open_page()
    for step in ("language-en", "continue", "consent-recording", "continue", "skip-devices", "start"):
        _press(page, step)
    expect_state(page, "listening")


def _press(page: Page, test_id: str) -> None:
    expect(page.get_by_test_id(test_id)).to_be_enabled()
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.dataset.testid") == test_id:
            return page.keyboard.press("Space")
    raise AssertionError(f"{test_id} cannot be reached with the keyboard")

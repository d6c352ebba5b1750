"""Who goes on gets the former question back, nobody is talked over, and more time is one button away."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from server.protocol import commands as c
from server.protocol import events as e
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import enter_room, expect_state, reach_start, wait_for_command

pytestmark = pytest.mark.browser

# A voice that never comes to its end by itself.
ENDLESS_VOICE = """
window.stopped = 0;
window.saying = 0;
Object.defineProperty(window, "speechSynthesis", { value: Object.assign(new EventTarget(), {
  getVoices: () => [{ lang: "en-US", localService: true, default: true }],
  speak: (utterance) => { window.saying += utterance.text.trim() !== "" ? 1 : 0; utterance.onstart?.(); },
  cancel: () => { window.stopped += 1; },
}) });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_former_question_stands_again_with_all_that_was_said(
    open_page: OpenPage, rehearsal: Rehearsal, language: str
) -> None:
    page = open_page()
    page.set_viewport_size({"width": 390, "height": 800})
    enter_room(page, language)
    expect_state(page, "listening")
    former = page.get_by_test_id("question-text").inner_text()
    rehearsal.tell(e.SegmentTranscribed("q1-0", "g1", 0, 900, "My name is Lin.", 0.9))
    rehearsal.tell(e.AnswerClosing("q1-0", "silence"))
    rehearsal.tell(e.AnswerCompleted("q1-0", "q1", "My name is Lin.", "silence", 4_000, "within_time", "Noted."))
    rehearsal.tell(*rehearsal.interview.ask())
    expect(page.get_by_test_id("question-text")).not_to_have_text(former)
    rehearsal.tell(e.SegmentTranscribed("q2-0", "g2", 1_000, 1_900, "And I lead a team.", 0.9))
    rehearsal.tell(e.QuestionWithdrawn("q2-0", "q1-0"))
    expect(page.get_by_test_id("question-text")).to_have_text(former)
    expect_state(page, "listening")
    expect(page.get_by_test_id("captions")).to_contain_text("My name is Lin.")
    expect(page.get_by_test_id("captions")).to_contain_text("And I lead a team.")
    told = {"en": "Please go on", "zh-CN": "请继续回答"}[language]
    expect(page.get_by_test_id("hint")).to_contain_text(told)
    assert page.get_by_test_id("hint").get_attribute("role") == "status"
    page.get_by_test_id("done").click()
    wait_for_command(page, rehearsal, c.AnswerFinish("q1-0"))


def test_nobody_is_talked_over(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page(before=ENDLESS_VOICE, aloud=True)
    reach_start(page)
    page.get_by_test_id("start").click()
    expect_state(page, "speaking")
    page.wait_for_function("() => window.saying > 0")
    before = page.evaluate("window.stopped")
    rehearsal.tell(e.InterviewerYielded("q1-0"), e.QuestionPresented("q1-0", False))
    expect_state(page, "listening")
    page.wait_for_function(f"() => window.stopped > {before}")


def test_more_time_is_offered_once_and_moves_nothing(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    rehearsal.interview.limit_ms = 60_000
    page = open_page()
    page.set_viewport_size({"width": 390, "height": 800})
    enter_room(page)
    expect_state(page, "listening")
    expect(page.get_by_test_id("more-time")).to_have_count(0)
    place = page.get_by_test_id("question-text").bounding_box()
    rehearsal.tell(e.TimeWarned("q1-0", 30_000, True))
    expect(page.get_by_test_id("more-time")).to_be_visible()
    assert page.get_by_test_id("question-text").bounding_box() == place
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_test_id("more-time").click()
    wait_for_command(page, rehearsal, c.TimeExtend("q1-0"))
    rehearsal.tell(e.TimeExtended("q1-0", 90_000))
    expect(page.get_by_test_id("more-time")).to_have_count(0)
    expect(page.get_by_test_id("time-note")).to_contain_text("doubled")
    rehearsal.tell(e.TimeWarned("q1-0", 30_000, False))
    expect(page.get_by_test_id("more-time")).to_have_count(0)

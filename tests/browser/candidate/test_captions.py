"""What the candidate sees of their own words, and what is said when these come late or in another language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.protocol import events as e
from server.protocol import signals as s
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import enter_room, expect_state

pytestmark = pytest.mark.browser

UNSTABLE = ".captions-unstable"


def said(name: str, start_ms: int, text: str, revision: int = 0) -> e.SegmentTranscribed:
    return e.SegmentTranscribed("q1-0", name, start_ms, start_ms + 900, text, 0.9, revision=revision)


def test_words_grow_are_replaced_and_never_stand_twice(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    expect_state(page, "listening")
    captions = page.get_by_test_id("captions")
    rehearsal.signal(s.CaptionUpdated("q1-0", "g1", "My name", " is Lynn"))
    expect(page.locator(UNSTABLE)).to_have_text("is Lynn")
    rehearsal.tell(said("g1", 0, "My name is Lin."))
    expect(captions).to_have_text("My name is Lin.")
    rehearsal.signal(s.CaptionUpdated("q1-0", "g1", "My name", " is"))
    rehearsal.signal(s.CaptionUpdated("q1-0", "g1", "My name is Lin", " and I lead", 1))
    expect(captions).to_have_text("My name is Lin and I lead")
    rehearsal.tell(said("g1", 0, "My name is Lin and I lead a team.", 1))
    expect(captions).to_have_text("My name is Lin and I lead a team.")
    expect(page.locator(UNSTABLE)).to_have_text("")
    rehearsal.signal(s.CaptionUpdated("q1-0", "g2", "thank", " you for watching"))
    rehearsal.signal(s.CaptionUpdated("q1-0", "g2", "", "", 1))
    expect(captions).to_have_text("My name is Lin and I lead a team.")


@pytest.mark.parametrize(
    ("language", "before", "committed", "unstable", "shown"),
    [
        ("en", "We moved.", "", "Then we", "We moved. Then we"),
        ("en", "We moved.", "Then follow", "-up calls", "We moved. Then follow-up calls"),
        ("zh-CN", "我负责部署。", "我们用", "Kubernetes", "我负责部署。我们用Kubernetes"),
        ("zh-CN", "我负责部署。", "我们用Kubernetes", " Pods", "我负责部署。我们用Kubernetes Pods"),
    ],
)
def test_words_are_set_apart_as_they_come(
    open_page: OpenPage, rehearsal: Rehearsal, language: str, before: str, committed: str, unstable: str, shown: str
) -> None:
    page = open_page()
    enter_room(page, language)
    expect_state(page, "listening")
    rehearsal.tell(said("g1", 0, before))
    rehearsal.signal(s.CaptionUpdated("q1-0", "g2", committed, unstable))
    expect(page.locator(UNSTABLE)).to_have_text(unstable)
    assert page.get_by_test_id("captions").inner_text() == shown


def test_what_has_no_text_yet_is_said_to_be_kept_and_comes_in_its_place(
    open_page: OpenPage, rehearsal: Rehearsal
) -> None:
    page = open_page()
    enter_room(page)
    expect_state(page, "listening")
    note = page.get_by_test_id("transcription-note")
    rehearsal.tell(e.SegmentDeferred("q1-0", "g1", 0, 900), said("g2", 2_000, "I lead a team."))
    expect(note).to_have_text("Your words are kept. Their text follows a little later.")
    expect(page.get_by_test_id("captions")).to_have_text("I lead a team.")
    rehearsal.tell(said("g1", 0, "My name is Lin."))
    expect(page.get_by_test_id("captions")).to_have_text("My name is Lin. I lead a team.")
    expect(note).to_have_text("")


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (390, "zh-CN")])
def test_another_language_and_a_busy_recogniser_are_told_in_neutral_words(
    open_page: OpenPage,
    rehearsal: Rehearsal,
    find_violations: Callable[[Page], list[str]],
    width: int,
    language: str,
) -> None:
    page = open_page(width=width, bypass_csp=True, reduced_motion="reduce")
    enter_room(page, language)
    expect_state(page, "listening")
    note = page.get_by_test_id("transcription-note")
    rehearsal.tell(e.AsrDegraded(2, "shorter"))
    rehearsal.tell(e.AsrDegraded(3, "first_only"))
    expect(note).to_contain_text("Everything is heard." if language == "en" else "都已听到")
    rehearsal.tell(e.LanguageDoubted("g1", "zh-CN" if language == "en" else "en"))
    expect(note).to_contain_text("This interview is in English." if language == "en" else "本场面试使用中文（普通话）")
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    rehearsal.tell(e.AsrDegraded(0, "normal"))
    page.get_by_test_id("done").click()
    expect(page.get_by_test_id("question-text")).to_have_attribute("data-focus", "q2-0")
    expect(note).to_have_text("")

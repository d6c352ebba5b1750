"""How texts come to stand on HR's page: shown early, corrected, late; and what limits the trust in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from server.protocol.events import (
    AnswerRevised,
    AsrDegraded,
    InterviewCreated,
    LanguageDoubted,
    SegmentDeferred,
    ServerRestarted,
)
from server.protocol.signals import CaptionUpdated
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import INTERVIEW, SECOND_ANSWER, Story, answer, begin, completed, live_signals, segment

pytestmark = pytest.mark.browser

PATH = f"/hr/interviews/{INTERVIEW}"


@pytest.fixture
def story(server: MockServer) -> Story:
    server.story = answer(begin(Story()))
    server.signals = live_signals(server.story)
    return server.story


def test_a_text_told_in_a_pause_goes_on_as_a_caption_and_is_replaced(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH)
    captions = page.get_by_test_id("captions")
    first = segment("turn_3", "seg_31", 47_000, "Last year a customer was angry.")
    server.append(first, 50_000)
    expect(captions).to_contain_text("0:47Last year a customer was angry.")
    server.send(story.signal(CaptionUpdated("turn_3", "seg_31", "stale", " words")))
    server.send(story.signal(CaptionUpdated("turn_3", "seg_31", "Last year a customer was angry", " because we", 1)))
    expect(page.get_by_test_id("unstable")).to_have_text("because we")
    expect(captions).not_to_contain_text("a customer was angry.")
    expect(captions).not_to_contain_text("stale")
    server.append(replace(first, text="Last year a customer was angry because we were late.", revision=1), 53_000)
    expect(captions).to_contain_text("0:47Last year a customer was angry because we were late.")
    expect(page.get_by_test_id("segment-revised")).to_have_count(0)
    server.append(replace(first, text="Last year the customers were angry.", revision=2), 54_000)
    expect(page.get_by_test_id("segment-revised")).to_have_text("corrected")
    expect(captions).to_contain_text("Last year the customers were angry.")
    expect(captions).not_to_contain_text("because we")


def test_text_that_comes_late_takes_its_place_and_says_so(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH)
    captions = page.get_by_test_id("captions")
    server.append(SegmentDeferred("turn_3", "seg_30", 44_000, 46_000), 47_000)
    expect(page.get_by_test_id("deferred")).to_have_text("[0:44: kept, the text follows]")
    server.append(segment("turn_3", "seg_31", 47_000, "I called her."), 51_000)
    server.append(replace(completed("turn_3", "I called her.", 9_000), transcription_complete=False), 53_000)
    expect(captions).to_contain_text("Its text follows by itself.")
    server.append(segment("turn_3", "seg_30", 44_000, "A customer was angry."), 90_000)
    server.append(AnswerRevised("turn_3", "customer", "A customer was angry. I called her.", True), 90_000)
    expect(captions).to_contain_text("0:44laterA customer was angry. 0:47I called her.")
    expect(page.get_by_test_id("answer-revised")).to_be_visible()
    expect(captions).not_to_contain_text("Its text follows by itself.")
    server.append(AnswerRevised("turn_3", "customer", "A customer was angry. I called her.", True), 91_000)
    server.append(AsrDegraded(1, "slower"), 91_000)
    expect(page.get_by_test_id("asr-degraded")).to_be_visible()
    expect(page.get_by_test_id("answer-revised")).to_be_visible()
    expect(captions).to_contain_text(SECOND_ANSWER.split(".")[0])


@pytest.mark.parametrize(
    ("language", "slower", "plainer", "doubted"),
    [
        (
            "en",
            "captions come less often",
            "mistakes are likelier than usual",
            "seems to speak Chinese, but this interview is in English",
        ),
        ("zh-CN", "字幕更新变慢", "更容易出错", "似乎在说中文，而本场面试使用英语"),
    ],
)
def test_a_busy_recogniser_and_another_language_are_told(
    open_page: OpenPage,
    server: MockServer,
    story: Story,
    find_violations: Callable[[Page], list[str]],
    language: str,
    slower: str,
    plainer: str,
    doubted: str,
) -> None:
    page = open_page(PATH, language=language, bypass_csp=True)
    page.get_by_test_id("captions").locator("[data-turn]").first.wait_for()
    server.append(AsrDegraded(1, "slower"), 44_000)
    expect(page.get_by_test_id("asr-degraded")).to_contain_text(slower)
    server.append(LanguageDoubted("seg_31", "zh-CN"), 45_000)
    expect(page.get_by_test_id("language-doubted")).to_contain_text(doubted)
    server.append(SegmentDeferred("turn_3", "seg_30", 44_000, 46_000), 47_000)
    page.get_by_test_id("deferred").wait_for()
    assert find_violations(page) == []
    server.append(AsrDegraded(4, "plain_finals"), 47_500)
    expect(page.get_by_test_id("asr-degraded")).to_contain_text(plainer)
    server.append(AsrDegraded(0, "normal"), 48_000)
    expect(page.get_by_test_id("asr-degraded")).to_have_count(0)
    server.append(AsrDegraded(3, "first_only"), 49_000)
    expect(page.get_by_test_id("asr-degraded")).to_be_visible()
    server.append(ServerRestarted(), 50_000)
    expect(page.get_by_test_id("asr-degraded")).to_have_count(0)


def test_the_words_to_expect_are_among_the_facts(open_page: OpenPage, server: MockServer, story: Story) -> None:
    created = story.events[0].data
    assert isinstance(created, InterviewCreated)
    story.events[0] = replace(story.events[0], data=replace(created, terms=("Kubernetes", "Acme Pay")))
    page = open_page(PATH)
    expect(page.get_by_test_id("terms")).to_have_text("Kubernetes, Acme Pay")

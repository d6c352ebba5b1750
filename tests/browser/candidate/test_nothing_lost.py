"""Drafts reach the server, a lost microphone is told of, and nobody is stuck before an empty box."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from server.protocol import commands as c
from server.protocol import events as e
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import (
    choose_language,
    consent,
    count,
    enter_room,
    expect_state,
    reach_start,
    wait_for_command,
)

pytestmark = pytest.mark.browser

FORGET_DRAFTS = (
    "Object.keys(localStorage).filter(k => k.startsWith('viva.draft.')).forEach(k => localStorage.removeItem(k))"
)
COUNT_DRAFTS = "Object.keys(localStorage).filter(k => k.startsWith('viva.draft.')).length"
MICROPHONE = "document.querySelector('self-view video').srcObject.getAudioTracks()[0]"
# The loudest voice of a browser is often one that lives on its maker's servers.
DISTANT_VOICE = """
window.said = [];
Object.defineProperty(window, "speechSynthesis", { value: Object.assign(new EventTarget(), {
  getVoices: () => [{ lang: "en-US", localService: false, default: true }],
  speak: (utterance) => { window.said.push(utterance.text.trim()); setTimeout(() => utterance.onend?.(), 10); },
  cancel: () => {},
}) });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def write_instead(page: Page, text: str) -> None:
    page.get_by_test_id("type-instead").click()
    page.get_by_test_id("answer-text").fill(text)


def dispatch(page: Page, event: str) -> None:
    page.evaluate(f"{MICROPHONE}.dispatchEvent(new Event('{event}'))")


def microphones(rehearsal: Rehearsal) -> list[str]:
    return [one.microphone for one in rehearsal.interview.commands if isinstance(one, c.DeviceReport)]


def expect_microphones(page: Page, rehearsal: Rehearsal, states: list[str]) -> None:
    for _ in range(300):
        if microphones(rehearsal) == states:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"told of {microphones(rehearsal)} instead of {states}")


def test_what_is_written_reaches_the_server_unsent(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    write_instead(page, "Half a thought")
    wait_for_command(page, rehearsal, c.AnswerDraft("q1-0", "Half a thought"))
    expect(page.get_by_text("Draft saved, ")).to_be_visible()
    assert count(rehearsal, c.AnswerDraft) == 1
    assert count(rehearsal, c.AnswerSubmit) == 0
    other_device = open_page()
    expect(other_device.get_by_test_id("answer-text")).to_have_value("Half a thought")
    expect(other_device.get_by_test_id("submit-answer")).to_be_enabled()


def test_a_page_that_goes_away_sends_the_draft_at_once(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    write_instead(page, "Half a thought")
    page.evaluate(FORGET_DRAFTS)
    page.reload()
    expect(page.get_by_test_id("answer-text")).to_have_value("Half a thought")
    assert rehearsal.interview.commands.count(c.AnswerDraft("q1-0", "Half a thought")) == 1


def test_the_draft_goes_before_what_may_end_the_answer(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    write_instead(page, "Half a thought")
    page.get_by_test_id("speak-instead").click()
    expect_state(page, "listening")
    write_instead(page, "A whole thought")
    page.get_by_test_id("end").click()
    page.get_by_test_id("end-confirm").click()
    expect(page.get_by_test_id("closing")).to_be_visible()
    kinds = (c.AnswerDraft, c.FormSwitch, c.InterviewEnd)
    assert [command for command in rehearsal.interview.commands if isinstance(command, kinds)] == [
        c.FormSwitch("q1-0", "text"),
        c.AnswerDraft("q1-0", "Half a thought"),
        c.FormSwitch("q1-0", "voice"),
        c.FormSwitch("q1-0", "text"),
        c.AnswerDraft("q1-0", "A whole thought"),
        c.InterviewEnd(),
    ]
    assert page.evaluate(COUNT_DRAFTS) == 0


def test_a_draft_the_server_never_got_stays_on_the_device(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    page.get_by_test_id("type-instead").click()
    expect(page.get_by_test_id("answer-text")).to_be_visible()
    rehearsal.hang_up(1012, stay_down=True)
    expect_state(page, "reconnecting")
    page.get_by_test_id("answer-text").fill("Half a thought")
    rehearsal.tell(e.InterviewAborted("hr_ended", 0, 3))
    rehearsal.interview.phase = "aborted"
    page.reload()
    expect(page.get_by_test_id("error")).to_have_count(0)
    assert page.evaluate(COUNT_DRAFTS) == 1
    rehearsal.up = True
    expect(page.get_by_test_id("closing")).to_be_visible()
    assert page.evaluate(COUNT_DRAFTS) == 1


def test_a_lost_microphone_does_not_look_like_listening(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    expect(page.get_by_test_id("done")).to_be_enabled()
    dispatch(page, "mute")
    expect_state(page, "microphone_lost")
    expect(page.get_by_role("alert")).to_contain_text("Your microphone is not available.")
    expect_microphones(page, rehearsal, ["ok", "failed"])
    dispatch(page, "unmute")
    expect_state(page, "listening")
    expect(page.get_by_role("alert")).to_have_count(0)
    dispatch(page, "ended")
    expect_state(page, "microphone_lost")
    page.get_by_text("Try again").click()
    expect_state(page, "listening")
    expect_microphones(page, rehearsal, ["ok", "failed", "ok", "failed", "ok"])


def test_a_short_mute_is_none(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    page.evaluate(
        f"const track = {MICROPHONE}; for (const type of ['mute', 'unmute']) track.dispatchEvent(new Event(type));"
    )
    page.wait_for_timeout(2000)
    expect_state(page, "listening")
    assert microphones(rehearsal) == ["ok"]


def test_without_a_word_one_can_go_on(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    page.get_by_test_id("type-instead").click()
    expect(page.get_by_test_id("submit-answer")).to_be_disabled()
    page.get_by_test_id("moment").click()
    wait_for_command(page, rehearsal, c.MomentRequest("q1-0"))
    page.get_by_test_id("skip").click()
    page.get_by_test_id("skip-cancel").click()
    assert count(rehearsal, c.AnswerFinish) == 0
    page.get_by_test_id("skip").click()
    page.get_by_test_id("skip-confirm").click()
    expect(page.get_by_test_id("question-text")).to_contain_text("hard problem")
    assert count(rehearsal, c.AnswerFinish) == 1
    assert count(rehearsal, c.AnswerDraft) == 0


def test_what_was_spoken_can_be_finished_before_an_empty_box(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    rehearsal.tell(e.SegmentTranscribed("q1-0", "g1", 0, 900, "My name is Lin.", 0.9))
    page.get_by_test_id("type-instead").click()
    expect(page.get_by_test_id("answer-text")).to_be_visible()
    expect(page.get_by_test_id("skip")).to_have_count(0)
    page.get_by_test_id("answer-text").fill("And")
    expect(page.get_by_test_id("submit-answer")).to_be_enabled()
    page.get_by_test_id("answer-text").fill("")
    page.get_by_test_id("done").click()
    expect(page.get_by_test_id("question-text")).to_contain_text("hard problem")
    assert count(rehearsal, c.AnswerFinish) == 1


def test_another_language_asks_for_consent_again(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    choose_language(page)
    consent(page)
    expect(page.get_by_test_id("skip-devices")).to_be_visible()
    for _ in range(2):
        page.locator("[data-click='go_back']").click()
    choose_language(page, "zh-CN")
    expect(page.get_by_test_id("consent-recording")).not_to_be_checked()
    page.reload()
    expect(page.get_by_test_id("consent-recording")).not_to_be_checked()
    consent(page)
    expect(page.get_by_test_id("skip-devices")).to_be_visible()
    assert count(rehearsal, c.ConsentGive) == 4


def test_who_picks_a_language_and_goes_on_at_once_goes_on_in_it(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    page.get_by_test_id("language-zh-CN").wait_for()

    def answer_late(route: Route) -> None:
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/locales/zh-CN.json", answer_late)
    choose_language(page, "zh-CN")
    page.get_by_test_id("consent-recording").wait_for()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert [command.language for command in rehearsal.interview.commands if isinstance(command, c.LanguageChoose)] == [
        "zh-CN"
    ]


def test_the_same_language_again_keeps_the_consent(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    choose_language(page)
    consent(page)
    expect(page.get_by_test_id("skip-devices")).to_be_visible()
    for _ in range(2):
        page.locator("[data-click='go_back']").click()
    choose_language(page)
    expect(page.get_by_test_id("skip-devices")).to_be_visible()
    assert count(rehearsal, c.LanguageChoose) == 1


def test_no_question_leaves_the_machine_to_be_read_aloud(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page(before=DISTANT_VOICE, aloud=True)
    reach_start(page)
    page.get_by_test_id("start").click()
    expect_state(page, "listening")
    assert page.evaluate("window.said.filter((text) => text !== '')") == []
    assert c.QuestionPresent("q1-0", spoken=False) in rehearsal.interview.commands

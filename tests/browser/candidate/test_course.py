"""A whole interview on the candidate's page, and the ways around a missing device."""

from __future__ import annotations

from typing import TypeVar

import pytest
from playwright.sync_api import expect

from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import signals as s
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import choose_language, consent, enter_room, expect_state, reach_start

pytestmark = pytest.mark.browser

DENIED = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
"""
# A voice that says when it is asked to speak and never comes to an end by itself.
STUCK_VOICE = """
window.said = [];
Object.defineProperty(window, "speechSynthesis", { value: Object.assign(new EventTarget(), {
  getVoices: () => [{ lang: "en-US", localService: true, default: true }],
  speak: (utterance) => { window.said.push(utterance.text); setTimeout(() => utterance.onstart?.(), 10); },
  cancel: () => {},
}) });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


T = TypeVar("T")


def sent(rehearsal: Rehearsal, kind: type[T]) -> list[T]:
    return [command for command in rehearsal.interview.commands if isinstance(command, kind)]


def test_a_whole_interview(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    choose_language(page)
    expect(page.get_by_test_id("consent-recording")).not_to_be_checked()
    expect(page.get_by_test_id("consent-ai_scoring")).not_to_be_checked()
    consent(page, scoring=False)
    page.get_by_test_id("continue").click()
    expect(page.get_by_test_id("record-voice")).to_be_visible()
    assert page.evaluate("document.querySelector('self-view video').srcObject.getVideoTracks().length") == 1
    page.get_by_test_id("continue").click()
    expect(page.get_by_text("Demonstration recogniser")).to_be_visible()
    page.get_by_test_id("start").click()

    expect(page.get_by_test_id("question-text")).to_have_text("Please introduce yourself in about two minutes.")
    expect(page.get_by_test_id("progress")).to_have_text("1/3 questions, 8 minutes left")
    expect_state(page, "listening")
    rehearsal.tell(e.SegmentTranscribed("q1-0", "g1", 0, 900, "My name is Lin.", 0.9))
    rehearsal.signal(s.CaptionUpdated("q1-0", "g2", "I lead", " a team"))
    expect(page.get_by_test_id("captions")).to_have_text("My name is Lin. I lead a team")
    page.get_by_test_id("moment").click()
    expect(page.get_by_text("I am waiting for you")).to_be_visible()
    page.get_by_test_id("repeat").click()
    expect(page.get_by_test_id("captions")).to_contain_text("My name is Lin.")
    expect_state(page, "listening")
    page.get_by_test_id("done").click()

    expect(page.get_by_test_id("hint")).to_have_text("Your answer took 2 minutes, within the suggested time.")
    expect(page.get_by_test_id("question-text")).to_contain_text("hard problem")
    expect(page.get_by_test_id("question-text")).to_be_focused()
    expect(page.get_by_test_id("captions")).not_to_contain_text("My name is Lin.")
    expect_state(page, "listening")
    page.get_by_test_id("type-instead").click()
    page.get_by_test_id("answer-text").fill("I asked both teams first.")
    page.get_by_test_id("submit-answer").click()
    expect(page.get_by_test_id("question-text")).to_contain_text("three boxes")
    page.get_by_test_id("answer-text").fill("12")
    page.get_by_test_id("submit-answer").click()
    expect(page.get_by_test_id("closing")).to_contain_text("3 of 3 questions answered")

    consents = sent(rehearsal, c.ConsentGive)
    assert [(consent.kind, consent.granted) for consent in consents] == [("recording", True), ("ai_scoring", False)]
    devices = sent(rehearsal, c.DeviceReport)[0]
    assert (devices.camera, devices.microphone, devices.speaker) == ("ok", "ok", "skipped")
    assert sent(rehearsal, c.InterviewStart) == [c.InterviewStart(text_only=False)]
    typed = [(answer.turn_id, answer.text) for answer in sent(rehearsal, c.AnswerSubmit)]
    assert typed == [("q2-0", "I asked both teams first."), ("q3-0", "12")]
    page.wait_for_function("() => document.querySelector('self-view') === null")
    assert rehearsal.unpublished == [1]


def test_recording_is_needed_before_going_on(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    choose_language(page)
    page.get_by_test_id("consent-ai_scoring").check()
    page.get_by_test_id("continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Without this the interview cannot take place")
    expect(page.get_by_test_id("consent-recording")).to_be_focused()
    assert sent(rehearsal, c.ConsentGive) == []


@pytest.mark.parametrize(("language", "words"), [("en", "go on in writing"), ("zh-CN", "请继续用文字作答")])
def test_who_cannot_go_over_to_voice_now_is_told_to_go_on_in_writing(
    open_page: OpenPage, rehearsal: Rehearsal, language: str, words: str
) -> None:
    page = open_page()
    enter_room(page, language)
    page.get_by_test_id("type-instead").click()
    expect(page.get_by_test_id("speak-instead")).to_be_enabled()
    rehearsal.refused[c.FormSwitch] = "asr_busy"
    page.get_by_test_id("speak-instead").click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_test_id("answer-text")).to_be_editable()


def test_chinese_pages_on_a_phone(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page(width=390, height=844, language="en", has_touch=True)
    enter_room(page, "zh-CN")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.get_by_test_id("state-word")).to_have_text("正在倾听")
    expect(page.get_by_test_id("progress")).to_have_text("第 1/3 题，剩余 8 分钟")
    rehearsal.tell(e.SegmentTranscribed("q1-0", "g1", 0, 900, "我叫林。", 0.9))
    rehearsal.signal(s.CaptionUpdated("q1-0", "g2", "我负责", "夜班"))
    expect(page.get_by_test_id("captions")).to_have_text("我叫林。我负责夜班")
    assert c.LanguageChoose("zh-CN") in rehearsal.interview.commands


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_step_fits_a_narrow_phone(open_page: OpenPage, rehearsal: Rehearsal, language: str) -> None:
    page = open_page(width=320, height=640)
    fits = "document.documentElement.scrollWidth <= 320"
    page.get_by_test_id(f"language-{language}").click()
    assert page.evaluate(fits)
    page.get_by_test_id("continue").click()
    expect(page.get_by_test_id("consent-recording")).to_be_visible()
    assert page.evaluate(fits)
    consent(page)
    page.get_by_test_id("continue").click()
    expect(page.get_by_test_id("record-voice")).to_be_visible()
    assert page.evaluate(fits)
    page.get_by_test_id("continue").click()
    expect(page.get_by_test_id("start")).to_be_enabled()
    assert page.evaluate(fits)
    page.get_by_test_id("start").click()
    expect_state(page, "listening")
    rehearsal.tell(e.ObserverJoined("", "con_9"))
    expect(page.get_by_test_id("observers")).to_be_visible()
    assert page.evaluate(fits)


def test_without_microphone_answers_are_written(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page(before=DENIED)
    choose_language(page)
    consent(page)
    page.get_by_test_id("continue").click()
    expect(page.get_by_text("The microphone is blocked.")).to_be_visible()
    page.get_by_test_id("continue").click()
    page.get_by_test_id("start").click()
    expect_state(page, "typing")
    page.get_by_test_id("answer-text").fill("I am Lin.")
    page.get_by_test_id("submit-answer").click()
    expect(page.get_by_test_id("question-text")).to_contain_text("hard problem")
    assert sent(rehearsal, c.InterviewStart) == [c.InterviewStart(text_only=True)]
    devices = sent(rehearsal, c.DeviceReport)[0]
    assert (devices.camera, devices.microphone) == ("denied", "denied")
    assert rehearsal.peers == []


def test_a_page_without_https_offers_writing(open_page: OpenPage) -> None:
    page = open_page(before="Object.defineProperty(window, 'isSecureContext', { value: false });")
    choose_language(page)
    consent(page)
    expect(page.get_by_text("This address is not secure")).to_be_visible()
    page.get_by_test_id("continue").click()
    expect(page.get_by_test_id("start")).to_be_enabled()


def test_without_camera_sound_alone_is_sent(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    choose_language(page)
    consent(page)
    page.get_by_test_id("audio-only").click()
    page.get_by_test_id("start").click()
    expect_state(page, "listening")
    page.wait_for_function("() => document.querySelector('self-view video').srcObject.getVideoTracks().length === 0")
    devices = sent(rehearsal, c.DeviceReport)[0]
    assert (devices.camera, devices.microphone) == ("skipped", "ok")


def test_a_question_is_read_aloud_and_can_be_cut_short(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page(before=STUCK_VOICE, aloud=True)
    reach_start(page)
    page.get_by_test_id("start").click()
    expect_state(page, "speaking")
    page.wait_for_function("() => window.said.includes('Please introduce yourself in about two minutes.')")
    page.get_by_test_id("answer-now").click()
    expect_state(page, "listening")
    assert sent(rehearsal, c.QuestionPresent) == [c.QuestionPresent("q1-0", spoken=False)]


def test_ending_asks_first(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    page.get_by_test_id("end").click()
    page.get_by_test_id("end-cancel").click()
    expect_state(page, "listening")
    page.get_by_test_id("end").click()
    page.get_by_test_id("end-confirm").click()
    expect(page.get_by_test_id("closing")).to_contain_text("You ended it.")
    assert len(sent(rehearsal, c.InterviewEnd)) == 1


def test_nobody_watches_in_secret(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    rehearsal.tell(e.ObserverJoined("", "con_9"))
    expect_state(page, "hr_joined")
    expect(page.get_by_test_id("observers")).to_have_text("1 person watching")
    rehearsal.tell(e.ObserverLeft("", "con_9"))
    expect(page.get_by_test_id("observers")).to_have_count(0)


def test_a_written_answer_is_sent_before_its_time_is_over(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    rehearsal.interview.limit_ms = 5000
    page = open_page()
    enter_room(page)
    page.get_by_test_id("type-instead").click()
    page.get_by_test_id("answer-text").fill("Half a thought")
    expect(page.get_by_test_id("question-text")).to_contain_text("hard problem")
    assert sent(rehearsal, c.AnswerSubmit) == [c.AnswerSubmit("q1-0", "Half a thought")]

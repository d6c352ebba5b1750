"""People of HR on the candidate's page: seen while they watch, named when they speak, never over the question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from server.protocol import signals as s
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import count, enter_room, expect_state, reach_start, wait_for_command
from tests.browser.candidate.test_floor import ENDLESS_VOICE
from tests.browser.candidate.test_return import wait_for_media

pytestmark = pytest.mark.browser

JOINED = {"en": "Ms Lin has joined the conversation.", "zh-CN": "林女士加入了对话。"}
LEFT = {"en": "Ms Lin has left the conversation. I go on.", "zh-CN": "林女士已离开对话，接下来由我继续。"}
NAMES = {"en": "Ms Lin", "zh-CN": "林女士"}
ANNOUNCED = "document.querySelector('hr-voice [role=status]').textContent"


def take_floor(rehearsal: Rehearsal, language: str = "en", mode: e.FloorMode = "takeover") -> None:
    rehearsal.tell(e.FloorTaken("", NAMES[language], mode, JOINED[language]))


def put_again(rehearsal: Rehearsal, lead: str) -> None:
    asked = next(one.data for one in reversed(rehearsal.interview.log) if isinstance(one.data, e.QuestionAsked))
    rehearsal.tell(
        e.QuestionAsked(
            turn_id=asked.turn_id,
            question_id=asked.question_id,
            stage_id=asked.stage_id,
            number=asked.number,
            total=asked.total,
            asked_as="repeat",
            form=asked.form,
            text=asked.text,
            spoken_text=f"{lead} {asked.text}",
            suggested_ms=asked.suggested_ms,
            limit_ms=asked.limit_ms,
            remaining_ms=asked.remaining_ms,
        )
    )


def test_how_many_watch_is_told_before_during_and_after(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    badge = page.get_by_test_id("observers")
    page.get_by_test_id("language-en").wait_for()
    rehearsal.tell(e.ObserverJoined("", "con_8"))
    expect(badge).to_have_text("1 person watching")
    reach_start(page)
    expect(badge).to_have_text("1 person watching")
    page.get_by_test_id("start").click()
    rehearsal.tell(e.ObserverJoined("", "con_9"))
    expect(badge).to_have_text("2 people watching")
    rehearsal.tell(e.ObserverJoined("", "con_10", watcher="one"), e.ObserverJoined("", "con_11", watcher="one"))
    expect(badge).to_have_text("3 people watching")
    rehearsal.tell(e.ObserverLeft("", "con_10"))
    page.wait_for_timeout(200)
    expect(badge).to_have_text("3 people watching")
    rehearsal.tell(e.ObserverLeft("", "con_11"))
    expect(badge).to_have_text("2 people watching")
    rehearsal.tell(e.InterviewAborted("hr_ended", 0, 3))
    page.get_by_test_id("closing").wait_for()
    expect(badge).to_have_text("2 people watching")
    rehearsal.tell(e.ObserverLeft("", "con_8"), e.ObserverLeft("", "con_9"))
    expect(badge).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-CN", 390)])
def test_who_joins_is_named_and_written_down_and_the_question_waits_in_sight(
    open_page: OpenPage, rehearsal: Rehearsal, language: str, width: int
) -> None:
    page = open_page(width=width, height=844)
    enter_room(page, language)
    question = page.get_by_test_id("question-text").inner_text()
    rehearsal.tell(e.SegmentTranscribed("q1-0", "g1", 0, 900, "My name is Lin.", 0.9))
    take_floor(rehearsal, language)
    expect_state(page, "person")
    company = page.get_by_test_id("company")
    expect(company).to_contain_text(JOINED[language])
    assert page.evaluate(ANNOUNCED) == JOINED[language]
    rehearsal.tell(e.VoiceTranscribed("", "v1", 2_000, 4_000, "Hello, I have a question.", 0.9))
    rehearsal.signal(s.VoiceCaptioned("", "v2", "How", " long"))
    expect(page.get_by_test_id("person-captions")).to_contain_text("Hello, I have a question.")
    expect(page.get_by_test_id("person-captions")).to_contain_text("How long")
    expect(page.get_by_test_id("time-stands")).to_be_visible()
    expect(page.get_by_test_id("question-text")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("done")).to_be_disabled()
    expect(page.get_by_test_id("captions")).to_contain_text("My name is Lin.")
    assert page.evaluate("document.querySelector('self-view video').srcObject.getAudioTracks()[0].enabled")
    rehearsal.tell(e.FloorHandedBack("", NAMES[language], "handed_back", LEFT[language]))
    put_again(rehearsal, LEFT[language])
    expect(company).to_have_count(0)
    expect(page.get_by_text(LEFT[language]).first).to_be_visible()
    expect(page.get_by_test_id("question-text")).to_have_text(question)
    expect_state(page, "listening")
    expect(page.get_by_test_id("done")).to_be_enabled()


def test_a_word_aside_says_that_it_is_no_part_of_the_answer(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    take_floor(rehearsal, mode="barge")
    expect(page.get_by_test_id("company-mode")).to_contain_text("not part of your answer")
    rehearsal.tell(e.FloorChanged("", "Ms Lin", "takeover"))
    expect(page.get_by_test_id("company-mode")).to_contain_text("goes on being your answer")
    page.reload()
    expect(page.get_by_test_id("company-mode")).to_contain_text("goes on being your answer")


def test_time_stands_still_while_a_person_speaks(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    rehearsal.interview.limit_ms = 20_000
    page = open_page()
    enter_room(page)
    take_floor(rehearsal)
    expect_state(page, "person")
    page.wait_for_timeout(12_000)  # past the half from which the rest is told
    rehearsal.tell(e.FloorHandedBack("", "Ms Lin", "handed_back", LEFT["en"]))
    put_again(rehearsal, LEFT["en"])
    expect_state(page, "listening")
    expect(page.get_by_test_id("time-note")).to_have_text("")


def test_what_is_read_aloud_gives_way_to_a_voice(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page(before=ENDLESS_VOICE, aloud=True, bypass_csp=True)
    reach_start(page)
    page.get_by_test_id("start").click()
    expect_state(page, "speaking")
    page.wait_for_function("() => window.saying === 1")
    rehearsal.tell(e.InterviewerYielded("q1-0"), e.QuestionPresented("q1-0", spoken=False))
    take_floor(rehearsal)
    page.wait_for_function("() => window.saying === 2")
    before = page.evaluate("window.stopped")
    rehearsal.signal(s.VoiceHeard("", speaking=True))
    page.wait_for_function(f"() => window.stopped > {before}")
    rehearsal.tell(e.FloorHandedBack("", "Ms Lin", "gone", LEFT["en"]))
    expect_state(page, "listening")
    take_floor(rehearsal, mode="barge")
    page.wait_for_function("() => window.saying === 3")


def test_a_pause_more_time_and_a_question_left_out_have_words(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    rehearsal.tell(e.InterviewPaused("", "", "The interview is paused."))
    expect_state(page, "paused")
    expect(page.get_by_test_id("paused")).to_contain_text("The interview is paused.")
    expect(page.get_by_test_id("done")).to_be_disabled()
    rehearsal.tell(e.InterviewResumed("", "", "The interview goes on now."))
    put_again(rehearsal, "The interview goes on now.")
    expect(page.get_by_test_id("paused")).to_have_count(0)
    expect_state(page, "listening")
    rehearsal.tell(e.TimeGranted("q1-0", 360_000, 2, "", "", "You have 2 minutes more for this answer."))
    expect(page.get_by_test_id("hint")).to_contain_text("2 minutes more")
    rehearsal.tell(e.AnswerClosing("q1-0", "skipped"), e.QuestionSkipped("q1-0", "", "", 9_000))
    rehearsal.tell(*rehearsal.interview.ask())
    expect(page.get_by_test_id("question-text")).to_contain_text("hard problem")
    expect(page.get_by_test_id("hint")).to_contain_text("left this question out")
    rehearsal.tell(e.QuestionWithdrawn("q2-0", "q1-0"))
    expect(page.get_by_test_id("question-text")).to_contain_text("introduce yourself")


def test_an_interview_taken_up_again_begins_with_a_kind_word(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    rehearsal.tell(e.InterviewAborted("hr_ended", 0, 3))
    page.get_by_test_id("closing").wait_for()
    rehearsal.interview.phase, rehearsal.interview.asked = "lobby", 0
    rehearsal.tell(e.InterviewReopened("", "", "", 1))
    expect(page.get_by_role("heading", name="Welcome back, Lin")).to_be_visible()
    expect(page.get_by_test_id("start")).to_have_text("Go on with the interview")
    page.get_by_test_id("start").click()
    expect_state(page, "listening")


def test_chat_by_keyboard_and_with_no_microphone(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page(width=390, height=844)
    enter_room(page)
    wait_for_media(page, rehearsal, 1)
    page.evaluate("document.querySelector('self-view video').srcObject.getTracks().forEach((track) => track.stop())")
    rehearsal.cut_media()
    rehearsal.tell(e.ChatSent("candidate", 1, "hr", "", "Ms Lin", "Can you hear us?"))
    expect(page.get_by_test_id("chat-unread")).to_contain_text("1 new message")
    assert page.evaluate(ANNOUNCED) == "New message from Ms Lin"
    button = page.get_by_test_id("chat-button")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chat-text")).to_be_focused()
    wait_for_command(page, rehearsal, cc.ChatRead("candidate", 1))
    expect(page.get_by_test_id("chat-messages")).to_contain_text("Can you hear us?")
    expect(page.get_by_test_id("question-text")).to_be_in_viewport(ratio=1)
    assert not overlaps(page, "[data-testid=question-text]", "#chat")
    page.keyboard.type("No sound here")
    page.keyboard.press("Enter")
    wait_for_command(page, rehearsal, cc.ChatSend("candidate", "No sound here"))
    expect(page.get_by_test_id("chat-messages")).to_contain_text("No sound here")
    rehearsal.tell(e.ChatSeen("candidate", "hr", "", 2))
    expect(page.get_by_test_id("chat-seen")).to_have_text("Seen")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("chat")).to_have_count(0)
    expect(button).to_be_focused()


def test_what_is_not_taken_is_not_lost(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    rehearsal.refused = {cc.ChatSend: "too_many_requests"}
    page = open_page()
    enter_room(page)
    page.get_by_test_id("chat-button").click()
    page.get_by_test_id("chat-text").fill("One more thing")
    page.get_by_test_id("chat-send").click()
    expect(page.get_by_test_id("chat").get_by_role("alert")).to_contain_text("very fast")
    expect(page.get_by_test_id("chat-text")).to_have_value("One more thing")
    rehearsal.refused = {}
    rehearsal.hang_up(1012, stay_down=True)
    expect_state(page, "reconnecting")
    page.get_by_test_id("chat-send").click()
    expect(page.get_by_test_id("chat-messages")).to_contain_text("Is sent when the connection is back")
    rehearsal.up = True
    expect(page.get_by_test_id("chat-messages")).not_to_contain_text("Is sent when")
    assert count(rehearsal, cc.ChatSend) == 1


def test_a_person_is_asked_for_once_from_the_lobby_to_the_end(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    page.get_by_test_id("language-en").wait_for()
    page.get_by_test_id("chat-button").click()
    page.get_by_test_id("ask-person").click()
    expect(page.get_by_test_id("help-state")).to_have_attribute("data-state", "asked")
    expect(page.get_by_test_id("help-state")).to_contain_text("have been alerted")
    expect(page.get_by_test_id("ask-person")).to_have_count(0)
    rehearsal.tell(e.HelpAcknowledged("", "Ms Lin"))
    expect(page.get_by_test_id("help-state")).to_have_text("Ms Lin has seen your request and will get in touch.")
    enter_room(page)
    rehearsal.tell(e.InterviewAborted("hr_ended", 0, 3))
    page.get_by_test_id("closing").wait_for()
    page.get_by_test_id("chat-text").fill("Thank you")
    page.get_by_test_id("chat-send").click()
    wait_for_command(page, rehearsal, cc.ChatSend("candidate", "Thank you"))
    assert count(rehearsal, cc.HelpRequest) == 1


def test_a_written_answer_and_a_message_do_not_mix(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = open_page()
    enter_room(page)
    page.get_by_test_id("chat-button").click()
    page.get_by_test_id("chat-text").fill("A question to you")
    page.get_by_test_id("type-instead").click()
    page.get_by_test_id("answer-text").fill("My answer")
    expect(page.get_by_test_id("chat-text")).to_have_value("A question to you")
    page.get_by_test_id("submit-answer").click()
    wait_for_command(page, rehearsal, c.AnswerSubmit("q1-0", "My answer"))
    expect(page.get_by_test_id("chat-text")).to_have_value("A question to you")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [1280, 390])
def test_company_and_chat_are_accessible(
    open_page: OpenPage,
    rehearsal: Rehearsal,
    find_violations: Callable[[Page], list[str]],
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    page = open_page(width=width, height=844, bypass_csp=True, reduced_motion="reduce")
    reach_start(page, language)
    page.get_by_test_id("chat-button").click()
    rehearsal.tell(e.ObserverJoined("", "con_9"))
    page.get_by_test_id("observers").wait_for()
    assert find_violations(page) == []
    page.screenshot(path=tmp_path / "lobby.png")
    page.get_by_test_id("chat-close").click()
    page.get_by_test_id("start").click()
    take_floor(rehearsal, language)
    rehearsal.tell(e.VoiceTranscribed("", "v1", 2_000, 4_000, "Hello, I have a question.", 0.9))
    rehearsal.signal(s.VoiceCaptioned("", "v2", "How", " long"))
    page.get_by_test_id("person-captions").get_by_text("long").wait_for()
    assert find_violations(page) == []
    page.screenshot(path=tmp_path / "company.png")
    page.get_by_test_id("chat-button").click()
    rehearsal.tell(e.ChatSent("candidate", 1, "hr", "", NAMES[language], "Can you hear us?"))
    page.get_by_test_id("chat-messages").get_by_text("Can you hear us?").wait_for()
    page.get_by_test_id("ask-person").click()
    expect(page.get_by_test_id("help-state")).to_have_attribute("data-state", "asked")
    assert find_violations(page) == []
    page.screenshot(path=tmp_path / "chat.png")
    rehearsal.tell(e.FloorHandedBack("", NAMES[language], "handed_back", LEFT[language]))
    rehearsal.tell(e.InterviewPaused("", "", LEFT[language]))
    page.get_by_test_id("paused").wait_for()
    assert find_violations(page) == []
    page.screenshot(path=tmp_path / "paused.png")


def overlaps(page: Page, first: str, second: str) -> bool:
    one, other = (page.locator(selector).bounding_box() for selector in (first, second))
    assert one is not None
    assert other is not None
    return one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]

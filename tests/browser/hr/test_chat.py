"""HR's chats: with the candidate, and among those who watch."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.protocol.events import ChatSeen, ChatSent
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import HOSTILE, INTERVIEW, Story, answer, begin

pytestmark = pytest.mark.browser

PATH = f"/hr/interviews/{INTERVIEW}"


def from_candidate(number: int, text: str) -> ChatSent:
    return ChatSent("candidate", number, "candidate", "", "Lin Example", text)


def backroom(number: int, text: str, *, own: bool = False) -> ChatSent:
    user = ("usr_1", "Kim Example") if own else ("usr_2", "Lee Example")
    return ChatSent("backroom", number, "hr", *user, text)


def wait_for(page: Page, server: MockServer, name: str) -> dict[str, Any]:
    for _ in range(200):
        if found := [data for command, data in server.commands if command == name]:
            return found[-1]
        page.wait_for_timeout(50)
    raise AssertionError(f"{name} was not sent: {server.commands}")


@pytest.fixture
def story(server: MockServer) -> Story:
    server.story = answer(begin(Story()))
    server.story.add(from_candidate(1, HOSTILE), 43_000)
    server.story.add(backroom(1, "She is good."), 43_100)
    server.story.add(backroom(2, "And calm."), 43_200)
    return server.story


def test_what_is_in_sight_is_read_and_the_rest_is_counted(
    open_page: OpenPage, server: MockServer, story: Story
) -> None:
    page = open_page(PATH, height=1600)
    messages = page.get_by_test_id("messages")
    expect(messages).to_contain_text(HOSTILE)
    assert wait_for(page, server, "chat.read") == {"channel": "candidate", "up_to": 1}
    expect(page.get_by_test_id("unread-backroom")).to_contain_text("2 unread")
    page.get_by_test_id("tab-candidate").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("tab-backroom")).to_be_focused()
    expect(messages).to_contain_text("And calm.")
    expect(messages).not_to_contain_text(HOSTILE)
    expect(page.locator("#chat-panel")).to_contain_text("The candidate never sees it.")
    for _ in range(100):
        if ("chat.read", {"channel": "backroom", "up_to": 2}) in server.commands:
            return
        page.wait_for_timeout(50)
    raise AssertionError(server.commands)


def test_writing_keeps_to_its_channel(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    field = page.get_by_test_id("chat-text")
    field.fill("to the candidate")
    page.get_by_test_id("tab-backroom").click()
    expect(field).to_have_value("")
    field.fill("among ourselves")
    field.press("Shift+Enter")
    field.press("Enter")
    assert wait_for(page, server, "chat.send") == {"channel": "backroom", "text": "among ourselves"}
    server.append(backroom(3, "among ourselves", own=True), 44_000)
    expect(page.locator("[data-side=own]")).to_contain_text("You")
    page.get_by_test_id("tab-candidate").click()
    expect(field).to_have_value("to the candidate")


def test_what_was_refused_is_not_lost(open_page: OpenPage, server: MockServer, story: Story) -> None:
    server.refusals["chat.send"] = ("too_many_requests", "")
    page = open_page(PATH)
    page.get_by_test_id("chat-text").fill("Hello?")
    page.get_by_test_id("chat-send").click()
    expect(page.get_by_test_id("chat-error")).to_contain_text("faster than it can be read")
    expect(page.get_by_test_id("chat-text")).to_have_value("Hello?")


def test_qa_sees_no_chat(open_page: OpenPage, server: MockServer, story: Story) -> None:
    server.role = "qa"
    page = open_page(PATH)
    expect(page.get_by_test_id("pause")).to_be_visible()
    expect(page.locator("hr-chat")).to_be_hidden()


def test_what_the_candidate_has_seen_is_told(open_page: OpenPage, server: MockServer, story: Story) -> None:
    for number, text in ((2, "Take your time."), (3, "We can hear you.")):
        story.add(ChatSent("candidate", number, "hr", "usr_1", "Kim Example", text), 44_000 + number)
    page = open_page(PATH)
    seen = page.get_by_test_id("chat-seen")
    expect(page.get_by_test_id("messages")).to_contain_text("We can hear you.")
    expect(seen).to_have_count(0)
    server.append(ChatSeen("candidate", "candidate", "", 2), 45_000)
    expect(page.locator("[data-side=own]").first).to_contain_text("Seen by the candidate")
    server.append(ChatSeen("candidate", "candidate", "", 3), 45_100)
    expect(page.locator("[data-side=own]").last).to_contain_text("Seen by the candidate")
    expect(seen).to_have_count(1)
    page.get_by_test_id("tab-backroom").click()
    expect(seen).to_have_count(0)


def test_what_was_read_is_not_unread_after_a_reload(open_page: OpenPage, server: MockServer, story: Story) -> None:
    story.add(ChatSeen("candidate", "hr", "usr_1", 1), 44_000)
    story.add(ChatSeen("backroom", "hr", "usr_1", 1), 44_100)
    story.add(ChatSeen("backroom", "hr", "usr_2", 2), 44_200)
    page = open_page(PATH)
    for _ in range(2):
        expect(page.get_by_test_id("unread-backroom")).to_contain_text("1 unread")
        expect(page.get_by_test_id("unread-candidate")).to_have_count(0)
        page.reload()

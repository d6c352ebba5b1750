"""HR steps in: modes and floor, whispered directives, controls with their way back, alerts, shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.protocol.events import (
    AlertAcknowledged,
    AlertRaised,
    CloseAnnounced,
    CloseCancelled,
    DirectiveApplied,
    DirectiveGiven,
    DirectiveWithdrawn,
    FloorChanged,
    FloorHandedBack,
    FloorTaken,
    HelpAcknowledged,
    HelpRequested,
    InterviewAborted,
    InterviewPaused,
    MediaConnected,
    ObserverJoined,
    QuestionSkipped,
    SegmentTranscribed,
    VoiceTranscribed,
)
from server.protocol.signals import VoiceReach
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import HOSTILE, INTERVIEW, Story, answer, asked, begin, live_signals

pytestmark = pytest.mark.browser

PATH = f"/hr/interviews/{INTERVIEW}"
ME, OTHER = ("usr_1", "Kim Example"), ("usr_2", "Lee Example")
NOW_MS = 76_000

# A connection that is there as soon as the server has answered; what goes over a real one is measured elsewhere.
PEER = """
window.RTCPeerConnection = class extends EventTarget {
  connectionState = "new";
  iceGatheringState = "complete";
  localDescription = null;
  addTransceiver() { return { sender: { replaceTrack: async () => undefined }, receiver: { track: null } }; }
  async createOffer() { return { type: "offer", sdp: "v=0\\r\\n" }; }
  async setLocalDescription(description) { this.localDescription = description; }
  async setRemoteDescription() {
    this.connectionState = "connected";
    setTimeout(() => this.onconnectionstatechange?.(), 0);
  }
  async getStats() { return new Map(); }
  close() { this.connectionState = "closed"; }
};
"""


@pytest.fixture
def story(server: MockServer) -> Story:
    server.story = answer(begin(Story()))
    server.story.add(ObserverJoined(ME[0], "con_1a", ME[1]), 43_000)
    server.signals = live_signals(server.story)
    return server.story


@pytest.fixture
def page(open_page: OpenPage, story: Story) -> Page:
    opened = open_page(PATH, script=PEER, permissions=["microphone", "camera"])
    expect(opened.get_by_test_id("mode-observe")).to_have_attribute("aria-pressed", "true")
    return opened


def sent(server: MockServer, name: str) -> list[dict[str, Any]]:
    return [data for command, data in server.commands if command == name]


def wait_for(page: Page, server: MockServer, name: str) -> dict[str, Any]:
    for _ in range(200):
        if found := sent(server, name):
            return found[-1]
        page.wait_for_timeout(50)
    raise AssertionError(f"{name} was not sent: {server.commands}")


def test_barge_take_over_and_hand_back(page: Page, server: MockServer) -> None:
    floor = page.get_by_test_id("floor")
    expect(floor).to_contain_text("The candidate does not hear you")
    expect(page.get_by_test_id("mode-hand_back")).to_be_disabled()
    page.get_by_test_id("mode-barge").click()
    assert wait_for(page, server, "floor.take") == {"mode": "barge"}
    expect(page.get_by_test_id("voice-state")).to_have_text("microphone connected")
    server.append(FloorTaken(*ME, "barge", "Kim has joined."), NOW_MS)
    expect(page.get_by_test_id("mode-barge")).to_have_attribute("aria-pressed", "true")
    expect(floor).to_contain_text("nothing said now is part of an answer")
    expect(page.get_by_test_id("news")).to_have_text("Kim Example has joined for a word aside.")
    page.get_by_test_id("mode-takeover").click()
    assert wait_for(page, server, "floor.mode") == {"mode": "takeover"}
    server.append(FloorChanged(*ME, "takeover"), NOW_MS + 100)
    expect(floor).to_contain_text("You lead the interview")
    page.get_by_test_id("microphone").click()
    expect(page.get_by_test_id("voice-state")).to_have_text("muted")
    page.get_by_test_id("camera").click()
    expect(page.get_by_test_id("camera")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("answered").check()
    page.get_by_test_id("mode-hand_back").click()
    assert wait_for(page, server, "floor.hand_back") == {"answered": True}
    server.append(FloorHandedBack(*ME, "handed_back", "Thank you."), NOW_MS + 200)
    expect(page.get_by_test_id("mode-observe")).to_have_attribute("aria-pressed", "true")
    # Nobody goes on speaking into a microphone that nobody hears.
    expect(page.get_by_test_id("voice-state")).to_have_count(0)
    assert server.voices_ended == 1


def test_a_microphone_made_ready_stays_so(page: Page, server: MockServer) -> None:
    page.get_by_test_id("microphone").click()
    expect(page.get_by_test_id("voice-state")).to_have_text("microphone connected")
    assert sent(server, "floor.take") == []
    server.append(FloorTaken(*ME, "barge", "Kim has joined."), NOW_MS)
    server.append(FloorHandedBack(*ME, "handed_back", "Thank you."), NOW_MS + 200)
    expect(page.get_by_test_id("mode-hand_back")).to_be_disabled()
    expect(page.get_by_test_id("voice-state")).to_have_text("microphone connected")
    page.get_by_test_id("microphone").click()
    expect(page.get_by_test_id("voice-state")).to_have_count(0)


def test_somebody_else_has_the_floor(page: Page, server: MockServer) -> None:
    server.append(FloorTaken(*OTHER, "takeover", "Lee has joined."), NOW_MS)
    expect(page.get_by_test_id("floor")).to_contain_text("Lee Example leads the interview.")
    expect(page.get_by_test_id("mode-barge")).to_be_disabled()
    server.send(server.story.signal(VoiceReach(OTHER[0], "websocket")))
    expect(page.get_by_test_id("floor")).to_contain_text("network lets no sound through")
    server.append(FloorHandedBack(*OTHER, "gone", "Let us go on."), NOW_MS + 100)
    expect(page.get_by_test_id("news")).to_contain_text("connection of Lee Example was lost")
    expect(page.get_by_test_id("mode-barge")).to_be_enabled()


def test_a_refused_floor_lets_go_of_the_microphone(page: Page, server: MockServer) -> None:
    server.refusals["floor.take"] = ("floor_held", "Lee has the floor")
    page.get_by_test_id("mode-takeover").click()
    expect(page.get_by_test_id("bar-error")).to_contain_text("Somebody else has the floor.")
    expect(page.get_by_test_id("voice-state")).to_have_count(0)


def test_who_cannot_be_heard_may_step_in_without_a_voice(page: Page, server: MockServer) -> None:
    server.voice_code = "voice_unavailable"
    page.get_by_test_id("mode-barge").click()
    expect(page.get_by_test_id("bar-error")).to_contain_text("The candidate cannot hear you")
    assert sent(server, "floor.take") == []
    page.get_by_test_id("take-silently").click()
    assert wait_for(page, server, "floor.take") == {"mode": "barge"}


def test_who_listens_by_the_socket_alone_is_known_before_stepping_in(page: Page, server: MockServer) -> None:
    page.get_by_test_id("microphone").click()
    expect(page.get_by_test_id("voice-state")).to_have_text("microphone connected")
    server.append(MediaConnected(2, audio=True, video=False, transport="websocket"), NOW_MS)
    expect(page.get_by_test_id("floor")).to_contain_text("lets no sound through to them; write in the chat")
    page.get_by_test_id("mode-barge").click()
    expect(page.get_by_test_id("bar-error")).to_contain_text("The candidate cannot hear you")
    # Nobody was interrupted for words that nobody hears.
    page.get_by_test_id("take-silently").click()
    assert wait_for(page, server, "floor.take") == {"mode": "barge"}
    assert len(sent(server, "floor.take")) == 1
    server.append(MediaConnected(3, audio=True, video=True), NOW_MS + 100)
    expect(page.get_by_test_id("floor")).not_to_contain_text("write in the chat")
    server.do(server.commands.clear)
    page.get_by_test_id("mode-takeover").click()
    assert wait_for(page, server, "floor.take") == {"mode": "takeover"}


def test_a_denied_microphone_is_said(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH, script=PEER, permissions=[])
    page.get_by_test_id("mode-barge").click()
    expect(page.get_by_test_id("bar-error")).to_contain_text("microphone")
    assert sent(server, "floor.take") == []


def test_directives_wait_are_applied_and_withdrawn(page: Page, server: MockServer) -> None:
    page.get_by_test_id("mode-whisper").click()
    expect(page.get_by_test_id("directive-text")).to_be_focused()
    expect(page.get_by_test_id("mode-whisper")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("the budget")
    page.get_by_test_id("give-directive").click()
    given = {"kind": "ask", "text": "the budget", "minutes": 2, "verbatim": False, "override": ""}
    assert wait_for(page, server, "directive.give") == given
    expect(page.get_by_test_id("directive-text")).to_have_value("")
    server.append(DirectiveGiven("directive-1", *ME, "ask", "the budget"), NOW_MS)
    server.append(DirectiveGiven("directive-2", *OTHER, "extend", minutes=2), NOW_MS + 1)
    rows = page.get_by_test_id("directive")
    expect(rows.nth(0)).to_contain_text('waiting Ask about "the budget"')
    rows.nth(0).get_by_test_id("withdraw").click()
    assert wait_for(page, server, "directive.withdraw") == {"directive_id": "directive-1"}
    server.append(DirectiveWithdrawn("directive-1", ME[0]), NOW_MS + 2)
    server.append(DirectiveApplied("directive-2", OTHER[0], "turn_3"), NOW_MS + 3)
    expect(rows.nth(0)).to_contain_text("withdrawn")
    expect(rows.nth(1)).to_contain_text("applied Give more time +2 min by Lee Example")
    expect(page.get_by_test_id("withdraw")).to_have_count(0)


def test_a_protected_topic_needs_a_reason(page: Page, server: MockServer) -> None:
    server.refusals["directive.give"] = ("protected_topic", "“pregnant” touches what no candidate is to be asked")
    page.get_by_test_id("directive-text").fill("whether she is pregnant")
    page.get_by_test_id("give-directive").click()
    expect(page.get_by_test_id("directive-error")).to_contain_text('"pregnant" touches a topic')
    expect(page.get_by_test_id("override")).to_be_focused()
    expect(page.get_by_test_id("directive-text")).to_have_value("whether she is pregnant")
    server.do(server.refusals.clear)
    page.keyboard.type("radiation protection")
    page.get_by_role("button", name="Ask all the same").click()
    expect(page.get_by_test_id("override")).to_have_count(0)
    assert sent(server, "directive.give")[-1]["override"] == "radiation protection"


def test_controls_and_their_way_back(page: Page, server: MockServer) -> None:
    page.get_by_test_id("pause").click()
    wait_for(page, server, "interview.pause")
    server.append(InterviewPaused(*ME, "A pause."), NOW_MS)
    expect(page.get_by_test_id("floor")).to_have_text("The interview is paused.")
    page.get_by_role("button", name="Resume").click()
    wait_for(page, server, "interview.resume")
    page.get_by_test_id("minutes").select_option("5")
    page.get_by_test_id("grant").click()
    assert wait_for(page, server, "time.grant") == {"turn_id": "turn_3", "minutes": 5}
    page.get_by_test_id("repeat").click()
    assert wait_for(page, server, "question.repeat") == {"turn_id": "turn_3"}
    page.get_by_test_id("skip").click()
    assert wait_for(page, server, "question.skip") == {"turn_id": "turn_3"}
    server.append(QuestionSkipped("turn_3", *ME, 600_000), NOW_MS + 1)
    server.append(asked("turn_4", "more", "situation", 2, "And then?", remaining_ms=300_000), NOW_MS + 2)
    expect(page.get_by_test_id("unskip")).to_contain_text("Undo the skip")
    page.get_by_test_id("unskip").click()
    assert wait_for(page, server, "question.unskip") == {"turn_id": "turn_4"}


def test_an_announced_end_counts_down_and_can_be_cancelled(page: Page, server: MockServer) -> None:
    page.get_by_test_id("close").click()
    wait_for(page, server, "interview.close")
    server.append(CloseAnnounced(*ME, 600_000), NOW_MS)
    expect(page.get_by_test_id("closing")).to_contain_text("Ends in 5")
    server.refusals["interview.cancel_close"] = ("close_not_announced", "")
    page.get_by_test_id("cancel-close").click()
    expect(page.get_by_test_id("controls-error")).to_have_text("No end has been announced.")
    server.append(CloseCancelled(*OTHER), NOW_MS + 1)
    expect(page.get_by_test_id("close")).to_be_visible()


def test_a_broken_interview_is_taken_up_again_with_a_reason(page: Page, server: MockServer) -> None:
    server.append(InterviewAborted("expired", 1, 2), NOW_MS)
    page.get_by_test_id("reopen").click()
    page.get_by_test_id("reopen-reason").fill("The network failed.")
    page.get_by_test_id("reopen-submit").click()
    expect(page.get_by_test_id("invite-url")).to_have_value(f"{server.url}/join/third-link-of-the-interview")
    assert server.reopened == [{"reason": "The network failed.", "confirmed": False}]


def test_what_no_fault_ended_is_taken_up_again_after_a_second_question(page: Page, server: MockServer) -> None:
    server.append(InterviewAborted("candidate_ended", 1, 2), NOW_MS)
    server.reopens_at_once = False
    page.get_by_test_id("reopen").click()
    page.get_by_test_id("reopen-reason").fill("Ended by a wrong click.")
    page.get_by_test_id("reopen-submit").click()
    expect(page.get_by_test_id("reopen-confirm")).to_contain_text("No fault ended this interview")
    expect(page.get_by_test_id("reopen-reason")).to_have_value("Ended by a wrong click.")
    page.get_by_test_id("reopen-submit").click()
    expect(page.get_by_test_id("invite-url")).to_have_value(f"{server.url}/join/third-link-of-the-interview")
    assert [one["confirmed"] for one in server.reopened] == [False, True]


def test_alerts_are_seen_and_seen_to(page: Page, server: MockServer) -> None:
    server.append(HelpRequested(HOSTILE), NOW_MS)
    server.append(AlertRaised("help", NOW_MS), NOW_MS)
    server.append(AlertRaised("silence", NOW_MS), NOW_MS)
    expect(page.get_by_test_id("alert-help")).to_contain_text(HOSTILE)
    page.get_by_test_id("alert-help").get_by_test_id("acknowledge").click()
    wait_for(page, server, "help.acknowledge")
    page.get_by_test_id("alert-silence").get_by_test_id("acknowledge").click()
    assert wait_for(page, server, "alert.acknowledge") == {"kind": "silence"}
    server.append(AlertAcknowledged("silence", *OTHER), NOW_MS + 1)
    expect(page.get_by_test_id("alert-silence")).to_contain_text("Lee Example sees to it")
    server.append(HelpAcknowledged(*OTHER), NOW_MS + 2)
    expect(page.get_by_test_id("news")).to_contain_text("Lee Example sees to the candidate's request.")


def test_what_is_said_to_people_stands_beside_the_answer(page: Page, server: MockServer) -> None:
    server.append(FloorTaken(*ME, "barge", "Kim has joined."), NOW_MS)
    server.append(VoiceTranscribed(ME[0], "voice_1", NOW_MS, NOW_MS + 900, "Is your camera on?", 0.9), NOW_MS + 950)
    aside = SegmentTranscribed("turn_3", "seg_99", NOW_MS + 1_000, NOW_MS + 1_500, "One moment.", 0.9, aside=True)
    server.append(aside, NOW_MS + 1_600)
    said = page.get_by_test_id("with-person")
    expect(said).to_have_count(2)
    expect(said.nth(0)).to_contain_text("Kim Example (HR)")
    expect(said.nth(1)).to_contain_text("Candidate, to HR")
    expect(page.locator('[data-turn="turn_3"] [data-answer]')).not_to_contain_text("One moment")


def test_shortcuts_can_be_changed_and_switched_off(page: Page, server: MockServer) -> None:
    page.locator("h1").click()
    page.keyboard.press("w")
    expect(page.get_by_test_id("directive-text")).to_be_focused()
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("directive-text")).to_have_value("P")
    assert sent(server, "interview.pause") == []
    page.get_by_test_id("shortcuts").click()
    page.get_by_test_id("key-pause").click()
    page.keyboard.press("w")
    expect(page.get_by_test_id("key-pause")).to_have_text("W")
    expect(page.get_by_test_id("key-whisper")).to_have_text("none")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    wait_for(page, server, "interview.pause")
    page.reload()
    expect(page.get_by_test_id("mode-observe")).to_be_visible()
    page.get_by_test_id("shortcuts").click()
    expect(page.get_by_test_id("key-pause")).to_have_text("W")
    page.get_by_test_id("shortcuts-on").uncheck()
    page.keyboard.press("Escape")
    server.do(server.commands.clear)
    page.keyboard.press("w")
    page.get_by_test_id("repeat").click()
    wait_for(page, server, "question.repeat")
    assert sent(server, "interview.pause") == []


def test_an_observer_is_shown_nothing_that_acts(open_page: OpenPage, server: MockServer, story: Story) -> None:
    server.role = "observer"
    server.story.add(AlertRaised("silence", NOW_MS), NOW_MS)
    page = open_page(PATH)
    expect(page.get_by_test_id("alert-silence")).to_be_visible()
    for hidden in ("mode-observe", "pause", "acknowledge", "directive-text", "microphone"):
        expect(page.get_by_test_id(hidden)).to_have_count(0)
    expect(page.get_by_test_id("chat-text")).to_have_count(0)
    page.get_by_test_id("tab-backroom").click()
    expect(page.get_by_test_id("chat-text")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_console_has_no_barriers(
    open_page: OpenPage,
    server: MockServer,
    story: Story,
    find_violations: Callable[[Page], list[str]],
    width: int,
    scheme: str,
) -> None:
    page = open_page(PATH, width=width, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce", script=PEER)
    server.append(AlertRaised("silence", NOW_MS), NOW_MS)
    server.append(DirectiveGiven("directive-1", *ME, "ask", "the budget"), NOW_MS)
    server.append(FloorTaken(*ME, "takeover", "Kim has joined."), NOW_MS)
    expect(page.get_by_test_id("answered")).to_be_visible()
    expect(page.get_by_test_id("alert-silence")).to_be_visible()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    server.append(FloorHandedBack(*ME, "handed_back", "Thank you."), NOW_MS + 1)
    page.get_by_test_id("shortcuts").click()
    expect(page.get_by_test_id("shortcuts-on")).to_be_visible()
    assert find_violations(page) == []

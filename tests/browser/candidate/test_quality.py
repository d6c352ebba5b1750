"""The page sends what the server asks for, over the connection it has, and says calmly how good that is."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import signals as s
from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.rehearsal import Rehearsal
from tests.browser.candidate.steps import enter_room

pytestmark = pytest.mark.browser

REMEMBER_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...given) { super(...given); window.peers.push(this); }
}"""
READ_SENDER = """(kind) => {
  const sender = window.peers.at(-1).getSenders().find((one) => one.track?.kind === kind);
  return { ...sender.getParameters().encodings[0], enabled: sender.track.enabled };
}"""
COUNT_FRAMES = """async () => {
  const report = await window.peers.at(-1).getStats();
  const sent = [...report.values()].find((one) => one.type === "outbound-rtp" && one.kind === "video");
  return { frames: sent?.framesEncoded ?? 0, width: sent?.frameWidth ?? 0 };
}"""
HIGH = e.QualityProfileChanged("high", True, 800, 640, 480, 30, 32, "watched")
LOW = e.QualityProfileChanged("low", True, 150, 320, 240, 15, 32, "loss")
AUDIO = e.QualityProfileChanged("audio", False, 0, 0, 0, 0, 32, "loss")
MINIMUM = e.QualityProfileChanged("minimum", False, 0, 0, 0, 0, 24, "bandwidth")
PATIENCE_S = 20.0


def sender_of(page: Page, kind: str) -> dict[str, Any]:
    encoding: dict[str, Any] = page.evaluate(READ_SENDER, kind)
    return encoding


def frames_of(page: Page) -> int:
    return int(page.evaluate(COUNT_FRAMES)["frames"])


def wait_until(page: Page, what: Any) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until, "it did not come to that in time"
        page.wait_for_timeout(100)


def enter(open_page: OpenPage, rehearsal: Rehearsal, **options: Any) -> Page:
    page = open_page(before=REMEMBER_PEERS, **options)
    enter_room(page)
    wait_until(page, lambda: len(rehearsal.peers) == 1 and frames_of(page) > 5)
    return page


def reports(rehearsal: Rehearsal) -> list[c.QualityReportCommand]:
    return [command for command in rehearsal.interview.commands if isinstance(command, c.QualityReportCommand)]


def test_a_profile_is_followed_and_the_picture_comes_back_without_a_new_negotiation(
    open_page: OpenPage, rehearsal: Rehearsal
) -> None:
    page = enter(open_page, rehearsal)
    rehearsal.tell(LOW)
    wait_until(page, lambda: sender_of(page, "video").get("maxBitrate") == 150_000)
    video = sender_of(page, "video")
    assert (video["scaleResolutionDownBy"], video["maxFramerate"], video["active"]) == (2, 15, True)
    assert sender_of(page, "audio")["priority"] == "high"
    wait_until(page, lambda: page.evaluate(COUNT_FRAMES)["width"] == 320)

    rehearsal.tell(MINIMUM)
    note = page.get_by_test_id("picture-note")
    expect(note).to_contain_text("We turned your camera off to keep your voice clear; it comes back by itself.")
    expect(page.locator("self-view").get_by_text("Camera paused")).to_be_visible()
    wait_until(page, lambda: sender_of(page, "video")["active"] is False)
    assert sender_of(page, "audio")["maxBitrate"] == 24_000
    page.wait_for_timeout(500)
    frozen = frames_of(page)
    page.wait_for_timeout(1_500)
    assert frames_of(page) == frozen

    rehearsal.tell(HIGH)
    expect(note).to_contain_text("Your camera is on again.")
    wait_until(page, lambda: frames_of(page) > frozen + 5)
    assert sender_of(page, "audio")["maxBitrate"] == 32_000
    wait_until(page, lambda: page.evaluate(COUNT_FRAMES)["width"] == 640)
    expect(note).to_be_empty()
    assert (len(rehearsal.peers), page.evaluate("window.peers.length")) == (1, 1)


def test_a_camera_hidden_by_the_person_stays_hidden(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = enter(open_page, rehearsal)
    rehearsal.tell(AUDIO)
    expect(page.get_by_test_id("picture-note")).to_contain_text("We turned your camera off")
    page.get_by_test_id("camera").click()
    expect(page.get_by_test_id("picture-note")).to_be_empty()
    rehearsal.tell(LOW)
    wait_until(page, lambda: sender_of(page, "video")["active"] is True)
    assert sender_of(page, "video")["enabled"] is False
    expect(page.locator("self-view").get_by_text("Camera off")).to_be_visible()
    wait_until(page, lambda: reports(rehearsal)[-1:] and reports(rehearsal)[-1].camera == "off")
    page.get_by_test_id("camera").click()
    assert sender_of(page, "video")["enabled"] is True
    wait_until(page, lambda: reports(rehearsal)[-1].camera == "on")
    assert len(rehearsal.peers) == 1


def test_the_page_reports_what_it_sends(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = enter(open_page, rehearsal)
    wait_until(page, lambda: any(report.sent_kbps for report in reports(rehearsal)))
    wait_until(
        page, lambda: any(report.rtt_ms is not None and report.loss is not None for report in reports(rehearsal))
    )
    last = reports(rehearsal)[-1]
    assert last.sent_kbps is not None
    assert 20 < last.sent_kbps < 3_000
    assert (last.camera, last.candidate_type) in [("on", "host"), ("on", "prflx")]
    assert last.width in (480, 320, 240)
    assert last.fps is not None
    rehearsal.tell(AUDIO)
    wait_until(page, lambda: reports(rehearsal)[-1].available_kbps is None)
    assert (reports(rehearsal)[-1].limitation, reports(rehearsal)[-1].fps) == ("none", 0)


def test_a_reload_sends_no_more_than_was_asked_for(open_page: OpenPage, rehearsal: Rehearsal) -> None:
    page = enter(open_page, rehearsal)
    rehearsal.tell(AUDIO)
    expect(page.get_by_test_id("picture-note")).to_contain_text("We turned your camera off")
    page.reload()
    wait_until(page, lambda: len(rehearsal.peers) == 2)
    wait_until(page, lambda: page.evaluate("window.peers.at(-1)?.connectionState") == "connected")
    page.wait_for_timeout(1_000)
    assert frames_of(page) == 0
    rehearsal.tell(LOW)
    wait_until(page, lambda: frames_of(page) > 5)


@pytest.mark.parametrize(
    ("language", "word", "reason", "shown", "why"),
    [
        ("en", "excellent", None, "Connection: excellent", None),
        ("en", "good", "jitter", "Connection: good", None),
        ("en", "poor", "loss", "Connection: weak", "Some sound is lost on the way."),
        ("zh-CN", "poor", "bandwidth", "网络：较弱", "可用带宽较小。"),
    ],
)
def test_the_connection_has_a_word_and_where_it_matters_a_reason(
    open_page: OpenPage,
    rehearsal: Rehearsal,
    language: str,
    word: Any,
    reason: Any,
    shown: str,
    why: str | None,
) -> None:
    page = open_page(language=language)
    enter_room(page, language)
    wait_until(page, lambda: len(rehearsal.peers) == 1)
    rehearsal.signal(s.QualityMeasured(word, 0.0, 5.0, 30.0, 400.0, 640, 480, 80, reason))
    expect(page.get_by_test_id("connection")).to_have_text(shown)
    if why is None:
        expect(page.get_by_test_id("connection-why")).to_have_count(0)
    else:
        expect(page.get_by_test_id("connection-why")).to_have_text(why)

"""What HR sees of a candidate's connection and sound: a word, a reason, numbers, and what is sent and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.protocol.events import ConnectionReason, ConnectionWord, MediaInterrupted, QualityProfileChanged
from server.protocol.signals import CameraState, LevelMeasured, QualityMeasured
from tests.browser.hr.conftest import OpenPage
from tests.browser.hr.mock_server import MockServer
from tests.browser.hr.story import INTERVIEW, Story, answer, begin, live_signals

pytestmark = pytest.mark.browser

PATH = f"/hr/interviews/{INTERVIEW}"


@pytest.fixture
def story(server: MockServer) -> Story:
    server.story = answer(begin(Story()))
    server.signals = live_signals(server.story)
    return server.story


def measured(
    word: ConnectionWord = "good", reason: ConnectionReason | None = None, camera: CameraState = "on"
) -> QualityMeasured:
    return QualityMeasured(
        word, 0.06, 40.0, 30.0, 140.0, 320, 240, 410, reason, 0.013, 14.6, 233.0, "none", camera, 0.045, 0.012
    )


def test_the_word_comes_with_its_reason_and_all_numbers(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    expect(page.get_by_test_id("connection-word")).to_have_text("good")
    expect(page.get_by_test_id("connection-reason")).to_have_count(0)
    server.send(story.signal(measured("poor", "loss")))
    expect(page.get_by_test_id("connection-word")).to_have_text("poor")
    expect(page.get_by_test_id("connection-reason")).to_have_text("Packets are lost on the way.")
    numbers = page.get_by_test_id("connection").locator("dl")
    for shown in ("6 %", "1.3 %", "4.5 %", "1.2 %", "40 ms", "410 ms", "233 kbit/s", "320 × 240", "15"):
        expect(numbers).to_contain_text(shown)


def test_what_is_sent_is_told_with_its_reason(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH, language="zh-CN")
    server.append(QualityProfileChanged("low", True, 150, 320, 240, 15, 32, "loss"), 43_000)
    expect(page.get_by_test_id("profile")).to_have_text("要求发送的上限为 320 × 240、150 kbit/s：丢包。")
    page = open_page(PATH)
    expect(page.get_by_test_id("profile")).to_contain_text("Asked to send up to 320 × 240 and 150 kbit/s")
    server.append(QualityProfileChanged("audio", False, 0, 0, 0, 0, 32, "loss"), 44_000)
    expect(page.get_by_test_id("profile")).to_have_text("Picture paused to keep the voice clear: packets are lost.")
    server.send(story.signal(measured(camera="off")))
    expect(page.get_by_test_id("profile")).to_have_text("The candidate has hidden the camera.")


def test_a_poor_connection_with_its_reasons_has_no_barriers(
    open_page: OpenPage, server: MockServer, story: Story, find_violations: Callable[[Page], list[str]]
) -> None:
    page = open_page(PATH, bypass_csp=True)
    expect(page.get_by_test_id("connection-word")).to_have_text("good")
    server.append(QualityProfileChanged("audio", False, 0, 0, 0, 0, 32, "loss"), 44_000)
    server.send(story.signal(measured("poor", "loss")))
    page.get_by_test_id("connection-reason").wait_for()
    assert find_violations(page) == []


def test_level_noise_and_distortion_are_shown(open_page: OpenPage, server: MockServer, story: Story) -> None:
    page = open_page(PATH)
    meter = page.get_by_role("meter", name="Voice level")
    expect(meter).to_have_attribute("aria-valuenow", "-24")
    expect(page.get_by_test_id("snr")).to_have_text("Above the noise: 22 dB, clear")
    expect(page.get_by_test_id("clipped")).to_have_count(0)
    server.send(story.signal(LevelMeasured(-3.0, -0.1, True, 6.2)))
    expect(meter).to_have_attribute("aria-valuetext", "-3 dBFS")
    expect(page.get_by_test_id("snr")).to_contain_text("6 dB, noisy")
    expect(page.get_by_test_id("clipped")).to_have_text("Too loud, distorted")
    server.send(story.signal(LevelMeasured(-90.0, -80.0, False, None)))
    expect(meter).to_have_attribute("aria-valuenow", "-60")
    expect(page.get_by_test_id("snr")).to_have_text("Above the noise: –")
    server.append(MediaInterrupted(1, "silent"), 45_000)
    expect(page.get_by_test_id("level-meter")).to_be_hidden()

"""A person of HR speaks in one browser page and is heard in another: the pages' own modules over a real media session.

Both are in one document here, so that one clock and one recording tell how late the voice is.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from media.types import FinalTranscript, SpeakerTranscript
from media.voices.facts import VoiceConnected, VoiceEnded
from tests.browser.candidate.speaking_room import SpeakingRoom, open_room
from tests.fakes.loopback import make_voice

pytestmark = pytest.mark.browser

ONE_WAY_LIMIT_MS = 400
RATE_HZ = 48_000

PREPARE = Path(__file__).with_name("hr_voice.js").read_text(encoding="utf-8")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[SpeakingRoom]:
    with open_room(tmp_path) as room:
        yield room


@pytest.fixture
def page(chromium: Browser, room: SpeakingRoom) -> Iterator[Page]:
    context = chromium.new_context(base_url=room.url)
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    page.mouse.click(2, 2)  # sound has to wait for a first touch
    voice = make_voice(((2.0, True), (0.6, False), (1.4, True)), seed=51)
    page.evaluate(PREPARE, base64.b64encode(voice.tobytes()).decode())
    yield page
    page.evaluate("async () => { sender.stop(); await publisher.stop(); }")
    context.close()
    assert errors == []


def record(page: Page, ms: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What was spoken and what was heard, by one clock."""
    spoken, heard = (np.frombuffer(base64.b64decode(part), "<f4") for part in page.evaluate("(ms) => record(ms)", ms))
    return spoken, heard


def find_delay_ms(spoken: NDArray[Any], heard: NDArray[Any]) -> tuple[float, float]:
    """(how late, how surely: 1 is the same sound)."""
    products = np.fft.irfft(np.fft.rfft(heard, 2 * len(heard)) * np.conj(np.fft.rfft(spoken, 2 * len(heard))))
    at = int(np.argmax(products[: RATE_HZ * 2]))
    length = len(heard) - at
    likeness = np.dot(heard[at:], spoken[:length]) / (np.linalg.norm(heard[at:]) * np.linalg.norm(spoken[:length]))
    return at * 1000 / RATE_HZ, float(likeness)


def loudness(samples: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def test_hr_is_heard_in_time_and_only_while_they_have_the_floor(page: Page, room: SpeakingRoom) -> None:
    page.evaluate("async () => { spoken.start(); await speak(); }")
    _, before = record(page, 1_500)
    assert loudness(before) < 1e-4, "heard before they had the floor"
    room.give_voice("hr-1")
    page.evaluate("rest(1000)")
    spoken, heard = record(page, 4_000)
    delay_ms, likeness = find_delay_ms(spoken, heard)
    assert likeness > 0.3
    assert 0 < delay_ms <= ONE_WAY_LIMIT_MS
    room.give_voice(None)
    page.evaluate("rest(700)")
    _, after = record(page, 1_500)
    assert loudness(after) < loudness(heard) / 50
    assert any(isinstance(fact.said, FinalTranscript) and fact.said.text for fact in room.sink.of(SpeakerTranscript))


def test_the_camera_is_switched_on_and_off_without_a_new_connection(page: Page, room: SpeakingRoom) -> None:
    page.evaluate("speak()")
    room.give_voice("hr-1")
    shown = page.evaluate("""async () => {
      const camera = await openCamera();
      await sender.show(camera);
      element.shows = true;
      const video = element.querySelector("video");
      await until(() => video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 5);
      await sender.show(null);
      camera.stop();
      element.shows = false;
      return [video.hidden, video.getAttribute("aria-label")];
    }""")
    assert shown == [True, "HR"]
    assert len(room.sink.of(VoiceConnected)) == 1


def test_it_is_said_in_words_and_who_stops_is_gone_at_once(page: Page, room: SpeakingRoom) -> None:
    page.evaluate("element.announce('Ms Lin has joined')")
    assert page.get_by_role("status").inner_text() == "Ms Lin has joined"
    page.evaluate("speak()")
    page.evaluate("async () => { sender.stop(); await rest(500); }")
    assert room.sink.of(VoiceEnded) == [VoiceEnded("hr-1", "closed")]


def test_hr_is_told_when_the_candidate_cannot_be_spoken_to(page: Page, room: SpeakingRoom) -> None:
    """A candidate whose page did not ask for the way back: as one whose voice comes over the websocket."""
    code = page.evaluate("""async () => {
      await publisher.stop();
      const peer = new RTCPeerConnection();
      peer.addTransceiver("audio", { direction: "sendonly" });
      await peer.setLocalDescription(await peer.createOffer());
      await rest(500);
      await fetch("/whip", { method: "POST", body: peer.localDescription.sdp });
      sender.start(microphone.stream);
      await until(() => sender.state === "unavailable" || sender.state === "live");
      peer.close();
      return refusals.at(-1);
    }""")
    assert code == ["unavailable", "voice_unavailable"]

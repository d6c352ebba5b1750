"""Networks that let no WebRTC through: the voice goes over the page's own websocket, and nobody has to do anything."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jiwer
import pytest
from playwright.async_api import Page

from simulation.answers import load_answers
from simulation.client import InterviewLink
from tests.browser.whole.course import check_follow_ups, go_through, of_type, plain_words, watch_captions
from tests.browser.whole.filter import UdpFilter
from tests.browser.whole.microphone import write_microphone
from tests.browser.whole.stage import (
    DESKTOP,
    PHONE,
    WITHOUT_UDP,
    CandidatePage,
    open_chromium,
    open_context,
    open_hr,
)
from tests.integration.interviewing import House, open_house, play

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(300)]

SPOKEN = [("introduction", 0), ("introduction", 1)]
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
WORST_LOSS = 0.05
"""Of the words said; one lost word of the shorter answer is more."""
MOST_ADDED = 0.1
"""Where the sound goes over in the middle of a word, the recogniser may hear it twice."""
BEGINS_WITHIN_MS = 20_000
"""Generous: a busy machine. It is meant to be 12 s."""
NOTE_PEERS = """() => {
  const Real = RTCPeerConnection;
  window.candidatesOfPeers = [];
  window.statesOfPeers = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      this.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate?.candidate) window.candidatesOfPeers.push(candidate.candidate);
      });
      this.addEventListener("connectionstatechange", () => window.statesOfPeers.push(this.connectionState));
    }
  };
}"""


@pytest.fixture
def udp() -> Iterator[UdpFilter]:
    network = UdpFilter()
    yield network
    network.close()


def check_nothing_lost(script: str, heard: str) -> None:
    compared = jiwer.process_words(plain_words(script), plain_words(heard))
    words = compared.hits + compared.substitutions + compared.deletions
    assert (compared.substitutions + compared.deletions) / words <= WORST_LOSS, heard
    assert compared.insertions / words <= MOST_ADDED, heard


async def wait_for_event(
    house: House, link: InterviewLink, kind: str, *, within_s: float = 60, **wanted: object
) -> Any:
    async with asyncio.timeout(within_s):
        while True:
            for event in await house.hr.read_events(link.interview):
                if event["type"] == kind and wanted.items() <= event["data"].items():
                    return event
            await asyncio.sleep(0.2)


async def wait_for_answer(house: House, link: InterviewLink, turn: str) -> str:
    return str((await wait_for_event(house, link, "answer.completed", within_s=90, turn_id=turn))["data"]["text"])


async def says_sound_only(page: Page) -> None:
    await page.locator(".self-off").filter(has_text="Sound only").wait_for()
    assert "Video does not get through" in await page.get_by_test_id("picture-note").inner_text()
    assert await page.get_by_test_id("camera").count() == 0, "a button that does nothing"


async def find_violations(page: Page) -> list[str]:
    """Of accessibility."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{violation['id']}: {node['html']}" for violation in found["violations"] for node in violation["nodes"]]


async def end(candidate: CandidatePage) -> None:
    await candidate.click("end")
    await candidate.click("end-confirm")
    await candidate.page.get_by_test_id("closing").wait_for()


async def test_without_udp_the_interview_goes_on_with_sound_alone(tmp_path: Path) -> None:
    answers = load_answers("en-1")
    write_microphone(tmp_path / "voice.wav", "en-1", SPOKEN, lead_s=13, gap_s=9)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav", WITHOUT_UDP) as browser:
        link = await house.invite("en")
        context = await open_context(browser, house, PHONE, "en")
        await context.add_init_script(f"({NOTE_PEERS})()")
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, answers)
        connected = await wait_for_event(house, link, "media.connected")
        assert connected["data"] == {"epoch": 2, "audio": True, "video": False, "transport": "websocket"}
        assert connected["t_ms"] < BEGINS_WITHIN_MS
        await says_sound_only(candidate.page)
        await watch_captions(candidate)
        hr = await open_hr(await open_context(browser, house, DESKTOP, "en"), link.interview)
        await hr.get_by_test_id("sound-only").wait_for()
        heard = await wait_for_answer(house, link, "introduction-0")
        check_nothing_lost(answers.choose("introduction", 0).text, heard)
        check_follow_ups(await house.hr.read_events(link.interview))
        assert await candidate.page.evaluate("() => statesOfPeers.includes('connected')") is False
        assert await candidate.page.evaluate("() => candidatesOfPeers") == [], "UDP was not blocked at all"
        # The last thing to look for: the checker styles elements in line, which the page's policy complains of.
        assert candidate.errors == []
        assert await find_violations(candidate.page) == []
        await end(candidate)
        for path in house.recordings(link.interview):
            play(path)


async def test_a_browser_without_an_encoder_is_heard_and_a_reload_does_not_wait_again(tmp_path: Path) -> None:
    write_microphone(tmp_path / "voice.wav", "en-1", [("introduction", 0)], lead_s=2, gap_s=2)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav", WITHOUT_UDP) as browser:
        link = await house.invite("en")
        context = await open_context(browser, house, DESKTOP, "en")
        await context.add_init_script("delete globalThis.AudioEncoder")
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, load_answers("en-1"))
        await wait_for_event(house, link, "media.connected", epoch=2)
        await candidate.page.reload()
        before = (await wait_for_event(house, link, "candidate.disconnected"))["t_ms"]
        again = await wait_for_event(house, link, "media.connected", epoch=3)
        assert again["data"]["transport"] == "websocket"
        assert again["t_ms"] - before < 9_000, "the page waited once more for what cannot be"
        await says_sound_only(candidate.page)
        async with asyncio.timeout(60):
            while "I am a software engineer" not in await candidate.text_of("captions"):
                await asyncio.sleep(0.2)
        await end(candidate)


async def test_no_word_is_lost_when_udp_stops_and_when_it_comes_back(tmp_path: Path, udp: UdpFilter) -> None:
    answers = load_answers("en-1")
    write_microphone(tmp_path / "voice.wav", "en-1", SPOKEN, lead_s=13, gap_s=14)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav") as browser:
        link = await house.invite("en")
        context = await open_context(browser, house, DESKTOP, "en")
        await udp.stand_before(context)
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, answers)
        await wait_for_event(house, link, "media.connected", transport="webrtc")
        await watch_captions(candidate)
        udp.block()
        await wait_for_event(house, link, "media.connected", transport="websocket")
        await says_sound_only(candidate.page)
        heard = await wait_for_answer(house, link, "introduction-0")
        check_nothing_lost(answers.choose("introduction", 0).text, heard)
        await candidate.wait_for_question("?")
        await watch_captions(candidate)
        udp.unblock()
        await candidate.page.evaluate("() => dispatchEvent(new Event('online'))")
        heard = await wait_for_answer(house, link, "introduction-1")
        check_nothing_lost(answers.choose("introduction", 1).text, heard)
        connected = of_type(await house.hr.read_events(link.interview), "media.connected")
        assert [one["transport"] for one in connected] == ["webrtc", "websocket", "webrtc"]
        await candidate.page.get_by_test_id("camera").wait_for()
        await end(candidate)
        assert candidate.errors == []
        for path in house.recordings(link.interview):
            play(path)

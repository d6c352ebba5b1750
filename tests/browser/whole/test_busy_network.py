"""A real browser on a bad network: its words are understood, and it may change its port in the middle of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Route

from simulation.answers import load_answers
from simulation.impairment.profiles import NetworkProfile, find_profile
from simulation.impairment.proxy import ImpairmentProxy
from tests.browser.whole.course import error_rate, go_through, of_type, watch_captions
from tests.browser.whole.microphone import write_microphone
from tests.browser.whole.stage import DESKTOP, CandidatePage, open_chromium, open_context
from tests.integration.interviewing import open_house

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(240)]

WORST_ERROR_RATE = 0.15
FEEDBACK_S = 8.0
"""Chromium checks its path every few seconds, and the server sends where the last check came from."""


class Networks:
    """Every connection the page makes leads through a proxy of its own."""

    def __init__(self, profile: NetworkProfile) -> None:
        self._profile = profile
        self.proxies: list[ImpairmentProxy] = []

    async def lead_through(self, context: BrowserContext) -> None:
        await context.route("**/v1/whip", self._publish)

    async def _publish(self, route: Route) -> None:
        offer = route.request.post_data
        if route.request.method != "POST" or offer is None:
            await route.continue_()
            return
        proxy = ImpairmentProxy(self._profile, seed=len(self.proxies))
        self.proxies.append(proxy)
        answer = await route.fetch(post_data=proxy.open(offer))
        body = await answer.text()
        await route.fulfill(response=answer, body=proxy.join(body) if answer.ok else body)

    def close(self) -> None:
        for proxy in self.proxies:
            proxy.close()


@pytest.fixture
def networks() -> Iterator[Networks]:
    made = Networks(find_profile("busy-wifi"))
    yield made
    made.close()


async def test_an_answer_over_a_busy_network_is_understood(tmp_path: Path, networks: Networks) -> None:
    answers = load_answers("en-1")
    write_microphone(tmp_path / "voice.wav", "en-1", [("introduction", 0)], lead_s=13, gap_s=9)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav") as browser:
        link = await house.invite("en")
        context = await open_context(browser, house, DESKTOP, "en")
        await networks.lead_through(context)
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, answers)
        await watch_captions(candidate)
        (proxy,) = networks.proxies
        assert proxy.up.passed > 100
        assert proxy.up.dropped_burst > 0
        proxy.rebind()
        told = proxy.down.passed
        async with asyncio.timeout(FEEDBACK_S):
            while proxy.down.passed < told + 10:
                await asyncio.sleep(0.1)
        async with asyncio.timeout(90):
            while not (answered := [
                answer for answer in of_type(await house.hr.read_events(link.interview), "answer.completed")
                if answer["turn_id"] == "introduction-0"
            ]):  # fmt: skip
                await asyncio.sleep(0.3)
        heard = answered[0]["text"]
        assert error_rate(answers.choose("introduction", 0).text, heard, "en") <= WORST_ERROR_RATE, heard
        events = await house.hr.read_events(link.interview)
        assert not of_type(events, "media.interrupted")
        assert len(of_type(events, "media.connected")) == 1
        assert candidate.errors == []

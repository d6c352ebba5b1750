"""A browser on a lossy line: its picture pauses for the sake of the voice, both pages say so, and it comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Route, expect

from simulation.answers import load_answers
from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.proxy import ImpairmentProxy
from simulation.impairment.settings import PERFECT, Impairment
from tests.browser.whole.course import go_through, of_type
from tests.browser.whole.microphone import write_microphone
from tests.browser.whole.stage import DESKTOP, PHONE, CandidatePage, frames_shown, open_chromium, open_context, open_hr
from tests.integration.interviewing import open_house

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(300)]

PATIENCE_MS = 60_000


async def put_between(context: BrowserContext) -> list[ImpairmentProxy]:
    """Every connection that pages of `context` publish goes through a proxy; one each, in order."""
    proxies: list[ImpairmentProxy] = []

    async def carry(route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        proxy = ImpairmentProxy(NetworkProfile("perfect"), seed=3)
        proxies.append(proxy)
        answer = await route.fetch(post_data=proxy.open(route.request.post_data or ""))
        await route.fulfill(status=answer.status, headers=answer.headers, body=proxy.join(await answer.text()))

    await context.route("**/v1/whip", carry)
    return proxies


async def test_the_picture_pauses_on_a_lossy_line_and_returns_without_a_new_negotiation(tmp_path: Path) -> None:
    write_microphone(tmp_path / "voice.wav", "en-2", [("introduction", 0)], lead_s=9.0, gap_s=60.0)
    async with open_house(tmp_path / "data") as house, open_chromium(tmp_path / "voice.wav") as browser:
        link = await house.invite("en")
        context = await open_context(browser, house, PHONE, "en")
        proxies = await put_between(context)
        try:
            candidate = await CandidatePage.enter(context, link)
            await go_through(house, candidate, load_answers("en-2"))
            hr = await open_hr(await open_context(browser, house, DESKTOP, "en"), link.interview)
            state, note = hr.get_by_test_id("video-state"), candidate.page.get_by_test_id("picture-note")
            await expect(state).to_have_text("Live", timeout=PATIENCE_MS)
            await expect(hr.get_by_test_id("level-meter")).to_be_visible(timeout=PATIENCE_MS)

            proxies[-1].change(up=Impairment(loss=0.25))
            await expect(note).to_contain_text("We turned your camera off", timeout=PATIENCE_MS)
            await expect(state).to_contain_text("paused to keep the voice clear", timeout=PATIENCE_MS)
            await expect(hr.get_by_test_id("connection-word")).to_have_text("poor", timeout=PATIENCE_MS)
            await expect(hr.get_by_test_id("connection-reason")).to_have_text("Packets are lost on the way.")
            await asyncio.sleep(1)
            shown = await frames_shown(hr)

            proxies[-1].change(up=PERFECT)
            await expect(note).to_contain_text("Your camera is on again", timeout=PATIENCE_MS)
            await expect(state).to_have_text("Live", timeout=PATIENCE_MS)
            async with asyncio.timeout(PATIENCE_MS / 1000):
                while await frames_shown(hr) < shown + 10:
                    await asyncio.sleep(0.2)
            events = await house.hr.read_events(link.interview)
            assert len(proxies) == len(of_type(events, "media.connected")) == 1
            assert of_type(events, "quality.profile_changed")[0]["reason"] == "start"
            assert candidate.errors == []
        finally:
            for proxy in proxies:
                proxy.close()

"""A real Chromium with a recorded voice as its microphone, and the two people in front of it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from server.protocol.flow import Language
from simulation.client import InterviewLink
from tests.integration.interviewing import EMAIL, PASSWORD, House

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LOCALES: dict[Language, str] = {"en": "en-US", "zh-CN": "zh-CN"}
WITHOUT_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
"""As in a network that lets web traffic through and nothing else."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@asynccontextmanager
async def open_chromium(microphone: Path | None, *further: str) -> AsyncIterator[Browser]:
    """Without a recording there is no microphone, and a page that asks is denied one."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    arguments = [*ARGUMENTS, *further]
    if microphone is not None:
        arguments += [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={microphone}%noloop",
        ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


async def open_context(browser: Browser, house: House, viewport: dict[str, int], language: Language) -> BrowserContext:
    """Every request to another host is an error of the page."""
    context = await browser.new_context(
        base_url=house.server.base_url,
        viewport={"width": viewport["width"], "height": viewport["height"]},
        locale=LOCALES[language],
        is_mobile=viewport is PHONE,
        has_touch=viewport is PHONE,
    )
    context.set_default_timeout(20_000)
    return context


@dataclass
class CandidatePage:
    """Somebody who does what the page says."""

    page: Page
    errors: list[str]

    @classmethod
    async def enter(cls, context: BrowserContext, link: InterviewLink) -> CandidatePage:
        page = await context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        await page.goto(link.invite_url)
        return cls(page, errors)

    async def click(self, test_id: str) -> None:
        await self.page.get_by_test_id(test_id).click()

    async def agree(self, language: Language) -> None:
        await self.click(f"language-{language}")
        await self.click("continue")
        for kind in ("recording", "ai_scoring"):
            box = self.page.get_by_test_id(f"consent-{kind}")
            assert not await box.is_checked(), "consent was ticked beforehand"
            await box.check()
        await self.click("continue")

    async def allow_devices(self) -> None:
        await self.click("continue")
        await self.page.get_by_test_id("record-voice").wait_for()
        await self.click("continue")

    async def start(self) -> None:
        await self.click("start")
        await self.page.get_by_test_id("question-text").wait_for()

    async def silence_the_interviewer(self) -> None:
        """No voice is installed in a test machine's browser; the switch must work all the same."""
        await self.click("spoken")

    async def answer_in_text(self, text: str) -> None:
        await self.page.get_by_test_id("answer-text").fill(text)
        await self.click("submit-answer")

    async def wait_for_question(self, words: str, *, timeout_s: float = 60) -> None:
        question = self.page.get_by_test_id("question-text").filter(has_text=words)
        await question.wait_for(timeout=timeout_s * 1000)

    async def text_of(self, test_id: str) -> str:
        return (await self.page.get_by_test_id(test_id).inner_text()).strip()


async def open_hr(context: BrowserContext, interview: str) -> Page:
    page = await context.new_page()
    await page.goto("/hr/")
    await page.get_by_test_id("login-email").fill(EMAIL)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await page.locator(f'[data-testid="board-card"][data-interview="{interview}"]').wait_for()
    await page.goto(f"/hr/interviews/{interview}")
    return page


async def frames_shown(page: Page) -> int:
    """Frames of the candidate's picture that HR's page has painted so far."""
    return int(
        await page.evaluate(
            "() => document.querySelector('[data-testid=video]')?.getVideoPlaybackQuality?.().totalVideoFrames ?? 0"
        )
    )

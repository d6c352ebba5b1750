"""People of HR in browsers of their own, and everybody's recorded voices."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.async_api import Browser, Page, expect

from server.protocol.flow import Language
from simulation.answers import load_answers
from simulation.client import InterviewLink
from tests.browser.whole.microphone import write_microphone, write_silence
from tests.browser.whole.speaker import give_voice
from tests.browser.whole.stage import DESKTOP, CandidatePage, open_chromium, open_context
from tests.browser.whole.witness import Witness, now_ms
from tests.integration.interviewing import PASSWORD, House

SPOKEN = (("introduction", 0), ("customer", 2), ("introduction", 1), ("introduction", 2))
"""What the candidate says, whatever happens around it."""
WHOLE_S = 420.0
"""No interview here takes longer."""
SPOKEN_BY_HR = (("customer", 1), ("teamwork", 0), ("customer", 0), ("introduction", 0), ("teamwork", 1))
HR_LEAD_S, HR_GAP_S = 0.4, 0.6


def write_voices(folder: Path) -> tuple[Path, Path]:
    """(the room of the candidate, who speaks when it is time; HR's voice)"""
    candidate, hr = folder / "candidate.wav", folder / "hr.wav"
    write_silence(candidate, WHOLE_S)
    write_microphone(hr, "en-2", list(SPOKEN_BY_HR), lead_s=HR_LEAD_S, gap_s=HR_GAP_S)
    return candidate, hr


def read_script(answer_set: str, turns: tuple[tuple[str, int], ...]) -> str:
    answers = load_answers(answer_set)
    return " ".join(answers.choose(question, turn).text for question, turn in turns)


@dataclass
class Person:
    """Somebody of HR, who watches an interview."""

    page: Page
    witness: Witness
    errors: list[str]

    async def press(self, test_id: str) -> float:
        """When it was pressed."""
        button = self.page.get_by_test_id(test_id)
        await button.scroll_into_view_if_needed()
        await expect(button).to_be_enabled()
        at_ms = now_ms()
        await button.dispatch_event("click")
        return at_ms

    async def tap(self, test_id: str) -> None:
        """As a finger does: where it stands on the screen, with nothing over it."""
        await self.page.get_by_test_id(test_id).tap()

    async def whisper(self, kind: str, text: str = "") -> None:
        await self.page.get_by_test_id("directive-kind").select_option(kind)
        if text:
            await self.page.get_by_test_id("directive-text").fill(text)
        await self.press("give-directive")

    async def connect_microphone(self) -> None:
        await self.press("microphone")
        await expect(self.page.get_by_test_id("voice-state")).to_have_text("microphone connected", timeout=20_000)

    async def see_floor(self, words: str, within_s: float = 20) -> None:
        await expect(self.page.get_by_test_id("floor")).to_contain_text(words, timeout=within_s * 1000)


async def add_user(house: House, email: str, name: str) -> None:
    await house.server.run_command("user", "add", email, "--name", name, VIVA_USER_PASSWORD=PASSWORD)


async def open_console(
    browser: Browser,
    house: House,
    email: str,
    interview: str,
    viewport: dict[str, int] = DESKTOP,
    language: Language = "en",
) -> Person:
    context = await open_context(browser, house, viewport, language)
    await Witness.prepare(context)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto("/hr/")
    await page.get_by_test_id("login-email").fill(email)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await page.locator(f'[data-testid="board-card"][data-interview="{interview}"]').wait_for()
    await page.goto(f"/hr/interviews/{interview}")
    await page.get_by_test_id("phase").wait_for()
    return Person(page, Witness(page), errors)


async def enter(browser: Browser, house: House, link: InterviewLink, language: Language = "en") -> CandidatePage:
    context = await open_context(browser, house, DESKTOP, language)
    await Witness.prepare(context)
    await give_voice(context)
    return await CandidatePage.enter(context, link)


@asynccontextmanager
async def open_killable(microphone: Path) -> AsyncIterator[tuple[Browser, int]]:
    """A browser that may be killed, and its process."""
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    async with open_chromium(microphone) as browser:
        pids = [
            child.pid
            for child in psutil.Process().children(recursive=True)
            if child.pid not in before and _is_main(child, microphone)
        ]
        assert len(pids) == 1, pids
        yield browser, pids[0]


def _is_main(process: psutil.Process, microphone: Path) -> bool:
    try:
        line = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return any(str(microphone) in word for word in line) and not any(word.startswith("--type=") for word in line)


def kill(pid: int) -> float:
    """When it was."""
    at_ms = now_ms()
    os.kill(pid, signal.SIGKILL)
    return at_ms

"""The candidate's page in a real Chromium with made-up devices, against the rehearsal of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.candidate.rehearsal import Rehearsal, rehearse

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SILENT_PAGE = "localStorage.getItem('viva.spoken_questions') ?? localStorage.setItem('viva.spoken_questions', 'off')"

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

OpenPage = Callable[..., Page]


# One module at a time: while Playwright's own loop is alive in this thread, asynchronous tests cannot run in it.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def rehearsal() -> Iterator[Rehearsal]:
    with rehearse() as server:
        yield server


@pytest.fixture
def open_page(chromium: Browser, rehearsal: Rehearsal) -> Iterator[OpenPage]:
    """Opens /join/{invite}. Whatever a page does, it asks no other host, breaks no content policy, raises nothing."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(
        invite: str = "good",
        *,
        width: int = 1280,
        height: int = 800,
        language: str = "en",
        before: str = "",
        aloud: bool = False,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=rehearsal.url, viewport={"width": width, "height": height}, locale=language, **options
        )
        contexts.append(context)
        context.add_init_script(f"{'' if aloud else SILENT_PAGE}; {before}")
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _note_policy(message.text, complaints))
        page.on("request", lambda request: _note_foreign(request.url, rehearsal.url, complaints))
        page.goto(f"/join/{invite}")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def find_violations() -> Callable[[Page], list[str]]:
    """What the accessibility checker says of the page as it is. The page must be opened with `bypass_csp`."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm install --no-package-lock")
    source = AXE.read_text(encoding="utf-8")

    def find(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['html']}" for violation in found["violations"] for node in violation["nodes"]
        ]

    return find


def _note_policy(text: str, complaints: list[str]) -> None:
    if "Content Security Policy" in text:
        complaints.append(text)


def _note_foreign(address: str, own: str, complaints: list[str]) -> None:
    if not address.startswith((own, own.replace("http", "ws"), "blob:", "data:")):
        complaints.append(f"asked another host: {address}")

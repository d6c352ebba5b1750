"""HR's pages in a real Chromium, against the mock server of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.hr.mock_server import MockServer

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
]

# A busy machine draws late; what never comes still fails.
expect.set_options(timeout=20_000)

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
def server() -> Iterator[MockServer]:
    mock = MockServer()
    mock.start()
    yield mock
    mock.stop()


@pytest.fixture
def open_page(chromium: Browser, server: MockServer) -> Iterator[OpenPage]:
    """Opens pages of the mock server; whatever they do, they ask no other host and break no content policy.

    The accessibility checker styles elements itself, so its tests open pages with `bypass_csp`.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(
        path: str, *, width: int = 1280, height: int = 800, language: str = "en-US", script: str = "", **options: Any
    ) -> Page:
        context = chromium.new_context(
            base_url=server.url, viewport={"width": width, "height": height}, locale=language, **options
        )
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _note_policy(message.text, complaints))
        page.on("request", lambda request: _note_foreign(request.url, server.url, complaints))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
    assert server.unprotected == []


@pytest.fixture
def find_violations() -> Callable[[Page], list[str]]:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make setup`")
    source = AXE.read_text(encoding="utf-8")

    def find(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['html']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return find


def _note_policy(text: str, complaints: list[str]) -> None:
    if "Content Security Policy" in text:
        complaints.append(text)


def _note_foreign(address: str, own: str, complaints: list[str]) -> None:
    parts = urlsplit(address)
    if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != urlsplit(own).netloc:
        complaints.append(f"a request to another host: {address}")

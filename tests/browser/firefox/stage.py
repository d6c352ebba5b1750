"""A real Firefox, and a voice in front of its microphone."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

PREFERENCES: dict[str, str | float | bool] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    # Without a sound card a page's audio would never start; this one runs in its place, at the pace of a card.
    "media.cubeb.force_mock_context": True,
    # Firefox fetches this for H.264 from a server of its maker's.
    "media.gmp-manager.updateEnabled": False,
    "media.gmp-gmpopenh264.enabled": False,
}


@asynccontextmanager
async def open_firefox(directory: Path) -> AsyncIterator[Browser]:
    """`directory` takes the program that playwright starts in Firefox's place."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("Firefox is not installed")
    starter = directory / "firefox"
    relay = Path(__file__).with_name("bidi_relay.py")
    starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{relay}" "{program}" "$@"\n')
    starter.chmod(0o755)
    async with async_playwright() as playwright:
        # The channel is what makes playwright speak BiDi; its own patched Firefox speaks another protocol.
        browser = await playwright.firefox.launch(
            channel="moz-firefox", executable_path=starter, firefox_user_prefs=PREFERENCES
        )
        try:
            yield browser
        finally:
            await browser.close()


async def give_voice(context: BrowserContext, answer_set: str, names: Iterable[str]) -> None:
    """Every page of the context gets a microphone that hears `say`."""
    folder = files("simulation") / "answers" / answer_set
    recordings = {name: base64.b64encode((folder / f"{name}.opus").read_bytes()).decode() for name in names}
    script = Path(__file__).with_name("microphone.js").read_text("utf-8")
    await context.add_init_script(script.replace("= RECORDINGS;", f"= {json.dumps(recordings)};"))


async def say(page: Page, name: str) -> None:
    """Returns when the last word is out."""
    await page.evaluate("(name) => window.say(name)", name)

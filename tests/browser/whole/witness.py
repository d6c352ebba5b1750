"""What a page's diary (diary.js) tells: messages, moments and sound, by the clock that a machine's browsers share."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import BrowserContext, Page

RATE_HZ = 48_000
HOLE_MS = 60
"""Further apart than this, two chunks of sound do not follow each other."""
LONGEST_DELAY_MS = 2000
DIARY = Path(__file__).with_name("diary.js")

Entry = dict[str, Any]
Fits = Callable[[Entry], bool]


def now_ms() -> float:
    return time.time() * 1000


@dataclass(frozen=True, slots=True)
class Sound:
    """48 kHz mono. `start_ms`: when its first sample was there."""

    samples: NDArray[np.float32]
    start_ms: float

    @property
    def level(self) -> float:
        return float(np.sqrt(np.mean(self.samples**2))) if len(self.samples) else 0.0

    def cut(self, from_ms: float, to_ms: float) -> NDArray[np.float32]:
        first, last = (max(0, round((at - self.start_ms) * RATE_HZ / 1000)) for at in (from_ms, to_ms))
        return self.samples[first:last]


class Witness:
    """One page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @staticmethod
    async def prepare(context: BrowserContext) -> None:
        """Before its pages are opened."""
        await context.add_init_script(path=DIARY)

    async def entries(self, kind: str, since_ms: float = 0) -> list[Entry]:
        found: list[Entry] = await self.page.evaluate(
            "([kind, since]) => witness.diary.filter((one) => one.kind === kind && one.at >= since)", [kind, since_ms]
        )
        return found

    async def wait_for(
        self, kind: str, fits: Fits = lambda entry: True, since_ms: float = 0, within_s: float = 20
    ) -> Entry:
        """The first such entry, written already or to come."""
        entries: list[Entry] = []
        try:
            async with asyncio.timeout(within_s):
                while True:
                    entries = await self.entries(kind, since_ms)
                    for entry in entries:
                        if fits(entry):
                            return entry
                    await asyncio.sleep(0.05)
        except TimeoutError:
            last = [{name: str(value)[:200] for name, value in entry.items()} for entry in entries[-5:]]
            raise AssertionError(f"no {kind} like that within {within_s:g} s; the last: {last}") from None

    async def hear(
        self, type_: str, fits: Fits = lambda data: True, since_ms: float = 0, within_s: float = 20
    ) -> Entry:
        """The first such message over the socket: the entry, with `data`."""
        return await self.wait_for(
            "heard", lambda entry: entry["type"] == type_ and fits(entry["data"]), since_ms, within_s
        )

    async def told(self, type_: str, since_ms: float) -> Entry:
        """The command that this page sent."""
        return await self.wait_for("sent", lambda entry: bool(entry["type"] == type_), since_ms)

    async def pace(self, ms_per_character: float) -> None:
        """How slowly questions are read aloud."""
        await self.page.evaluate("(pace) => { witness.voice.msPerCharacter = pace; }", ms_per_character)

    async def listen(self, selector: str, name: str, within_s: float = 20) -> None:
        async with asyncio.timeout(within_s):
            while not await self.page.evaluate("([at, name]) => witness.listen(at, name)", [selector, name]):
                await asyncio.sleep(0.1)

    async def read_sound(self, name: str, since_ms: float) -> Sound:
        """Chunks come late when a page is busy, never early: the earliest of all tells when the sound was there."""
        got = await self.page.evaluate("([name, since]) => witness.read(name, since)", [name, since_ms])
        samples = np.frombuffer(base64.b64decode(got["samples"]), "<f4")
        assert got["lengths"], f"no sound of {name}"
        assert got["rate"] == RATE_HZ, got["rate"]
        parts: list[NDArray[np.float32]] = []
        length, offset, start_ms = 0, 0, float("inf")
        before_us: float | None = None
        for at_ms, us, count in zip(got["at"], got["us"], got["lengths"], strict=True):
            hole_ms = 0.0 if before_us is None else (us - before_us) / 1000
            if hole_ms > HOLE_MS:
                parts.append(np.zeros(round(hole_ms * RATE_HZ / 1000), np.float32))
                length += len(parts[-1])
            parts.append(samples[offset : offset + count])
            offset += count
            length += count
            before_us = us + count * 1e6 / RATE_HZ
            start_ms = min(start_ms, at_ms - length * 1000 / RATE_HZ)
        return Sound(np.concatenate(parts).astype(np.float32), start_ms)


def find_delay(spoken: Sound, heard: Sound) -> tuple[float, float]:
    """(how late in ms, how surely: 1 is the same sound) over the time that both tell of."""
    from_ms = max(spoken.start_ms, heard.start_ms)
    length = min(len(each.cut(from_ms, float(10**15))) for each in (spoken, heard))
    before, after = (each.cut(from_ms, float(10**15))[:length] for each in (spoken, heard))
    size = 1 << (2 * length).bit_length()
    products = np.fft.irfft(np.fft.rfft(after, size) * np.conj(np.fft.rfft(before, size)), size)
    at = int(np.argmax(products[: round(LONGEST_DELAY_MS * RATE_HZ / 1000)]))
    return at * 1000 / RATE_HZ, _likeness(before[: length - at], after[at:])


def find_likeness(recording: NDArray[np.float32], heard: NDArray[np.float32]) -> float:
    """How surely a second of `heard` is somewhere in `recording`: the best one, since a busy machine leaves holes."""
    size = 1 << (len(recording) + RATE_HZ).bit_length()
    spectrum = np.fft.rfft(recording, size)
    best = 0.0
    for start in range(0, len(heard) - RATE_HZ, RATE_HZ):
        piece = heard[start : start + RATE_HZ]
        products = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)
        at = int(np.argmax(products[: len(recording) - RATE_HZ]))
        best = max(best, _likeness(recording[at : at + RATE_HZ], piece))
    return best


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.dot(one, other) / max(1e-9, float(np.linalg.norm(one) * np.linalg.norm(other))))

"""How soon the next question stands on the candidate's page: whole interviews in a real browser.

A server process with the bundled recogniser, the candidate's page in Chromium, a recorded voice as its microphone. Each
time runs, on the page's own clock, from the server's decision that the answer is over (`answer.closing`) to the frame
that shows the next question; the last words are transcribed, the answer assessed and the question chosen in between.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.progress import track

from server.protocol.flow import Language
from simulation.answers import load_answers
from tests.browser.whole.course import WHOLE_S, finish, go_through, read_completed
from tests.browser.whole.microphone import write_silence
from tests.browser.whole.speaker import give_voice, speaking
from tests.browser.whole.stage import DESKTOP, CandidatePage, open_chromium, open_context
from tests.integration.interviewing import House, open_house

WATCH = """(() => {
  window.replies = [];
  let closing = null;
  let shown = "";
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (typeof data === "string" && JSON.parse(data).type === "answer.closing") closing = performance.now();
      });
    }
  };
  const look = () => {
    const text = document.querySelector("[data-testid=question-text]")?.textContent.trim() ?? "";
    if (!text || text === shown) return;
    shown = text;
    if (closing === null) return;
    const began = closing;
    closing = null;
    requestAnimationFrame(() => setTimeout(() => window.replies.push(performance.now() - began)));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
})()"""
SETS: dict[Language, str] = {"en": "en-1", "zh-CN": "zh-1"}


@dataclass(frozen=True, slots=True)
class ReplyFigures:
    replies_s: tuple[float, ...]
    """From `answer.closing` to the next question's frame, in seconds."""
    silences_s: tuple[float, ...]
    """From the end of the last word to `answer.closing`, of the answers that a silence ended."""

    @property
    def p50_s(self) -> float:
        return float(median(self.replies_s))

    @property
    def p95_s(self) -> float:
        return float(np.quantile(self.replies_s, 0.95))


def measure_replies(languages: tuple[Language, ...], rounds: int, console: Console) -> ReplyFigures:
    """One interview after the other: a second browser on the same cores would be measured too."""
    return asyncio.run(_measure(languages, rounds, console))


async def _measure(languages: tuple[Language, ...], rounds: int, console: Console) -> ReplyFigures:
    replies: list[float] = []
    silences: list[float] = []
    with tempfile.TemporaryDirectory() as directory:
        async with open_house(Path(directory) / "data") as house:
            for language in track(languages * rounds, "interviews", console=console):
                more_replies, more_silences = await _hold(house, Path(directory), language)
                replies += more_replies
                silences += more_silences
    return ReplyFigures(tuple(replies), tuple(silences))


async def _hold(house: House, directory: Path, language: Language) -> tuple[list[float], list[float]]:
    answers = load_answers(SETS[language])
    write_silence(directory / "room.wav", WHOLE_S)
    async with open_chromium(directory / "room.wav") as browser:
        link = await house.invite(language)
        context = await open_context(browser, house, DESKTOP, language)
        await context.add_init_script(WATCH)
        await give_voice(context)
        candidate = await CandidatePage.enter(context, link)
        await go_through(house, candidate, answers)
        async with speaking(house, link.interview, candidate, answers):
            await finish(candidate, language)
        replies = await candidate.page.evaluate("window.replies")
        events = await read_completed(house, link.interview)
    spoken_until: dict[str, int] = {}
    silences: list[float] = []
    for event in events:
        data = event["data"]
        if event["type"] == "segment.transcribed":
            spoken_until[data["turn_id"]] = data["t_end_ms"]
        elif event["type"] == "answer.closing" and data["ended_by"] == "silence" and data["turn_id"] in spoken_until:
            silences.append((event["t_ms"] - spoken_until[data["turn_id"]]) / 1000)
    return [ms / 1000 for ms in replies], silences

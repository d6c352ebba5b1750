"""A candidate who speaks when asked, however slow the machine: a recording on a clock of its own would run ahead."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from playwright.async_api import BrowserContext

from simulation.answers import AnswerSet
from tests.browser.whole.stage import CandidatePage
from tests.integration.interviewing import House

VOICE = Path(__file__).with_name("voice.js")
THINKING_S = 1.0
"""From the question until the first word."""


async def give_voice(context: BrowserContext) -> None:
    """Before its pages are opened."""
    await context.add_init_script(path=VOICE)


async def begin_to_say(candidate: CandidatePage, answers: AnswerSet, turn: tuple[str, int]) -> None:
    """The first word is said when this returns, the last one later."""
    recording = files("simulation") / "answers" / answers.name / str(answers.choose(*turn).file)
    sound = base64.b64encode(recording.read_bytes()).decode()
    await candidate.page.evaluate("(recording) => sayBeforeMicrophone(recording)", sound)


@asynccontextmanager
async def speaking(
    house: House, interview: str, candidate: CandidatePage, answers: AnswerSet
) -> AsyncIterator[list[tuple[str, int]]]:
    """Meanwhile every question that is not typed is answered aloud, the nth asking of one with the nth answer to it:
    which follow-ups are asked depends on what is heard. Gives what has been said so far."""
    said: list[tuple[str, int]] = []

    async def answer_all() -> None:
        heard = 0
        while True:
            asked = [one["data"] for one in await house.hr.read_events(interview) if one["type"] == "question.asked"]
            if len(asked) == heard:
                await asyncio.sleep(0.2)
                continue
            question = asked[heard]
            heard += 1
            if question["form"] == "text":
                continue
            await candidate.wait_for_question(question["text"])
            await asyncio.sleep(THINKING_S)
            turn = sum(name == question["question_id"] for name, _ in said)
            await begin_to_say(candidate, answers, (question["question_id"], turn))
            said.append((question["question_id"], turn))

    async with asyncio.TaskGroup() as group:
        voice = group.create_task(answer_all())
        yield said
        voice.cancel()

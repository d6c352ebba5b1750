"""A language model behind the port, and what a well-behaved one answers to the prompts of this project."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from realtime_scoring.opinion.prompt import Prompt
from server.language_model.lane import Lane
from server.language_model.opening import Lanes
from server.language_model.port import Completion
from server.language_model.settings import Endpoint

NAME = "small-model"
QUESTIONS = {
    "specific_example": "Could you tell me about one specific occasion?",
    "own_part": "Which part of that did you take on yourself?",
    "result": "What came of that in the end?",
    "quantity": "How much did that change, in numbers?",
    "context": "When was that, and what was your task?",
}
Step = Callable[[str], Awaitable[object]]
"""From the text of a prompt to a decoded reply."""


@dataclass
class FakeModel:
    """`steps` are taken one by one; the last one stays."""

    steps: list[Step]
    prompts: list[str] = field(default_factory=list)
    given_up: int = 0

    @property
    def name(self) -> str:
        return NAME

    async def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        text = "\n".join(message.text for message in prompt.messages)
        self.prompts.append(text)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        try:
            return Completion(await step(text), NAME, 3)
        except asyncio.CancelledError:
            self.given_up += 1
            raise


def open_fake_lanes(live: FakeModel, later: FakeModel, *, budget_ms: int = 700, async_budget_s: float = 20.0) -> Lanes:
    endpoint = Endpoint("http://127.0.0.1:9/v1", NAME, SecretStr("a-key"), budget_ms, async_budget_s)
    return Lanes(Lane(live), Lane(later), endpoint)


def say(reply: object) -> Step:
    async def step(_: str) -> object:
        return reply

    return step


def say_of(kind: str, question: str) -> Step:
    """A follow-up's words."""
    return say({"kind": kind, "question": question, "clause_id": "", "quote": ""})


def fail(error: Exception) -> Step:
    async def step(_: str) -> object:
        raise error

    return step


def hold(held: asyncio.Event, then: Step) -> Step:
    async def step(text: str) -> object:
        await held.wait()
        return await then(text)

    return step


async def behave(text: str) -> object:
    """Words what was planned; gives a level that its one quote bears."""
    return write_wording(text) if is_wording(text) else write_levels(text)


def is_wording(text: str) -> bool:
    return "PLANNED FOLLOW-UP>>>" in text


def write_wording(text: str) -> dict[str, Any]:
    planned = re.search(r"PLANNED FOLLOW-UP>>>\n(\w+)\|", text)
    assert planned is not None
    kind = planned.group(1)
    return {"kind": kind, "question": QUESTIONS.get(kind, ""), "clause_id": "", "quote": ""}


def write_levels(text: str, level: str = "2") -> dict[str, Any]:
    """The first clause is quoted for the first indicator of the competency."""
    competency = re.search(r"^Competency (\w+):", text, re.MULTILINE)
    indicator = re.search(r"^Indicators:\n(\w+):", text, re.MULTILINE)
    clause = re.search(r"^(c\d+)\| (.+)$", text, re.MULTILINE)
    assert competency is not None
    assert indicator is not None
    assert clause is not None
    return {
        "competency": competency.group(1),
        "level": level,
        "evidence": [
            {"clause_id": clause.group(1), "quote": clause.group(2).strip(" ,."), "indicator_id": indicator.group(1)}
        ],
        "missing": ["R"],
        "rationale": f"Only {indicator.group(1)} is shown.",
        "confidence": "medium",
    }

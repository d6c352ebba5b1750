"""Opens the way to the language model for a process, if one is set up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from anyio import to_thread

from realtime_scoring.opinion.prompt import Message, Prompt, object_schema
from server.language_model.client import ChatClient
from server.language_model.lane import Lane, Patience
from server.language_model.settings import Endpoint

GREETED_WITHIN_S = 8.0
_GREETING = Prompt(
    (
        Message("system", "Answer with one JSON object that has one text, `answer`."),
        Message("user", "Answer with the word ready."),
    ),
    "greeting",
    object_schema({"answer": {"type": "string"}}),
    50,
)


@dataclass(frozen=True, slots=True)
class Lanes:
    """`live`: follow-ups while somebody waits; `later`: second opinions."""

    live: Lane
    later: Lane
    endpoint: Endpoint


@asynccontextmanager
async def open_lanes(endpoint: Endpoint | None) -> AsyncIterator[Lanes | None]:
    """None: there is no language model."""
    if endpoint is None:
        yield None
        return
    # Certificates are read from disk.
    async with await to_thread.run_sync(ChatClient, endpoint) as client:
        yield Lanes(Lane(client), Lane(client), endpoint)


async def greet_model(endpoint: Endpoint) -> int:
    """Whether it answers at all, in JSON, and after how many milliseconds. Nothing of an interview is sent. Raises
    LanguageModelError."""
    async with await to_thread.run_sync(ChatClient, endpoint) as client:
        completion = await Lane(client).complete(_GREETING, seed=0, patience=Patience(GREETED_WITHIN_S))
    return completion.took_ms

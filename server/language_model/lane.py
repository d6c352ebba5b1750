"""The way to the model for one purpose, with a limit of time on every call and a breaker of its own.

What is too slow for a live follow-up may be quick enough for a second opinion: the one does not close the other's way.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from realtime_scoring.opinion.prompt import Prompt
from server.language_model.breaker import Breaker
from server.language_model.errors import LanguageModelError, Resting, TooSlow
from server.language_model.port import Completion, LanguageModel

ANSWERED = "answered"
ABANDONED = "abandoned"


class Patience:
    """How long a call may still take. Made on the event loop; may be shortened while the call is under way."""

    def __init__(self, within_s: float) -> None:
        self._ends_s = asyncio.get_running_loop().time() + within_s
        self._limit: asyncio.Timeout | None = None

    def shorten(self, within_s: float) -> None:
        self._ends_s = min(self._ends_s, asyncio.get_running_loop().time() + within_s)
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(self._ends_s)

    @asynccontextmanager
    async def limit(self) -> AsyncIterator[None]:
        """Raises TimeoutError."""
        async with asyncio.timeout_at(self._ends_s) as limit:
            self._limit = limit
            try:
                yield
            finally:
                self._limit = None


class Lane:
    """`outcomes` counts the calls by what became of them: answered, abandoned, or the code of the error."""

    def __init__(self, model: LanguageModel, now_s: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._now_s = now_s
        self.breaker = Breaker()
        self.outcomes: Counter[str] = Counter()

    @property
    def model_name(self) -> str:
        return self._model.name

    async def complete(self, prompt: Prompt, *, seed: int, patience: Patience) -> Completion:
        """Raises LanguageModelError. Cancelling it counts neither for nor against the model."""
        ticket = self.breaker.admit(self._now_s())
        if ticket is None:
            self.outcomes[Resting.code] += 1
            raise Resting("the language model failed too often just now")
        outcome = ABANDONED
        try:
            completion = await self._ask(prompt, seed, patience)
            outcome = ANSWERED
            self.breaker.note_success(ticket)
            return completion
        except LanguageModelError as error:
            outcome = error.code
            self.breaker.note_failure(ticket, self._now_s())
            raise
        finally:
            self.outcomes[outcome] += 1
            if outcome == ABANDONED:
                self.breaker.note_abandoned(ticket)

    async def _ask(self, prompt: Prompt, seed: int, patience: Patience) -> Completion:
        try:
            async with patience.limit():
                return await self._model.complete(prompt, seed=seed)
        except TimeoutError:
            raise TooSlow("the language model takes too long") from None

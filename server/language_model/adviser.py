"""One interview's words from a language model: asked while the answer may still go on, waited for only briefly.

The planned follow-up stands ready all the time. Whatever goes wrong here, it is asked, and why is told by a code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import structlog

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.opinion.outcome import Refused, Withheld
from realtime_scoring.opinion.wording import WordingTask, prompt_wording
from realtime_scoring.opinion.wording_gate import Worded, accept_wording
from realtime_scoring.types import Language
from server.language_model.errors import LanguageModelError, TooSlow
from server.language_model.lane import Lane, Patience

log = structlog.get_logger(__name__)

LONGEST_S = 10.0
"""A call begun early may run so long before anybody waits for it."""

MOST_STARTS = 4
"""Calls for one answer: a speaker of many pauses must not cause one for each."""

FallbackKind = Literal["off", "not_begun", "too_many_starts", "withheld", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class Advised:
    """`took_ms`: the model's own time, of which most may lie before anybody waited."""

    worded: Worded
    model: str
    took_ms: int


@dataclass(frozen=True, slots=True)
class Fallback:
    """The planned text is asked. `reason`: the code of the error, refusal or withholding; empty where `kind` says it
    all."""

    kind: FallbackKind
    reason: str = ""


Advice = Advised | Fallback


@dataclass(frozen=True, slots=True)
class _Call:
    task: WordingTask
    running: asyncio.Task[Advice]
    patience: Patience


class Adviser:
    """Owned by one interview, whose TaskGroup `hire` gives: every call ends with it. `lane` None: there is no model.

    `begin` when an end of the answer comes in sight, `cancel` when speech goes on, `take` when the answer is over.
    """

    def __init__(
        self,
        lane: Lane | None,
        lexicons: Mapping[Language, Lexicon],
        *,
        live_budget_ms: int,
        on_done: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_done` is called when a call has ended, however; it must not wait."""
        self._lane = lane
        self._lexicons = lexicons
        self._live_budget_ms = live_budget_ms
        self._on_done = on_done
        self._tasks: asyncio.TaskGroup | None = None
        self._call: _Call | None = None
        self._instead = Fallback("off" if lane is None else "not_begun")
        self._starts = 0

    def hire(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks

    @property
    def waiting(self) -> bool:
        """A call is under way."""
        return self._call is not None and not self._call.running.done()

    def begin(self, task: WordingTask | Withheld, *, last: bool = False) -> bool:
        """Asks at once, unless the same is being asked already; what was asked before is given up. `last`: the answer
        is over, and its call is had in any case. Returns whether a call began."""
        if self._lane is None or self._tasks is None or (self._call is not None and self._call.task == task):
            return False
        self.cancel()
        if isinstance(task, Withheld):
            self._instead = Fallback("withheld", task.reason.value)
            return False
        if self._starts >= MOST_STARTS and not last:
            self._instead = Fallback("too_many_starts")
            return False
        self._starts += 1
        patience = Patience(LONGEST_S)
        running = self._tasks.create_task(self._supervise(self._lane, task, patience))
        running.add_done_callback(lambda _: self._on_done())
        self._call = _Call(task, running, patience)
        return True

    def cancel(self) -> None:
        if self._call is not None:
            self._call.running.cancel()
            self._call = None
        self._instead = Fallback("off" if self._lane is None else "not_begun")

    async def take(self, within_ms: int | None = None) -> Advice:
        """Waits no longer than the live budget, or less where `within_ms` says so. Ends the answer's allowance."""
        call, self._call = self._call, None
        instead, self._instead = self._instead, Fallback("off" if self._lane is None else "not_begun")
        self._starts = 0
        if call is None:
            return instead
        within_s = (self._live_budget_ms if within_ms is None else min(within_ms, self._live_budget_ms)) / 1000
        call.patience.shorten(within_s)
        try:
            await asyncio.wait({call.running}, timeout=within_s)
        except asyncio.CancelledError:
            call.running.cancel()
            raise
        if not call.running.done() or call.running.cancelled():
            # Its patience ends it in the same moment; how long its connection takes to close is not waited for.
            return Fallback("failed", TooSlow.code)
        return call.running.result()

    async def _supervise(self, lane: Lane, task: WordingTask, patience: Patience) -> Advice:
        try:
            return await self._ask(lane, task, patience)
        except LanguageModelError as error:
            return Fallback("failed", error.code)
        except Exception as error:  # noqa: BLE001 - advice is a luxury: nothing in it may end an interview
            log.error("language_model.adviser_failed", error=type(error).__name__)
            return Fallback("failed", LanguageModelError.code)

    async def _ask(self, lane: Lane, task: WordingTask, patience: Patience) -> Advice:
        completion = await lane.complete(prompt_wording(task), seed=0, patience=patience)
        outcome = accept_wording(task, completion.reply, self._lexicons)
        if isinstance(outcome, Refused):
            return Fallback("refused", outcome.reason.value)
        return Advised(outcome, completion.model, completion.took_ms)

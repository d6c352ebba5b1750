"""Where calls wait, are handed out and are answered. On the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

from media.errors import PartialSuperseded, TranscriptionError
from media.transcription.ports import Prepared
from media.transcription.scheduling.cadence import Cadence
from media.transcription.scheduling.health import EngineHealth
from media.transcription.scheduling.jobs import Call
from media.transcription.scheduling.measures import Recent, Tally
from media.transcription.scheduling.queue import JobQueue
from media.transcription.scheduling.settings import SchedulingSettings
from media.types import Transcription

Clock = Callable[[], float]
Outcome = Transcription | TranscriptionError


class Desk:
    """A call stays with the desk from `submit` to `withdraw`, which its caller makes whatever became of it."""

    def __init__(self, settings: SchedulingSettings, clock: Clock = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self.queue: JobQueue[Call] = JobQueue(turn_s=settings.final_due_s, partials_after=settings.partials_after)
        self.cadence = Cadence(settings.cadence)
        self.tally = Tally()
        self.health = EngineHealth(settings.doubt_after)
        self._calls: set[Call] = set()
        self._preparable = asyncio.Event()
        self._decodable = asyncio.Event()
        self._final_waits = Recent(settings.final_horizon_s)
        self._partial_waits = Recent(settings.partial_horizon_s)
        self._decodes = Recent(settings.final_horizon_s)

    # --- callers ------------------------------------------------------------------------------------------------------

    def submit(self, call: Call) -> None:
        self._calls.add(call)
        for outdone in self.queue.put(call):
            self._outdo(outdone)
        self._preparable.set()

    def withdraw(self, call: Call) -> None:
        """Also of a call at the engine: nobody waits for what it gives."""
        self._calls.discard(call)
        self.queue.withdraw(call)
        call.let_go()
        if not call.answer.cancel() and not call.answer.cancelled():
            call.answer.exception()  # seen: an error that came while its caller was leaving is nobody's
        self._wake()

    def confirm(self, stream_id: str) -> None:
        self.queue.confirm(stream_id)
        self._wake()

    def try_again(self, call: Call) -> None:
        """Its deadline has passed: in the queue it stays where it is, from the engine it may never come back."""
        self.tally.retried += 1
        if not self.queue.holds(call):
            call.alone = True
            self._put_back(call)

    def fail_all(self, error: TranscriptionError) -> None:
        for call in self._calls:
            if not call.answer.done():
                call.answer.set_exception(error)

    # --- who prepares -------------------------------------------------------------------------------------------------

    async def next_unprepared(self) -> Call:
        while (call := self.queue.pick_unprepared()) is None:
            self._preparable.clear()
            await self._preparable.wait()
        call.preparing = True
        return call

    def take_prepared(self, call: Call, outcome: Prepared | TranscriptionError) -> None:
        call.preparing = False
        if call.answer.done():
            call.let_go()
        elif isinstance(outcome, TranscriptionError):
            self._refuse(call, outcome)
        else:
            call.take_prepared(outcome)
            self._decodable.set()
        self._preparable.set()

    # --- who decodes --------------------------------------------------------------------------------------------------

    async def next_batch(self) -> list[Call]:
        """All of them prepared."""
        while True:
            now_s = self._clock()
            in_time = self.final_wait_s(now_s) < self._settings.final_wait_target_s
            batch = self.queue.take(self._settings.batch_limit, now_s, spare_partials=in_time)
            if not batch:
                self._decodable.clear()
                await self._decodable.wait()
                continue
            self._preparable.set()  # those behind them have come forward
            wanted = [call for call in batch if not call.answer.done()]
            for call in batch:
                if call.answer.done():
                    self.queue.release(call)
            if wanted:
                self._note_waits(wanted, now_s)
                return wanted

    def take_answers(self, batch: Sequence[Call], outcomes: Sequence[Outcome], took_s: float) -> None:
        now_s = self._clock()
        self.tally.calls += 1
        self.tally.busy_s += took_s
        self._decodes.note(now_s, took_s)
        for call, outcome in zip(batch, outcomes, strict=True):
            self.queue.release(call)
            if isinstance(outcome, TranscriptionError):
                self._take_failure(call, outcome, in_company=len(batch) > 1)
            else:
                self._take_text(call, outcome)
                if call.partial:
                    self.cadence.note_shown(call.stream_id, now_s, took_s, took_s / len(batch))
        self._wake()

    # --- what is measured ---------------------------------------------------------------------------------------------

    def final_wait_s(self, now_s: float) -> float:
        """95th percentile of how long finals waited lately, and have waited by now."""
        waiting = (self._lateness(call, now_s) for call in self.queue.waiting() if not call.partial)
        return self._final_waits.p95(now_s, waiting)

    def partial_wait_s(self, now_s: float) -> float:
        waiting = (now_s - call.created_s for call in self.queue.waiting() if call.partial)
        return self._partial_waits.p95(now_s, waiting)

    def decode_s(self, now_s: float) -> float:
        return self._decodes.p95(now_s)

    # ------------------------------------------------------------------------------------------------------------------

    def _wake(self) -> None:
        self._preparable.set()
        self._decodable.set()

    def _lateness(self, call: Call, now_s: float) -> float:
        """How long it has waited; one that has time (something to be caught up with) does not wait before it is due."""
        return max(0.0, now_s - max(call.created_s, call.due_s - self._settings.final_due_s))

    def _note_waits(self, batch: Iterable[Call], now_s: float) -> None:
        for call in batch:
            if call.partial:
                self._partial_waits.note(now_s, now_s - call.created_s)
            else:
                self._final_waits.note(now_s, self._lateness(call, now_s))

    def _take_text(self, call: Call, transcription: Transcription) -> None:
        if transcription.text:
            self.health.note_text()
        if call.answer.done():
            return
        if call.partial:
            self.tally.partials += 1
        else:
            self.tally.finals += 1
            self.tally.note_faults(transcription.faults)
        call.answer.set_result(transcription)

    def _take_failure(self, call: Call, error: TranscriptionError, *, in_company: bool) -> None:
        if call.answer.done() or self.queue.holds(call):
            return
        if not error.retryable or call.failures or (call.partial and not in_company):
            self._refuse(call, error)
            return
        call.failures += 1
        call.alone = True
        self.tally.retried += 1
        self._put_back(call)

    def _put_back(self, call: Call) -> None:
        if not self.queue.put_back(call):
            self._outdo(call)
        self._wake()

    def _refuse(self, call: Call, error: TranscriptionError) -> None:
        self.queue.withdraw(call)
        self.tally.failed += 1
        if error.retryable:
            self.health.note_failure()
        call.answer.set_exception(error)

    def _outdo(self, call: Call) -> None:
        call.let_go()
        if not call.answer.done():
            self.tally.superseded += 1
            call.answer.set_exception(PartialSuperseded("a newer request of its stream took its place"))

"""Those who do the work: a few that make calls ready, and one for each thread of the engine.

Each has a thread of its own for as long as it lives (CTranslate2 leaks when it is called from many short-lived ones).
Whatever an engine raises fails the calls it was raised for, and nobody else's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from media.errors import TranscriptionError, TranscriptionTimedOut
from media.shared_thread import SharedThread
from media.transcription.ports import Engine, Prepared
from media.transcription.scheduling.desk import Desk, Outcome
from media.transcription.scheduling.settings import SchedulingSettings
from media.transcription.types import Request
from media.types import Transcription


async def prepare_calls(engine: Engine, desk: Desk, hurries_finals: Callable[[], bool]) -> None:
    """Features and prompts, off the engine's threads. Until cancelled."""
    thread = SharedThread("asr-prepare")
    thread.enter()
    try:
        while True:
            call = await desk.next_unprepared()
            request = call.request
            if request.final and hurries_finals():
                request = replace(request, hurried=True)
            desk.take_prepared(call, await thread.do(partial(_prepare, engine, request)))
    finally:
        thread.leave()


async def decode_calls(engine: Engine, desk: Desk, settings: SchedulingSettings) -> None:
    """One engine thread, and the next one when it does not come back. Until cancelled."""
    thread = SharedThread("asr")
    thread.enter()
    try:
        while True:
            batch = await desk.next_batch()
            prepared = [call.prepared for call in batch if call.prepared is not None]
            within_s = settings.stuck_after_s if desk.tally.replaced_threads < settings.replacements else None
            started_s = time.monotonic()
            outcomes: Sequence[Outcome]
            try:
                async with asyncio.timeout(within_s):
                    outcomes = await thread.do(partial(_decode, engine, prepared))
            except TimeoutError:
                outcomes = [TranscriptionTimedOut(f"the engine did not answer within {within_s:g} s")] * len(batch)
                thread.leave()
                thread = SharedThread("asr")
                thread.enter()
                desk.tally.replaced_threads += 1
            desk.take_answers(batch, outcomes, time.monotonic() - started_s)
    finally:
        thread.leave()


def _prepare(engine: Engine, request: Request) -> Prepared | TranscriptionError:
    try:
        return engine.prepare(request)
    except TranscriptionError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the engine's supervisor: one bad request must not stop the others
        return TranscriptionError(f"{type(error).__name__}: {error}")


def _decode(engine: Engine, batch: Sequence[Prepared]) -> Sequence[Outcome]:
    failure: TranscriptionError
    try:
        outcomes: Sequence[Transcription | TranscriptionError] = engine.decode(batch)
    except TranscriptionError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - the engine's supervisor
        failure = TranscriptionError(f"{type(error).__name__}: {error}")
    else:
        if len(outcomes) == len(batch):
            return outcomes
        failure = TranscriptionError(f"the engine gave {len(outcomes)} texts for {len(batch)} requests")
    return [failure] * len(batch)

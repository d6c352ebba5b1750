"""Speech that waits on disk gets its text as soon as there is a recogniser, whatever has become of its interview."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from anyio import to_thread

from media.errors import RecogniserUnavailable, TranscriptionError, TranscriptionTimedOut
from media.hearing.finals import place_transcript
from media.transcription.ports import Recogniser
from media.transcription.shelf import UnheardSegment
from media.types import FinalTranscript, TranscriptionFailed
from server.errors import InterviewError, NotFound
from server.recognition.framing import FrameInvalid
from server.recognition.spool import Spool, Spooled, language_of, segment_of

LOOK_EVERY_S = 2.0
AWAY_FIRST_S, AWAY_LAST_S = 2.0, 15.0
"""How long nobody is asked after nobody was there."""
SETTLED_S = 3.0
"""A file is left alone for so long: first of all its interview has to know that the text comes later."""
DUE_S = 30.0
"""What is spoken now goes first."""
MOST_TRIES = 3
"""Of what the recogniser fails at; what an interview does not take is tried for ever."""
TRY_AGAIN_FIRST_S, TRY_AGAIN_LAST_S = 2.0, 300.0

Deliver = Callable[[str, FinalTranscript | TranscriptionFailed], Awaitable[None]]
"""Into the interview of that id. Raises InterviewError, NotFound when there is none."""

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Trouble:
    """With one file; it does not keep others waiting."""

    failures: int = 0
    pause_s: float = field(default_factory=lambda: TRY_AGAIN_FIRST_S)
    until_s: float = 0.0

    def wait(self) -> None:
        self.until_s = time.monotonic() + self.pause_s
        self.pause_s = min(2 * self.pause_s, TRY_AGAIN_LAST_S)


class CatchingUp:
    """`run` is owned by the process. Several processes may work on the same spool."""

    def __init__(self, spool: Spool, recogniser: Recogniser, deliver: Deliver) -> None:
        self._spool = spool
        self._recogniser = recogniser
        self._deliver = deliver
        self._troubles: dict[Path, _Trouble] = {}
        self.waiting = Spooled()
        self.transcribed = self.failed = 0

    async def run(self) -> None:
        away_s, due_s = AWAY_FIRST_S, 0.0
        while True:
            try:
                ages = await self._look()
                if ages and time.monotonic() >= due_s:
                    answered = await self._go_round(ages)
                    away_s = AWAY_FIRST_S if answered else min(2 * away_s, AWAY_LAST_S)
                    due_s = 0.0 if answered else time.monotonic() + away_s
            except OSError as error:
                logger.error("catching_up.disk_failed", error=error.strerror or type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> list[tuple[float, Path]]:
        ages = await to_thread.run_sync(self._spool.list_ages)
        self.waiting = Spooled(len(ages), ages[0][0] if ages else 0.0)
        there = {path for _, path in ages}
        self._troubles = {path: trouble for path, trouble in self._troubles.items() if path in there}
        return ages

    async def _go_round(self, ages: list[tuple[float, Path]]) -> bool:
        """False: nobody is there who could transcribe. Raises OSError."""
        away: set[str] = set()
        tried = 0
        for age_s, path in ages:
            trouble = self._troubles.get(path)
            if age_s < SETTLED_S or (trouble is not None and time.monotonic() < trouble.until_s):
                continue
            if language_of(path) in away:
                continue
            try:
                await self._take(path)
                tried += 1
            except RecogniserUnavailable:
                away.add(language_of(path))  # there may be workers for another one
            except TranscriptionTimedOut:
                return False
        return tried > 0 or not away

    async def _take(self, path: Path) -> None:
        try:
            claim = await to_thread.run_sync(self._spool.claim, path)
        except FrameInvalid as error:
            await self._give_up_on_spoilt(path, str(error))
            return
        if claim is None:
            return
        try:
            fact = await self._transcribe(path, claim.unheard)
            if fact is not None and await self._hand_over(claim.unheard.interview_id, fact):
                await to_thread.run_sync(self._spool.remove, path)
            else:
                self._troubles.setdefault(path, _Trouble()).wait()
        finally:
            claim.close()

    async def _give_up_on_spoilt(self, path: Path, reason: str) -> None:
        """Its name alone says whose it is."""
        logger.error("catching_up.file_spoilt", file=path.name, reason=reason)
        fact = TranscriptionFailed(segment_of(path), 0, 0, "speech_unreadable")
        if await self._hand_over(path.parent.name, fact):
            await to_thread.run_sync(self._spool.set_aside, path)
        else:
            self._troubles.setdefault(path, _Trouble()).wait()

    async def _transcribe(self, path: Path, unheard: UnheardSegment) -> FinalTranscript | TranscriptionFailed | None:
        """None: to be tried again. Raises RecogniserUnavailable, TranscriptionTimedOut."""
        try:
            said = await self._recogniser.transcribe(f"late:{unheard.interview_id}", unheard.request, due_s=DUE_S)
        except (RecogniserUnavailable, TranscriptionTimedOut):
            raise
        except TranscriptionError as error:
            trouble = self._troubles.setdefault(path, _Trouble())
            trouble.failures += 1
            logger.warning("catching_up.failed", interview=unheard.interview_id, code=error.code)
            if trouble.failures < MOST_TRIES:
                return None
            return TranscriptionFailed(unheard.segment_id, unheard.t_start_ms, unheard.t_end_ms, error.code)
        return place_transcript(unheard, said, unheard.revision)

    async def _hand_over(self, interview_id: str, fact: FinalTranscript | TranscriptionFailed) -> bool:
        """False: the interview cannot take it now; its file stays."""
        try:
            await self._deliver(interview_id, fact)
        except NotFound:
            logger.warning("catching_up.interview_gone", interview=interview_id)
            return True
        except InterviewError as error:
            logger.warning("catching_up.not_taken", interview=interview_id, code=error.code)
            return False
        if isinstance(fact, FinalTranscript):
            self.transcribed += 1
        else:
            self.failed += 1
        return True

"""Speech that waits on disk gets its text as soon as there is a recogniser, whatever has become of its interview."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import structlog
from anyio import to_thread

from media.errors import RecogniserDied, RecogniserUnavailable, TranscriptionError, TranscriptionTimedOut
from media.hearing.finals import place_transcript
from media.transcription.ports import Recogniser
from media.transcription.probe import works
from media.transcription.shelf import UnheardSegment
from media.types import FinalTranscript, TranscriptionFailed
from server.errors import InterviewError, NotFound
from server.recognition.framing import FrameInvalid
from server.recognition.spool import Spool, Spooled
from server.recognition.unheard_file import AsideReason, language_of, revision_of, segment_of

LOOK_EVERY_S = 2.0
AWAY_FIRST_S, AWAY_LAST_S = 2.0, 15.0
"""How long nobody is asked after nobody was there."""
SETTLED_S = 3.0
"""A file is left alone for so long: first of all its interview has to know that the text comes later."""
DUE_S = 30.0
"""What is spoken now goes first."""
MOST_TRIES = 3
"""Of what a recogniser fails at that works otherwise; what an interview does not take is tried for ever."""
WAS_THERE_S, MOST_LOSSES = 0.5, 5
"""A recogniser that is away says so at once; one that was there, and went away over a file so often, dies of it."""
MOST_LATE = 3
"""Different ones in a row without a text in time: the recogniser is asked for nothing more for a while."""
SWEEP_EVERY_S = 600.0
ASIDE_LIFE_S = 30 * 86_400.0
TRY_AGAIN_FIRST_S, TRY_AGAIN_LAST_S = 2.0, 300.0

Deliver = Callable[[str, FinalTranscript | TranscriptionFailed], Awaitable[None]]
"""Into the interview of that id. Raises InterviewError, NotFound when there is none."""

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Trouble:
    """With one file; it does not keep others waiting."""

    failures: int = 0
    losses: int = 0
    pause_s: float = field(default_factory=lambda: TRY_AGAIN_FIRST_S)
    until_s: float = 0.0

    def wait(self) -> None:
        self.until_s = time.monotonic() + self.pause_s
        self.pause_s = min(2 * self.pause_s, TRY_AGAIN_LAST_S)


class CatchingUp:
    """`run` is owned by the process. Several processes may work on the same spool."""

    def __init__(
        self, spool: Spool, recogniser: Recogniser, deliver: Deliver, *, aside_life_s: float = ASIDE_LIFE_S
    ) -> None:
        """`aside_life_s`: so long speech stays that nobody could be given the text of."""
        self._spool = spool
        self._aside_life_s = aside_life_s
        self._recogniser = recogniser
        self._deliver = deliver
        self._troubles: dict[Path, _Trouble] = {}
        self.waiting = Spooled()
        self.transcribed = self.failed = 0

    async def run(self) -> None:
        away_s, due_s, sweep_s = AWAY_FIRST_S, 0.0, 0.0
        while True:
            try:
                if time.monotonic() >= sweep_s:
                    sweep_s = time.monotonic() + SWEEP_EVERY_S
                    await to_thread.run_sync(self._spool.sweep, self._aside_life_s)
                ages = await self._look()
                if ages and time.monotonic() >= due_s:
                    answered = await self._go_round(ages)
                    away_s = AWAY_FIRST_S if answered else min(2 * away_s, AWAY_LAST_S)
                    due_s = 0.0 if answered else time.monotonic() + away_s
            except OSError as error:
                logger.error("catching_up.disk_failed", error=error.strerror or type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> list[tuple[float, Path]]:
        """Raises OSError."""
        ages = await to_thread.run_sync(self._spool.list_ages)
        aside = await to_thread.run_sync(self._spool.count_aside)
        self.waiting = Spooled(len(ages), ages[0][0] if ages else 0.0, aside)
        there = {path for _, path in ages}
        self._troubles = {path: trouble for path, trouble in self._troubles.items() if path in there}
        return ages

    async def _go_round(self, ages: list[tuple[float, Path]]) -> bool:
        """False: nobody is there who could transcribe."""
        away: set[str] = set()
        tried = late_in_a_row = 0
        for age_s, path in ages:
            trouble = self._troubles.get(path)
            if age_s < SETTLED_S or (trouble is not None and time.monotonic() < trouble.until_s):
                continue
            if language_of(path) in away:
                continue
            try:
                await self._take(path)
                tried, late_in_a_row = tried + 1, 0
            except RecogniserUnavailable:
                away.add(language_of(path))  # there may be workers for another one
            except TranscriptionTimedOut:
                self._trouble(path).wait()
                late_in_a_row += 1
                if late_in_a_row >= MOST_LATE:
                    return False
            except OSError as error:
                reason = error.strerror or type(error).__name__
                logger.error("catching_up.file_failed", interview=path.parent.name, file=path.name, error=reason)
                self._trouble(path).wait()
        return tried > 0 or not away

    def _trouble(self, path: Path) -> _Trouble:
        return self._troubles.setdefault(path, _Trouble())

    async def _take(self, path: Path) -> None:
        """Raises OSError, RecogniserUnavailable, TranscriptionTimedOut."""
        try:
            claim = await to_thread.run_sync(self._spool.claim, path)
        except FrameInvalid as error:
            logger.error("catching_up.file_spoilt", file=path.name, reason=str(error))
            # Its name alone says whose it is.
            fact = TranscriptionFailed(segment_of(path), 0, 0, "speech_unreadable", revision_of(path))
            await self._tell_and_put_away(path, path.parent.name, fact, aside="spoilt")
            return
        if claim is None:
            return
        try:
            told = await self._transcribe(path, claim.unheard)
            if told is None:
                self._trouble(path).wait()
                return
            aside: AsideReason | None = "failed" if isinstance(told, TranscriptionFailed) else None
            await self._tell_and_put_away(path, claim.unheard.interview_id, told, aside=aside)
        finally:
            claim.close()

    async def _tell_and_put_away(
        self, path: Path, interview_id: str, fact: FinalTranscript | TranscriptionFailed, *, aside: AsideReason | None
    ) -> None:
        """Speech is deleted when its text has been told, and never before. Raises OSError."""
        outcome = await self._hand_over(interview_id, fact)
        if outcome == "not now":
            self._trouble(path).wait()
        elif outcome == "nobody":
            await to_thread.run_sync(self._spool.set_aside, path, aside or "orphan")
        elif aside is not None:
            await to_thread.run_sync(self._spool.set_aside, path, aside)
        else:
            await to_thread.run_sync(self._spool.remove, path)

    async def _transcribe(self, path: Path, unheard: UnheardSegment) -> FinalTranscript | TranscriptionFailed | None:
        """None: to be tried again. Raises RecogniserUnavailable, also for one that fails at everything, and
        TranscriptionTimedOut."""
        asked_s = time.monotonic()
        try:
            said = await self._recogniser.transcribe(f"late:{unheard.interview_id}", unheard.request, due_s=DUE_S)
        except TranscriptionTimedOut:
            raise
        except RecogniserUnavailable as error:
            if time.monotonic() - asked_s < WAS_THERE_S or not self._is_last_loss(path):
                raise
            return _tell_failure(unheard, RecogniserDied(error.detail))
        except TranscriptionError as error:
            return await self._judge(path, unheard, error)
        return place_transcript(unheard, said, unheard.revision)

    def _is_last_loss(self, path: Path) -> bool:
        """Whether the recogniser has gone away over this file so often that the file is to blame."""
        trouble = self._trouble(path)
        trouble.losses += 1
        trouble.wait()
        return trouble.losses >= MOST_LOSSES

    async def _judge(
        self, path: Path, unheard: UnheardSegment, error: TranscriptionError
    ) -> TranscriptionFailed | None:
        """Raises RecogniserUnavailable, TranscriptionTimedOut."""
        died = isinstance(error, RecogniserDied)
        if error.retryable and not died and not await works(self._recogniser, unheard.request.language):
            raise RecogniserUnavailable("the recogniser fails at everything") from error
        trouble = self._trouble(path)
        trouble.failures += 1
        logger.warning("catching_up.failed", interview=unheard.interview_id, code=error.code)
        if trouble.failures < MOST_TRIES and error.retryable and not died:
            return None
        return _tell_failure(unheard, error)

    async def _hand_over(
        self, interview_id: str, fact: FinalTranscript | TranscriptionFailed
    ) -> Literal["told", "nobody", "not now"]:
        """`nobody`: there is no such interview, or none in this database."""
        try:
            await self._deliver(interview_id, fact)
        except NotFound:
            logger.error("catching_up.interview_gone", interview=interview_id)
            return "nobody"
        except InterviewError as error:
            logger.warning("catching_up.not_taken", interview=interview_id, code=error.code)
            return "not now"
        except (LookupError, ValueError) as error:  # its log was written by a version that writes otherwise
            logger.error("interview.unreadable", interview=interview_id, error=type(error).__name__)
            return "not now"
        if isinstance(fact, FinalTranscript):
            self.transcribed += 1
        else:
            self.failed += 1
        return "told"


def _tell_failure(unheard: UnheardSegment, error: TranscriptionError) -> TranscriptionFailed:
    return TranscriptionFailed(unheard.segment_id, unheard.t_start_ms, unheard.t_end_ms, error.code, unheard.revision)

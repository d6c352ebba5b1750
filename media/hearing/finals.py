"""From segments to their final text, in order of speech; and ahead of time, while the end of a segment is a guess."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from media.counters import SpeculationCounters
from media.errors import PartialSuperseded, RecogniserUnavailable, TranscriptionError, TranscriptionTimedOut
from media.hearing.ingest import Flush
from media.hearing.segmenter import Segment
from media.settings import MediaSettings
from media.task_group import TaskGroup
from media.transcription.policy.language_switch import LanguageSwitch
from media.transcription.ports import Recogniser
from media.transcription.shelf import Shelf, UnheardSegment
from media.transcription.types import Request
from media.types import (
    FinalTranscript,
    Flushed,
    LanguageCode,
    LanguageDoubted,
    MediaFact,
    PartialTranscript,
    TranscribedWord,
    Transcription,
    TranscriptionDeferred,
    TranscriptionFailed,
)

QUEUED_FINALS = 64
"""Segments whose text is awaited. When full, hearing waits, and audio then waits in the inlet."""
_EARLY_DUE_S = 0.6

_Outcome = Transcription | TranscriptionError


@dataclass(slots=True, eq=False)
class _Early:
    """An offered segment, whose text is asked for before anybody knows whether it is over. `confirmed`: it is."""

    segment: Segment
    revision: int
    task: asyncio.Task[_Outcome] | None = None
    confirmed: bool = False
    heard: Transcription | None = None
    telling: bool = False
    told: bool = False
    to_ask_anew: bool = False
    """It failed, and another try may do better."""

    @property
    def duration_ms(self) -> int:
        return self.segment.t_end_ms - self.segment.t_start_ms


@dataclass(slots=True, eq=False)
class _Awaited:
    """A segment that is over. `early`: what was offered is what it became."""

    segment: Segment
    revision: int
    early: _Early | None
    task: asyncio.Task[_Outcome] | None = None
    heard: Transcription | None = None

    @property
    def told(self) -> bool:
        return self.early is not None and self.early.told

    @property
    def known(self) -> Transcription | None:
        early = None if self.early is None else self.early.heard
        return self.heard if self.heard is not None else early


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A segment goes on: its next final will be `revision`. `told`: what was told of its first `duration_ms`."""

    segment_id: str
    revision: int
    told: Transcription | None = None
    duration_ms: int = 0


class Finals:
    """One per candidate; `run` is owned by the session. Nothing is lost: a segment that has no text when `run` ends is
    put on the shelf, or told to have failed; so is one that is closed later, by `keep_the_rest`.

    Texts are told in order of speech, those that were had ahead of time too: what follows the last text that was told
    is what is to be read back from the recording after a crash.
    """

    def __init__(
        self,
        stream_id: str,
        language: LanguageCode,
        recogniser: Recogniser,
        settings: MediaSettings,
        report: Callable[[MediaFact], Awaitable[None]],
        shelf: Shelf | None = None,
    ) -> None:
        self._stream_id = stream_id
        self._language = language
        self._recogniser = recogniser
        self._settings = settings
        self._report = report
        self._shelf = shelf
        self._line: asyncio.Queue[_Awaited | Flush] = asyncio.Queue(QUEUED_FINALS)
        self._next: _Awaited | Flush | None = None
        self._group: asyncio.TaskGroup | None = None
        self._early: _Early | None = None
        self._revised: tuple[str, int] = ("", 0)
        self._told: _Early | None = None
        self._kept_ms = self._wasted_ms = 0
        self._switch = LanguageSwitch(language)
        self.terms: tuple[str, ...] = ()

    def offer(self, segment: Segment) -> None:
        """It may be over. Its text is told as soon as it is known; a later offer is of more of it."""
        self._drop_early()
        if self._group is not None:
            self._early = _Early(segment, self._revision_of(segment.segment_id))
            self._early.task = self._group.create_task(self._decode_early(self._early))

    def withdraw(self, segment_id: str) -> Withdrawn:
        """It was not over."""
        early = self._drop_early()
        revision = self._revision_of(segment_id)
        if early is None or not early.told or early.segment.segment_id != segment_id:
            return Withdrawn(segment_id, revision)
        return Withdrawn(segment_id, revision, early.heard, early.duration_ms)

    async def close(self, segment: Segment) -> None:
        """It is over."""
        early = self._early
        if early is not None and segment.as_offered and early.segment.segment_id == segment.segment_id:
            self._early = None
            early.confirmed = True
            self._kept_ms += early.duration_ms
            self._recogniser.confirm(self._stream_id)
        else:
            self._drop_early()
            early = None
        awaited = _Awaited(segment, self._revision_of(segment.segment_id), early)
        if self._group is not None:
            awaited.task = self._group.create_task(self._decode(awaited))
        await self._line.put(awaited)

    async def flush(self, flush: Flush) -> None:
        """`Flushed` follows when all that was closed before has been told."""
        await self._line.put(flush)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with TaskGroup() as group:
                self._group = group
                while True:
                    self._next = await self._line.get()
                    if isinstance(self._next, Flush):
                        await self._report(Flushed(self._next.token))
                    else:
                        await self._tell(self._next, group)
                    self._next = None
                    if self._early is not None and self._is_idle:
                        await self._tell_early(self._early)
        finally:
            self._group = None
            if self._early is not None and self._early.heard is None:
                self._early = None  # its task has ended with the group
            await self.keep_the_rest()

    def count(self) -> SpeculationCounters:
        return SpeculationCounters(self._kept_ms, self._wasted_ms)

    @property
    def _is_idle(self) -> bool:
        """All that is over has been told."""
        return self._next is None and self._line.empty()

    async def _tell(self, awaited: _Awaited, group: asyncio.TaskGroup) -> None:
        if awaited.task is None:  # it was closed while nobody ran
            awaited.task = group.create_task(self._decode(awaited))
        outcome = await awaited.task
        awaited.task = None
        if isinstance(outcome, TranscriptionError):
            await self._report(await self._put_aside(awaited, outcome))
            return
        if not awaited.told:
            await self._report_text(place_transcript(awaited.segment, outcome, awaited.revision))
        await self._follow_language(awaited.segment, outcome)

    async def _tell_early(self, early: _Early) -> None:
        """Unless it is being told already, or there is nothing to tell."""
        if early.heard is None or early.telling:
            return
        early.telling = True
        self._revised = (early.segment.segment_id, early.revision + 1)
        await self._report_text(place_transcript(early.segment, early.heard, early.revision))
        early.told = True
        if early.heard.text:
            self._told = early

    async def _decode_early(self, early: _Early) -> _Outcome:
        try:
            heard = await self._recogniser.transcribe(
                self._stream_id,
                self._ask(early.segment),
                due_s=_EARLY_DUE_S,
                deadline_s=self._settings.final_deadline_s,
                speculative=not early.confirmed,
            )
        except TranscriptionError as error:
            # A final has its own second try, so one that was known to be a final has had all of them.
            timed_out, hopeless = isinstance(error, TranscriptionTimedOut), not error.retryable
            early.to_ask_anew = isinstance(error, PartialSuperseded) or not (early.confirmed or timed_out or hopeless)
            return error
        early.heard = self._keep_told(early.segment, heard)
        if self._is_idle:
            await self._tell_early(early)
        return early.heard

    async def _decode(self, awaited: _Awaited) -> _Outcome:
        early = awaited.early
        if early is not None and early.heard is not None and early.told:
            awaited.heard = early.heard
            return early.heard
        if early is not None and early.task is not None:
            outcome = await early.task
            if not early.to_ask_anew:
                awaited.heard = early.heard
                return outcome
        request = self._ask(awaited.segment)
        try:
            heard = await self._recogniser.transcribe(
                self._stream_id, request, deadline_s=self._settings.final_deadline_s
            )
        except TranscriptionError as error:
            return error
        awaited.heard = self._keep_told(awaited.segment, heard)
        return awaited.heard

    def _keep_told(self, segment: Segment, heard: Transcription) -> Transcription:
        """Words that were told of a segment's beginning are not taken back because noise behind them hides them."""
        told = self._told
        if heard.text or told is None or told.heard is None or told.segment.segment_id != segment.segment_id:
            return heard
        return told.heard

    def _ask(self, segment: Segment) -> Request:
        return Request(segment.samples, self._language, "final", terms=self.terms, speech_share=segment.speech_share)

    async def _put_aside(self, awaited: _Awaited, error: TranscriptionError) -> MediaFact:
        segment = awaited.segment
        unheard = UnheardSegment(
            self._stream_id,
            segment.segment_id,
            segment.t_start_ms,
            segment.t_end_ms,
            self._ask(segment),
            awaited.revision,
        )
        return await put_aside(unheard, error, self._shelf)

    async def _report_text(self, fact: FinalTranscript) -> None:
        await self._report(fact)
        if not fact.text:
            # Captions may have shown what the recogniser does not stand by.
            await self._report(
                PartialTranscript(fact.segment_id, fact.t_start_ms, fact.t_end_ms, "", "", fact.revision + 1)
            )

    async def _follow_language(self, segment: Segment, heard: Transcription) -> None:
        duration_ms = segment.t_end_ms - segment.t_start_ms
        spoken = self._switch.hear(heard.language_spoken, heard.language_probability, duration_ms)
        if spoken is not None:
            await self._report(LanguageDoubted(segment.segment_id, spoken))

    async def keep_the_rest(self) -> None:
        """The session ends, or something went wrong that nobody foresaw: while nobody runs."""
        left = [] if self._next is None else [self._next]
        self._next = None
        while not self._line.empty():
            left.append(self._line.get_nowait())
        for item in left:
            if isinstance(item, Flush):
                await self._report(Flushed(item.token))
            elif item.told:
                continue
            elif item.known is not None:
                await self._report(place_transcript(item.segment, item.known, item.revision))
            else:
                await self._report(await self._put_aside(item, RecogniserUnavailable("the session has ended")))

    def _drop_early(self) -> _Early | None:
        early, self._early = self._early, None
        if early is not None:
            self._wasted_ms += early.duration_ms
            if early.task is not None and not early.told:
                early.task.cancel()
            early.task = None  # it knows its owner, too: neither is to keep the other
        return early

    def _revision_of(self, segment_id: str) -> int:
        return self._revised[1] if self._revised[0] == segment_id else 0


async def put_aside(
    unheard: UnheardSegment, error: TranscriptionError, shelf: Shelf | None
) -> TranscriptionDeferred | TranscriptionFailed:
    """No text now. Where that is no fault of the speech (an engine may be broken) there may be one later."""
    if shelf is not None and error.retryable and await shelf.keep(unheard):
        return TranscriptionDeferred(unheard.segment_id, unheard.t_start_ms, unheard.t_end_ms, unheard.revision)
    return TranscriptionFailed(unheard.segment_id, unheard.t_start_ms, unheard.t_end_ms, error.code, unheard.revision)


def place_transcript(
    segment: Segment | UnheardSegment, transcription: Transcription, revision: int = 0
) -> FinalTranscript:
    """Word times, which count from the segment's start, onto the interview clock."""
    words: tuple[TranscribedWord, ...] = tuple(
        replace(
            word,
            t_start_ms=segment.t_start_ms + word.t_start_ms,
            t_end_ms=min(segment.t_start_ms + word.t_end_ms, segment.t_end_ms),
        )
        for word in transcription.words
    )
    return FinalTranscript(
        segment.segment_id,
        segment.t_start_ms,
        segment.t_end_ms,
        transcription.text,
        words,
        transcription.confidence,
        revision,
    )

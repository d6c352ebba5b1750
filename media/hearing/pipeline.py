"""What happens to one candidate's audio, in order: hear, cut into segments, show partials, decode finals."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from media.counters import DropCounters, MediaCounters, Tally
from media.errors import TranscriptionError
from media.frames import EncodedFrame
from media.hearing.ear import Ear
from media.hearing.ingest import Arrival, AudioInlet, Flush, Marker, StreamEnded
from media.hearing.segmenter import OfferWithdrawn, Segment, SegmentEvent, SegmentOffered
from media.settings import MediaSettings
from media.shared_thread import SharedThread, enter_shared_thread
from media.transcription.agreement import Agreement
from media.transcription.ports import Recogniser
from media.transcription.types import Request
from media.types import (
    AudioLevel,
    FinalTranscript,
    Flushed,
    LanguageCode,
    MediaFact,
    MediaFault,
    PartialTranscript,
    TranscribedWord,
    Transcription,
    TranscriptionFailed,
)

QUEUED_JOBS = 64
"""Segments waiting for the recogniser. When full, hearing waits, and audio then waits in the inlet."""

_Result = TypeVar("_Result")
Report = Callable[[MediaFact], Awaitable[None]]


class Pipeline:
    """Two tasks, `listen` and `transcribe`, owned by the session. The rest may be called from the loop at any time."""

    def __init__(
        self,
        stream_id: str,
        *,
        language: LanguageCode,
        scheduler: Recogniser,
        settings: MediaSettings,
        report: Report,
    ) -> None:
        self._stream_id = stream_id
        self._language = language
        self._scheduler = scheduler
        self._settings = settings
        self._report = report
        self._thread: SharedThread | None = None
        self._inlet = AudioInlet()
        self._epoch = 0
        self._segments = 0
        self._ear: Ear | None = None
        self._ears = Tally()
        self._jobs: asyncio.Queue[Segment | Flush] = asyncio.Queue(QUEUED_JOBS)
        self._partials = _PartialPace(settings)
        self._agreement = Agreement(language)
        self._agreement_of = ""
        self._told_dropped = 0

    def push(self, frame: EncodedFrame) -> None:
        self._epoch = frame.epoch
        self._inlet.push(frame)

    def flush(self, token: str, grace_s: float = 0.0) -> None:
        """After what was pushed before, close the open segment; `Flushed(token)` follows its final."""
        self._inlet.mark(Flush(token, grace_s))

    def end_stream(self) -> None:
        self._inlet.mark(StreamEnded())

    def count(self) -> MediaCounters:
        return self._ears.count() + MediaCounters(dropped=DropCounters(hearing=self._inlet.dropped_frames))

    def close(self) -> None:
        """After `listen` has ended."""
        if self._thread is not None:
            self._thread.leave()
            self._thread = None

    async def listen(self) -> None:
        """Starts with a fresh ear: after a failure the old one may be in any state."""
        if self._ear is not None:
            self._ears.let_go(self._ear)
            self._ear = None
        await self._on_thread(self._open_ear)
        async for batch in self._inlet.batches():
            if batch.frames:
                await self._hear(batch.frames)
            if batch.marker is not None:
                await self._obey(batch.marker)

    async def transcribe(self) -> None:
        while True:
            job = await self._jobs.get()
            if isinstance(job, Flush):
                await self._report(Flushed(job.token))
            elif job.complete:
                await self._decode_final(job)
            else:
                await self._decode_partial(job)

    async def _hear(self, frames: tuple[Arrival, ...]) -> None:
        due = self._partials.due()
        heard = await self._on_thread(lambda: self._open_ear().hear(frames, want_open_segment=due))
        if self._inlet.dropped_frames > self._told_dropped:
            self._told_dropped = self._inlet.dropped_frames
            await self._report(MediaFault("hearing_overloaded", "audio was not listened to; it is in the recording"))
        await self._pass_on(heard.events)
        segment = heard.open_segment
        if segment is not None and self._partials.is_long_enough(segment):
            self._partials.started()
            await self._jobs.put(segment)

    async def _obey(self, marker: Marker) -> None:
        if isinstance(marker, Flush):
            if marker.grace_s > 0:
                await asyncio.sleep(marker.grace_s)
                await self._hear(self._inlet.take_frames())
            await self._pass_on(await self._on_thread(lambda: self._open_ear().close_segment()))
            await self._jobs.put(marker)
        else:
            await self._pass_on(await self._on_thread(lambda: self._open_ear().end_stream()))

    async def _pass_on(self, events: tuple[SegmentEvent | AudioLevel, ...]) -> None:
        for event in events:
            if isinstance(event, Segment):
                await self._jobs.put(event)
            elif not isinstance(event, SegmentOffered | OfferWithdrawn):
                await self._report(event)

    async def _decode_partial(self, segment: Segment) -> None:
        try:
            transcription = await self._scheduler.transcribe(
                self._stream_id, Request(segment.samples, self._language, "partial"),
                deadline_s=self._settings.partial_deadline_s,
            )  # fmt: skip
        except TranscriptionError:
            return
        finally:
            self._partials.finished()
        if segment.segment_id != self._agreement_of:
            self._agreement, self._agreement_of = Agreement(self._language), segment.segment_id
        agreed = self._agreement.update(transcription.text)
        if agreed.committed or agreed.unstable:
            await self._report(
                PartialTranscript(
                    segment.segment_id, segment.t_start_ms, segment.t_end_ms, agreed.committed, agreed.unstable
                )
            )

    async def _decode_final(self, segment: Segment) -> None:
        try:
            transcription = await self._scheduler.transcribe(
                self._stream_id, Request(segment.samples, self._language, "final"),
                deadline_s=self._settings.final_deadline_s,
            )  # fmt: skip
        except TranscriptionError as error:
            fact: MediaFact = TranscriptionFailed(segment.segment_id, segment.t_start_ms, segment.t_end_ms, error.code)
        else:
            fact = place_transcript(segment, transcription)
        await self._report(fact)

    def _open_ear(self) -> Ear:
        """On the hearing thread: the first one of a process loads the denoiser."""
        if self._ear is None:
            self._ear = Ear(self._settings, self._name_segment)
            self._ears.follow(self._ear)
        return self._ear

    def _name_segment(self) -> str:
        self._segments += 1
        return f"{self._epoch}-{self._segments}"

    async def _on_thread(self, work: Callable[[], _Result]) -> _Result:
        if self._thread is None:
            self._thread = enter_shared_thread("hearing")
        return await self._thread.do(work)


class _PartialPace:
    """One partial at a time, at the interval or as fast as the recogniser answers, whichever is slower."""

    def __init__(self, settings: MediaSettings) -> None:
        self._settings = settings
        self._busy = False
        self._started_s = 0.0
        self._took_s = 0.0

    def due(self) -> bool:
        interval_s = max(self._settings.partial_interval_ms / 1000, 2 * self._took_s)
        return not self._busy and time.monotonic() - self._started_s >= interval_s

    def is_long_enough(self, segment: Segment) -> bool:
        return segment.t_end_ms - segment.t_start_ms >= self._settings.partial_minimum_ms

    def started(self) -> None:
        self._busy = True
        self._started_s = time.monotonic()

    def finished(self) -> None:
        self._busy = False
        self._took_s = time.monotonic() - self._started_s


def place_transcript(segment: Segment, transcription: Transcription) -> FinalTranscript:
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
    )

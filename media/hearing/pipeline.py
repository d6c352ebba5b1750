"""What happens to one candidate's audio, in order: hear, cut into segments, caption, transcribe."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from media.counters import DropCounters, MediaCounters, Tally
from media.frames import EncodedFrame
from media.hearing.caption_record import CaptionRecord
from media.hearing.captioning import Captioning
from media.hearing.ear import Ear
from media.hearing.finals import Finals
from media.hearing.ingest import Arrival, AudioInlet, Flush, HearingEnds, Marker, StreamEnded
from media.hearing.segmenter import OfferWithdrawn, Segment, SegmentEvent, SegmentOffered
from media.settings import MediaSettings
from media.shared_thread import SharedThread, enter_shared_thread
from media.transcription.condition import DegradeLevel
from media.transcription.ports import Recogniser
from media.transcription.shelf import Shelf
from media.types import AudioLevel, FinalTranscript, LanguageCode, MediaFact, MediaFault

_Result = TypeVar("_Result")
Report = Callable[[MediaFact], Awaitable[None]]


class _SegmentNames:
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.epoch = 0
        self._segments = 0

    def make(self) -> str:
        self._segments += 1
        return f"{self._prefix}{self.epoch}-{self._segments}"


class _FinalReport:
    """Finals are held against the captions before they are told."""

    def __init__(self, record: CaptionRecord, report: Report) -> None:
        self._record = record
        self._report = report

    async def put(self, fact: MediaFact) -> None:
        if isinstance(fact, FinalTranscript):
            self._record.compare(fact)
        await self._report(fact)


class Pipeline:
    """Three tasks, `listen`, `caption` and `transcribe`, owned by the session. The rest may be called from the loop at
    any time.

    Nothing it owns knows it: sound and filters of an interview that has ended are gone at once, without the collector
    of cycles, which comes late.
    """

    def __init__(
        self,
        stream_id: str,
        *,
        language: LanguageCode,
        scheduler: Recogniser,
        settings: MediaSettings,
        report: Report,
        shelf: Shelf | None = None,
        segment_prefix: str = "",
    ) -> None:
        self._settings = settings
        self._report = report
        self._recogniser = scheduler
        self._captioning = Captioning(stream_id, language, scheduler, settings, report)
        final_report = _FinalReport(self._captioning.record, report)
        self._finals = Finals(stream_id, language, scheduler, settings, final_report.put, shelf)
        self._thread: SharedThread | None = None
        self._inlet = AudioInlet()
        self._names = _SegmentNames(segment_prefix)
        self._ear: Ear | None = None
        self._ears = Tally()
        self._told_dropped = 0

    @property
    def epoch(self) -> int:
        """Of what is listened to."""
        return self._names.epoch

    def push(self, frame: EncodedFrame) -> None:
        self._inlet.push(frame)

    def flush(self, token: str, grace_s: float = 0.0) -> None:
        """After what was pushed before, close the open segment; `Flushed(token)` follows its final."""
        self._inlet.mark(Flush(token, grace_s))

    def end_stream(self) -> None:
        self._inlet.mark(StreamEnded())

    def expect(self, terms: tuple[str, ...]) -> None:
        """Words that may well be said from now on, the most important first."""
        self._captioning.terms = self._finals.terms = terms

    def count(self) -> MediaCounters:
        dropped = DropCounters(hearing=self._inlet.dropped_frames)
        of_text = MediaCounters(
            dropped=dropped, captions=self._captioning.record.count(), speculation=self._finals.count()
        )
        return self._ears.count() + of_text

    async def hear_out(self) -> None:
        """After `transcribe` has ended and while `listen` still runs: what is being said at this moment is kept, too.
        Nothing is listened to afterwards."""
        heard = asyncio.Event()
        self._inlet.mark(HearingEnds(heard))
        await heard.wait()
        await self._finals.keep_the_rest()

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

    async def caption(self) -> None:
        await self._captioning.run()

    async def transcribe(self) -> None:
        await self._finals.run()

    async def _hear(self, frames: tuple[Arrival, ...]) -> None:
        if frames:
            self._names.epoch = frames[-1].epoch
        due = self._captioning.due()
        thrifty = self._recogniser.level >= DegradeLevel.SLOWER
        heard = await self._on_thread(lambda: self._open_ear().hear(frames, want_open_segment=due, thrifty=thrifty))
        if self._inlet.dropped_frames > self._told_dropped:
            self._told_dropped = self._inlet.dropped_frames
            await self._report(MediaFault("hearing_overloaded", "audio was not listened to; it is in the recording"))
        await self._pass_on(heard.events)
        if heard.open_segment is not None:
            self._captioning.show(heard.open_segment)

    async def _obey(self, marker: Marker) -> None:
        if isinstance(marker, Flush):
            if marker.grace_s > 0:
                await asyncio.sleep(marker.grace_s)
                await self._hear(self._inlet.take_frames())
            await self._pass_on(await self._on_thread(lambda: self._open_ear().close_segment()))
            await self._finals.flush(marker)
            return
        await self._pass_on(await self._on_thread(lambda: self._open_ear().end_stream()))
        if isinstance(marker, HearingEnds):
            marker.heard.set()
            await asyncio.Event().wait()

    async def _pass_on(self, events: tuple[SegmentEvent | AudioLevel, ...]) -> None:
        for event in events:
            match event:
                case SegmentOffered(segment):
                    self._captioning.stop(segment.segment_id)
                    self._finals.offer(segment)
                case OfferWithdrawn(segment_id):
                    self._captioning.resume(self._finals.withdraw(segment_id))
                case Segment():
                    self._captioning.stop(event.segment_id)
                    await self._finals.close(event)
                case _:
                    await self._report(event)

    def _open_ear(self) -> Ear:
        """On the hearing thread: the first one of a process loads the denoiser."""
        if self._ear is None:
            self._ear = Ear(self._settings, self._names.make)
            self._ears.follow(self._ear)
        return self._ear

    async def _on_thread(self, work: Callable[[], _Result]) -> _Result:
        if self._thread is None:
            self._thread = enter_shared_thread("hearing")
        return await self._thread.do(work)

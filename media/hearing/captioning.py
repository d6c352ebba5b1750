"""Captions of what is being said: one partial at a time, as often as the recogniser can bear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from media.errors import TranscriptionError
from media.hearing.caption_record import CaptionRecord
from media.hearing.finals import Withdrawn
from media.hearing.segmenter import Segment
from media.settings import MediaSettings
from media.task_group import TaskGroup
from media.transcription.policy.captions import Captions, SegmentCaptions
from media.transcription.ports import Recogniser
from media.types import LanguageCode, MediaFact, PartialTranscript

_NOTHING = Captions("", "")


class Captioning:
    """One per candidate; `run` is owned by the session."""

    def __init__(
        self,
        stream_id: str,
        language: LanguageCode,
        recogniser: Recogniser,
        settings: MediaSettings,
        report: Callable[[MediaFact], Awaitable[None]],
        read_clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream_id = stream_id
        self._language = language
        self._recogniser = recogniser
        self._settings = settings
        self._report = report
        self._read_clock_s = read_clock_s
        self._captions: SegmentCaptions | None = None
        self._segment_id = self._stopped = ""
        self._revision = 0
        self._shown = _NOTHING
        self._look: Segment | None = None
        self._looked = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None
        self._asked_s = float("-inf")
        self.record = CaptionRecord()
        self.terms: tuple[str, ...] = ()
        """For the segments that begin from now on."""

    def due(self) -> bool:
        """Whether a look at the open segment is wanted. The first words are waited for less patiently."""
        if self._asking is not None or self._look is not None:
            return False
        interval_s = self._recogniser.partial_interval_s(self._stream_id)
        if self._shown == _NOTHING:
            interval_s /= 2
        return self._read_clock_s() - self._asked_s >= interval_s

    def show(self, segment: Segment) -> None:
        """A look at the open segment; the newest counts."""
        if segment.segment_id == self._stopped or not self._is_long_enough(segment):
            return
        if segment.segment_id != self._segment_id:
            self._begin(segment.segment_id)
        self._look = segment
        self._looked.set()

    def stop(self, segment_id: str) -> None:
        """The segment's final text is asked for: a caption of a part of it would come too late."""
        self._stopped = segment_id
        self._look = None
        if self._asking is not None:
            self._asking.cancel()

    def resume(self, withdrawn: Withdrawn) -> None:
        """The segment goes on, and its captions from what was told of it."""
        self._stopped = ""
        captions = self._captions
        if captions is None or withdrawn.segment_id != self._segment_id:
            captions = self._begin(withdrawn.segment_id)
        self._revision = withdrawn.revision
        if withdrawn.told is not None:
            self._shown = captions.adopt(withdrawn.told, withdrawn.duration_ms)

    async def run(self) -> None:
        """Until cancelled."""
        self._asking = None
        async with TaskGroup() as group:
            while True:
                await self._looked.wait()
                self._looked.clear()
                segment, self._look = self._look, None
                if segment is not None and self._captions is not None:
                    self._asked_s = self._read_clock_s()
                    self._asking = group.create_task(self._caption(segment, self._captions))
                    await asyncio.wait([self._asking])
                    self._asking = None

    def _begin(self, segment_id: str) -> SegmentCaptions:
        self._captions = SegmentCaptions(self._language, self._settings.captions, terms=self.terms)
        self.record.follow(segment_id, self._captions)
        self._segment_id = segment_id
        self._revision = 0
        self._shown = _NOTHING
        return self._captions

    async def _caption(self, segment: Segment, captions: SegmentCaptions) -> None:
        window_s = self._recogniser.level.partial_window_s
        question = captions.ask(
            segment.samples,
            speech_share=segment.speech_share,
            window_ms=None if window_s is None else round(window_s * 1000),
        )
        try:
            answer = await self._recogniser.transcribe(
                self._stream_id, question.request, deadline_s=self._settings.partial_deadline_s
            )
        except TranscriptionError:
            return  # the next one will do, and the final has it all
        shown = captions.take(question, answer)
        if shown == self._shown:
            return
        self._shown = shown
        await self._report(
            PartialTranscript(
                segment.segment_id,
                segment.t_start_ms,
                segment.t_end_ms,
                shown.committed,
                shown.unstable,
                self._revision,
            )
        )

    def _is_long_enough(self, segment: Segment) -> bool:
        return segment.t_end_ms - segment.t_start_ms >= self._settings.partial_minimum_ms

"""What those say who speak to the candidate: heard as the candidate is, by the same recogniser, and told as theirs."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial

from media.counters import MediaCounters
from media.frames import EncodedFrame
from media.hearing.pipeline import Pipeline, Report
from media.settings import MediaSettings
from media.task_group import TaskGroup
from media.transcription.ports import Recogniser
from media.types import (
    FinalTranscript,
    LanguageCode,
    MediaFact,
    MediaFault,
    PartialTranscript,
    SpeakerTranscript,
    SpeechStarted,
    SpeechStopped,
    TranscriptionFailed,
)
from media.voices.facts import VoiceHeard


class SecondEar:
    """One for all who speak, since one speaks at a time; it costs nothing before the first one does. `run` is owned by
    the session. Segments have names that no segment of the candidate has, in this process or another.

    What cannot be transcribed now is told to have failed, and not kept for later: a text that comes then is taken for
    the candidate's.
    """

    def __init__(
        self,
        interview_id: str,
        *,
        language: LanguageCode,
        scheduler: Recogniser,
        settings: MediaSettings,
        report: Report,
    ) -> None:
        self._report_further = report
        self._open_pipeline = partial(
            Pipeline,
            f"{interview_id}:voice",
            language=language,
            scheduler=scheduler,
            settings=settings,
            report=self._report,
        )
        self._terms: tuple[str, ...] = ()
        self._names: dict[int, str] = {}
        self._begun = asyncio.Event()
        self._transcribing: asyncio.Task[None] | None = None
        self._pipeline: Pipeline | None = None

    def attend(self, number: int, speaker_id: str) -> None:
        """Frames of epoch `number` are this speaker's."""
        self._names[number] = speaker_id

    def hear(self, frame: EncodedFrame) -> None:
        """Of whom was attended to last."""
        if self._pipeline is None:
            self._pipeline = self._open_pipeline(segment_prefix=f"voice-{uuid.uuid4().hex[:8]}-")
            self._pipeline.expect(self._terms)
            self._begun.set()
        self._pipeline.push(frame)

    def pause(self) -> None:
        """What is being said is complete."""
        if self._pipeline is not None:
            self._pipeline.end_stream()

    def expect(self, terms: tuple[str, ...]) -> None:
        self._terms = terms
        if self._pipeline is not None:
            self._pipeline.expect(terms)

    def count(self) -> MediaCounters:
        return MediaCounters() if self._pipeline is None else self._pipeline.count()

    async def run(self) -> None:
        """Until cancelled."""
        await self._begun.wait()
        if (pipeline := self._pipeline) is None:
            return
        async with TaskGroup() as group:
            group.create_task(pipeline.listen())
            group.create_task(pipeline.caption())
            self._transcribing = group.create_task(pipeline.transcribe())

    async def hear_out(self) -> None:
        """While `run` runs: what is being said at this moment is heard to its end; what has no text is told so."""
        if self._transcribing is None or self._pipeline is None:
            return
        self._transcribing.cancel()
        await asyncio.wait([self._transcribing])
        await self._pipeline.hear_out()

    def close(self) -> None:
        """After `run` has ended."""
        if self._pipeline is not None:
            self._pipeline.close()

    async def _report(self, fact: MediaFact) -> None:
        """Levels, and doubts about the language, are of interest for the candidate only."""
        match fact:
            case PartialTranscript() | FinalTranscript() | TranscriptionFailed():
                number = int(fact.segment_id.rsplit("-", 2)[1])
                await self._report_further(SpeakerTranscript(self._names[number], fact))
            case SpeechStarted(t_ms):
                await self._report_further(VoiceHeard(self._present_name(), t_ms, speaking=True))
            case SpeechStopped(t_ms):
                await self._report_further(VoiceHeard(self._present_name(), t_ms, speaking=False))
            case MediaFault():
                await self._report_further(fact)
            case _:
                pass

    def _present_name(self) -> str:
        """Whose sound is listened to, which may be that of the one before."""
        return "" if self._pipeline is None else self._names[self._pipeline.epoch]

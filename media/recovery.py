"""Speech that a killed process had recorded but not yet transcribed: read back from the recording and decoded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from media.errors import TranscriptionError
from media.frames import AUDIO_CLOCK_HZ, EncodedFrame
from media.hearing.ear import Ear
from media.hearing.finals import place_transcript, put_aside
from media.hearing.segmenter import Segment, SegmentEvent
from media.settings import MediaSettings
from media.transcription.ports import Recogniser
from media.transcription.shelf import Shelf, UnheardSegment
from media.transcription.types import Request
from media.types import AudioLevel, FinalTranscript, LanguageCode, TranscriptionDeferred, TranscriptionFailed

_BATCH_FRAMES = 50


@dataclass(frozen=True, slots=True)
class CutOffRecording:
    """A file without an end. `start_ms` is where it begins on the interview clock."""

    path: Path
    epoch: int
    start_ms: int


@dataclass(frozen=True, slots=True)
class RecoveredSpeech:
    """`duration_ms` is what of the recording can be played."""

    duration_ms: int
    transcripts: tuple[FinalTranscript | TranscriptionDeferred | TranscriptionFailed, ...]


async def recover_speech(
    recording: CutOffRecording,
    *,
    interview_id: str,
    after_ms: int,
    language: LanguageCode,
    scheduler: Recogniser,
    settings: MediaSettings,
    shelf: Shelf | None = None,
    terms: tuple[str, ...] = (),
) -> RecoveredSpeech:
    """Final text of what was said after `after_ms` (interview clock). An unreadable file gives no speech."""
    duration_ms, segments = await asyncio.to_thread(_find_segments, recording, after_ms, settings)
    transcripts: list[FinalTranscript | TranscriptionDeferred | TranscriptionFailed] = []
    for segment in segments:
        request = Request(segment.samples, language, "final", terms=terms, speech_share=segment.speech_share)
        try:
            transcription = await scheduler.transcribe(
                f"recovery:{recording.path}", request, deadline_s=settings.final_deadline_s
            )
        except TranscriptionError as error:
            unheard = UnheardSegment(interview_id, segment.segment_id, segment.t_start_ms, segment.t_end_ms, request)
            transcripts.append(await put_aside(unheard, error, shelf))
        else:
            transcripts.append(place_transcript(segment, transcription))
    return RecoveredSpeech(duration_ms, tuple(transcripts))


def _find_segments(recording: CutOffRecording, after_ms: int, settings: MediaSettings) -> tuple[int, list[Segment]]:
    """Blocking. The same ear as in the interview hears the recording."""
    frames, duration_ms = _read_sound(recording)
    wanted = [frame for frame in frames if frame.t_ms >= after_ms]
    if not wanted:
        return duration_ms, []
    # A process that is killed while it recovers leaves the rest to the next one, which must not use its names again.
    names = (f"{recording.epoch}-recovered-{after_ms}-{number}" for number in range(1, len(wanted) + 1))
    ear = Ear(settings, lambda: next(names))
    events: list[SegmentEvent | AudioLevel] = []
    for start in range(0, len(wanted), _BATCH_FRAMES):
        events += ear.hear(tuple(wanted[start : start + _BATCH_FRAMES]), want_open_segment=False).events
    events += ear.end_stream()
    return duration_ms, [event for event in events if isinstance(event, Segment)]


def _read_sound(recording: CutOffRecording) -> tuple[list[EncodedFrame], int]:
    frames: list[EncodedFrame] = []
    end_ms = 0
    try:
        with av.open(str(recording.path), mode="r") as container:
            for packet in container.demux():
                if packet.pts is None or packet.time_base is None:
                    continue
                at_ms = round(packet.pts * packet.time_base * 1000)
                end_ms = max(end_ms, at_ms)
                if packet.stream.type == "audio" and packet.size:
                    ticks = at_ms * AUDIO_CLOCK_HZ // 1000
                    t_ms = recording.start_ms + at_ms
                    frames.append(EncodedFrame(recording.epoch, "audio", bytes(packet), ticks, t_ms))
    except (OSError, FFmpegError):
        # Cut before its header, or gone: what could be read until here counts.
        return frames, end_ms
    return frames, end_ms

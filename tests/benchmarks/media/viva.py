"""What is measured: media sessions as the server runs them, with the recogniser elsewhere and, for the media path
alone, with no more hearing than decoding."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av

from media.errors import TranscriptionError
from media.frames import EncodedFrame
from media.hearing import pipeline as hearing
from media.hearing.ear import Ear, warm_up
from media.hearing.segmenter import SegmentEvent
from media.recording.recorder import Recorder
from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.ports import Prepared
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.types import Request
from media.types import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    AudioLevel,
    MediaFact,
    MediaFault,
    RecogniserInfo,
    RecordingOpened,
    Transcription,
)
from tests.benchmarks.media.clip import FRAMES_PER_SECOND
from tests.benchmarks.media.messages import Emitted, RecordingCheck
from tests.fakes.engine import FakePrepared
from tests.fakes.media_parts import MonotonicClock

MAXIMUM_OBSERVERS = 16


class DecodingEar(Ear):
    """Everything is decoded, and that is all: no level, no denoising, no voice activity, no segments."""

    heard_samples = 0

    def _start_stream(self, t_ms: int) -> None:
        pass

    def _follow(self, chunk: AudioChunk) -> list[SegmentEvent | AudioLevel]:
        DecodingEar.heard_samples += len(chunk.samples)
        return []


@dataclass(slots=True)
class _Sink:
    """Facts of one session, as far as the measurement needs them."""

    faults: list[str]
    opened: list[RecordingOpened]
    levels: int = 0

    async def put(self, fact: MediaFact) -> None:
        if isinstance(fact, AudioLevel):
            self.levels += 1
        elif isinstance(fact, MediaFault):
            self.faults.append(f"{fact.code}: {fact.detail}")
        elif isinstance(fact, RecordingOpened):
            self.opened.append(fact)


@dataclass(slots=True)
class _Session:
    session: MediaSession
    sink: _Sink
    begun_s: float
    task: asyncio.Task[None]
    output: list[Emitted]


class _InstantEngine:
    """An `Engine` that hears nothing, costs nothing and keeps nothing."""

    info = RecogniserInfo("instant", demonstration=True, languages=("en", "zh-CN"))

    def prepare(self, request: Request) -> FakePrepared:
        return FakePrepared(request, None)

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        return [Transcription("", (), 0.0, 1.0)] * len(batch)


class VivaHost:
    def __init__(self, folder: Path, *, whole: bool, trace: bool) -> None:
        self._folder = folder
        self._whole = whole
        self._settings = MediaSettings(max_observers=MAXIMUM_OBSERVERS)
        # The recogniser is elsewhere: it costs nothing here.
        self._scheduler = AsrScheduler(_InstantEngine(), threads=1)
        self._group: asyncio.TaskGroup | None = None
        self._sessions: dict[str, _Session] = {}
        self._observers: dict[str, tuple[str, str]] = {}
        self._opened: dict[str, tuple[float, list[RecordingOpened]]] = {}
        self.faults: list[str] = []
        self._closed_levels = 0
        if not whole:
            self._decode_only()
        if trace:
            self._trace_frames()
        warm_up()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            await self._scheduler.run()

    @property
    def count(self) -> int:
        return len(self._sessions)

    @property
    def heard_s(self) -> float:
        if not self._whole:
            return DecodingEar.heard_samples / SAMPLE_RATE_HZ
        levels = sum(session.sink.levels for session in self._sessions.values()) + self._closed_levels
        return levels * self._settings.level_interval_ms / 1000

    async def publish(self, name: str, offer_sdp: str, *, record: bool) -> str:
        assert self._group is not None
        sink = _Sink(self.faults, [])
        begun_s = time.monotonic()
        session = MediaSession(
            name,
            language="en",
            recording_dir=self._folder / name,
            clock=MonotonicClock(),
            sink=sink,
            scheduler=self._scheduler,
            settings=replace(self._settings, recording=record),
        )
        task = self._group.create_task(session.run())
        self._sessions[name] = _Session(session, sink, begun_s, task, [])
        return (await session.accept_publisher(offer_sdp)).sdp

    async def watch(self, name: str, watched: str, offer_sdp: str) -> str:
        answer = await self._sessions[watched].session.add_observer(offer_sdp)
        self._observers[name] = (watched, answer.observer_id)
        return answer.sdp

    async def unwatch(self, name: str) -> None:
        watched, observer_id = self._observers.pop(name, ("", ""))
        if watched in self._sessions:
            await self._sessions[watched].session.remove_observer(observer_id)

    async def close_session(self, name: str) -> None:
        session = self._sessions.pop(name, None)
        if session is None:
            return
        self._closed_levels += session.sink.levels
        self._opened[name] = (session.begun_s, session.sink.opened)
        await session.session.close()
        await session.task

    def check_recording(self, name: str, begun_s: float, ended_s: float) -> RecordingCheck | None:
        """Of a closed session, read back without decoding. Blocking."""
        session_begun_s, opened = self._opened[name]
        found = {"audio": 0, "video": 0}
        for fact in opened:
            with av.open(str(fact.path)) as container:
                for packet in container.demux():
                    if packet.pts is None or packet.time_base is None:
                        continue
                    at_s = session_begun_s + fact.t_ms / 1000 + float(packet.pts * packet.time_base)
                    if begun_s <= at_s < ended_s:
                        found[packet.stream.type] += 1
        seconds = ended_s - begun_s
        return RecordingCheck(
            name, round(seconds * FRAMES_PER_SECOND), found["video"], round(seconds * 50), found["audio"]
        )

    def read_output(self) -> dict[str, tuple[Emitted, ...]]:
        return {name: tuple(session.output) for name, session in self._sessions.items()}

    async def close(self) -> None:
        for name in [*self._sessions]:
            await self.close_session(name)
        await self._scheduler.close()

    # --- doubles ------------------------------------------------------------------------------------------------------

    def _decode_only(self) -> None:
        if not hasattr(hearing, "Ear"):
            raise AttributeError("media.hearing.pipeline no longer takes its Ear by that name: the double has no place")
        replaced: Any = hearing
        replaced.Ear = DecodingEar

    def _trace_frames(self) -> None:
        """Looks over the shoulder of the two places that frames of the receiving side come to."""

        def watch(owner: Any, kind: str) -> None:
            original = owner.push

            def push(part: Any, frame: EncodedFrame) -> None:
                if frame.kind == kind:
                    self._note(part, frame)
                original(part, frame)

            owner.push = push

        watch(hearing.Pipeline, "audio")
        watch(Recorder, "video")

    def _note(self, part: object, frame: EncodedFrame) -> None:
        at_s = time.monotonic()
        for session in self._sessions.values():
            if part in (session.session._pipeline, session.session._recorder):
                session.output.append(Emitted(frame.kind, at_s, zlib.crc32(frame.data), None, frame.key))

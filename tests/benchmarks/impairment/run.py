"""One cell: a session and a candidate on a bad network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.scheduling.scheduler import AsrScheduler
from media.types import (
    ClientStatistics,
    ConnectionWord,
    PeerInterrupted,
    ProfileChanged,
    ProfileName,
    QualityReport,
)
from simulation.impairment.settings import PERFECT
from tests.benchmarks.impairment.cells import AFTERWARDS_S, Cell
from tests.benchmarks.impairment.sender import PacedSender, ProfiledPicture
from tests.fakes.bad_network import Candidate, publish, speak
from tests.fakes.engine import FakeEngine
from tests.fakes.media_parts import CollectingSink, MonotonicClock
from tests.fakes.wire import AudioFigures, Stream, VideoFigures, Wire, judge_audio, judge_video

CALM_S = 3.0
SETTLE_S = 1.5
OBEY_S, REPORT_S = 0.1, 2.0
FALL_BACK_S = 10.0
"""What a page waits for WebRTC before it sends its voice over the websocket."""
PACKET_TICKS = 960
VIDEO_TYPES, RTX_TYPES = frozenset((97, 98)), frozenset((98,))
"""As aiortc offers VP8."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one cell came to. `words` and `profiles` are those shown while the network was bad and, where
    it returned, afterwards, in order; the first profile is the one before. `first_` are
    seconds from the network's return, or from the offer where UDP is blocked."""

    cell: Cell
    audio: AudioFigures | None
    video: VideoFigures | None
    words: tuple[str, ...]
    profiles: tuple[ProfileName, ...]
    first_audio_s: float | None = None
    first_video_s: float | None = None
    note: str = ""


@asynccontextmanager
async def open_session() -> AsyncIterator[tuple[MediaSession, CollectingSink]]:
    sink, scheduler = CollectingSink(), AsrScheduler(FakeEngine(), threads=1)
    with TemporaryDirectory() as folder:
        session = MediaSession(
            "cell",
            language="en",
            recording_dir=Path(folder),
            clock=MonotonicClock(),
            sink=sink,
            scheduler=scheduler,
            settings=MediaSettings(),
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scheduler.run())
            tasks.create_task(session.run())
            try:
                yield session, sink
            finally:
                await session.close()
                await scheduler.close()


class Actor:
    """A candidate's page in a few lines: obeys the ladder, reports what it measures, comes back when it was cut off."""

    def __init__(self, session: MediaSession, sink: CollectingSink, wires: list[Wire], lock: asyncio.Lock) -> None:
        self._session = session
        self._sink = sink
        self._wires = wires
        self._lock = lock
        self.candidate: Candidate
        self.picture: ProfiledPicture
        self._sender: PacedSender
        self._passed_bytes = 0

    async def join(self, seed: int) -> None:
        self.picture = ProfiledPicture()
        async with self._lock:
            self.candidate = await publish(self._session, self._wires, video=self.picture, seed=seed)
        self._sender = PacedSender(self.candidate.publisher.connection, VIDEO_TYPES, RTX_TYPES)
        self._passed_bytes = 0

    async def behave(self) -> None:
        """For ever."""
        reported_s = time.monotonic()
        while True:
            await asyncio.sleep(OBEY_S)
            self._sender.measure_rtt()
            profiles = self._sink.of(ProfileChanged)
            if profiles:
                self.picture.obey(profiles[-1])
                self._sender.limit(profiles[-1].video_kbps)
            if time.monotonic() - reported_s >= REPORT_S:
                self._report(time.monotonic() - reported_s)
                reported_s = time.monotonic()

    def _report(self, seconds: float) -> None:
        passed, self._passed_bytes = self.candidate.proxy.up.passed_bytes - self._passed_bytes, (
            self.candidate.proxy.up.passed_bytes
        )  # fmt: skip
        width, height = self.picture.size
        self._session.note_client_statistics(
            ClientStatistics(
                rtt_ms=self._sender.rtt_ms,
                available_kbps=self._sender.available_kbps,
                sent_kbps=passed * 8 / 1000 / seconds,
                frames_per_second=float(self.picture.frames_per_second),
                width=width,
                height=height,
            )
        )

    async def leave(self) -> None:
        self._sender.close()
        await self.candidate.close()


async def run_cell(cell: Cell, wires: list[Wire], lock: asyncio.Lock, seed: int) -> Outcome:
    """`wires` is what `watch_peers` fills; `lock` keeps two cells from negotiating at once."""
    async with open_session() as (session, sink):
        actor = Actor(session, sink, wires, lock)
        await actor.join(seed)
        behaving = asyncio.create_task(actor.behave())
        try:
            if cell.kind == "blocked":
                return await _block(cell, actor, session, sink)
            await actor.candidate.wait_connected()
            await asyncio.sleep(CALM_S)
            if cell.kind == "blackout":
                return await _go_dark(cell, actor, sink, seed)
            return await _endure(cell, actor, sink)
        finally:
            behaving.cancel()
            await asyncio.wait([behaving])
            await actor.leave()


async def _endure(cell: Cell, actor: Actor, sink: CollectingSink) -> Outcome:
    told = len(sink.facts)
    proxy, wire = actor.candidate.proxy, actor.candidate.wire
    begun_s = time.monotonic()
    if cell.kind == "rebind":
        proxy.rebind()
    proxy.change(up=cell.up, down=cell.down)
    await asyncio.sleep(cell.seconds)
    ended_s = time.monotonic()
    words, profiles = _shown(sink, told)
    proxy.change(up=PERFECT, down=PERFECT)
    await asyncio.sleep(SETTLE_S)
    return Outcome(
        cell, judge_audio(wire.audio, begun_s, ended_s), judge_video(wire.video, begun_s, ended_s), words, profiles
    )


async def _go_dark(cell: Cell, actor: Actor, sink: CollectingSink, seed: int) -> Outcome:
    told = len(sink.facts)
    actor.candidate.proxy.change(up=cell.up, down=cell.down)
    await asyncio.sleep(cell.seconds)
    over = actor.candidate.wire.peer is None or actor.candidate.wire.peer.state != "connected"
    back_s = time.monotonic()
    if over:
        await actor.leave()
        await actor.join(seed + 1_000)
    else:
        actor.candidate.proxy.change(up=PERFECT, down=PERFECT)
    await asyncio.sleep(AFTERWARDS_S)
    words, profiles = _shown(sink, told)
    wire = actor.candidate.wire
    later_s, end_s = back_s + 2, time.monotonic() - 0.5
    return Outcome(
        cell,
        judge_audio(wire.audio, later_s, end_s),
        judge_video(wire.video, later_s, end_s),
        words,
        profiles,
        wire.audio.first_after(back_s),
        wire.video.first_after(back_s),
        "figures of the time from 2 s after the return on; " + ("a new connection" if over else "the same connection"),
    )


async def _block(cell: Cell, actor: Actor, session: MediaSession, sink: CollectingSink) -> Outcome:
    """The page gives WebRTC ten seconds and then sends its voice over the websocket, which here is a call."""
    offered_s = time.monotonic()
    actor.candidate.proxy.change(up=cell.up, down=cell.down)
    await asyncio.sleep(FALL_BACK_S)
    heard = _HeardAudio(session)
    opened = await session.accept_socket_audio("opus")
    begun_s = time.monotonic()
    for number in range(round(cell.seconds * 50)):
        await asyncio.sleep(max(0.0, begun_s + number * 0.02 - time.monotonic()))
        heard.stream.note_sent(number * PACKET_TICKS)
        session.push_socket_audio(opened.epoch, number, number * PACKET_TICKS, speak()[number % len(speak())])
    await asyncio.sleep(SETTLE_S)
    words, profiles = _shown(sink, 0)
    return Outcome(
        cell,
        judge_audio(heard.stream, begun_s, time.monotonic()),
        None,
        words,
        profiles,
        heard.stream.first_after(offered_s),
        None,
        f"voice over the websocket, {FALL_BACK_S:.0f} s of which are the wait for WebRTC",
    )


class _HeardAudio:
    """What a session's pipeline is given."""

    def __init__(self, session: MediaSession) -> None:
        self.stream = Stream(first_timestamp=0)
        pipeline = session._pipeline
        push = pipeline.push

        def push_and_note(frame: object) -> None:
            self.stream.note_frame(frame)  # type: ignore[arg-type]
            push(frame)  # type: ignore[arg-type]

        pipeline.push = push_and_note  # type: ignore[method-assign]


def _shown(sink: CollectingSink, since: int) -> tuple[tuple[str, ...], tuple[ProfileName, ...]]:
    words: list[str] = []
    profiles: list[ProfileName] = [fact.profile for fact in sink.facts[:since] if isinstance(fact, ProfileChanged)][-1:]
    for fact in sink.facts[since:]:
        word: ConnectionWord | str | None = None
        if isinstance(fact, QualityReport):
            word = fact.word if fact.reason is None else f"{fact.word} ({fact.reason})"
        elif isinstance(fact, PeerInterrupted) and fact.reason != "replaced":
            word = "interrupted"
        elif isinstance(fact, ProfileChanged) and profiles[-1:] != [fact.profile]:
            profiles.append(fact.profile)
        if word is not None and words[-1:] != [word]:
            words.append(word)
    return tuple(words), tuple(profiles)

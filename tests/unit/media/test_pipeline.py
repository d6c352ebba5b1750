"""One candidate's audio from Opus packets to texts: long answers, one that is ended in the middle of a word, and a
recogniser that is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from media.errors import RecogniserUnavailable
from media.frames import EncodedFrame
from media.hearing.pipeline import Pipeline
from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.condition import DegradeLevel
from media.transcription.policy.settings import CaptionSettings
from media.transcription.ports import Recogniser
from media.transcription.scheduling.scheduler import AsrScheduler
from media.types import (
    SAMPLE_RATE_HZ,
    AsrDegraded,
    AudioLevel,
    FinalTranscript,
    Flushed,
    PartialTranscript,
    TranscriptionDeferred,
)
from tests.fakes.engine import FakeEngine
from tests.fakes.media_parts import CollectingSink, MonotonicClock
from tests.fakes.recogniser import ObedientRecogniser
from tests.unit.media.test_finals import Kept
from tests.unit.media.test_hearing import make_speech
from tests.unit.media.test_opus import encode

PACKET_MS = 20
SETTINGS = MediaSettings(denoise="off")


def make_packets(*pattern_s: tuple[float, bool]) -> list[bytes]:
    return encode(make_speech(*pattern_s))


@dataclass
class Listener:
    pipeline: Pipeline
    sink: CollectingSink
    pushed: int = 0

    async def hear(self, packets: list[bytes], *, times: int = 1) -> None:
        """Faster than it would be said, but no faster than it is listened to."""
        for _ in range(times):
            for packet in packets:
                t_ms = self.pushed * PACKET_MS
                self.pipeline.push(EncodedFrame(1, "audio", packet, t_ms * 48, t_ms))
                self.pushed += 1
                if self.pushed % 450 == 0:
                    await self.catch_up()
        await self.catch_up()

    async def catch_up(self) -> None:
        until_ms = self.pushed * PACKET_MS - 500
        await self.sink.wait_for(AudioLevel, lambda level: level.t_ms >= until_ms, within_s=30)

    async def flush(self, grace_s: float = 0.0) -> None:
        self.pipeline.flush("turn", grace_s)
        await self.sink.wait_for(Flushed, within_s=30)


@asynccontextmanager
async def open_listener(recogniser: Recogniser, shelf: Kept | None = None) -> AsyncIterator[Listener]:
    sink = CollectingSink()
    pipeline = Pipeline("i", language="en", scheduler=recogniser, settings=SETTINGS, report=sink.put, shelf=shelf)
    async with asyncio.TaskGroup() as group:
        work = (recogniser.run(), pipeline.listen(), pipeline.caption(), pipeline.transcribe())
        tasks = [group.create_task(part) for part in work]
        yield Listener(pipeline, sink)
        for task in tasks:
            task.cancel()
    pipeline.close()


async def test_an_answer_of_ten_minutes_without_a_pause_is_heard_to_its_last_word() -> None:
    engine = FakeEngine()
    async with open_listener(AsrScheduler(engine, threads=1)) as listener:
        await listener.hear(make_packets((20.0, True)), times=30)
        await listener.flush()
        finals = listener.sink.finals
        assert len(finals) >= 600 / 26
        assert all(0 < final.t_end_ms - final.t_start_ms <= SETTINGS.segment_limit_ms for final in finals)
        assert all(0 <= later.t_start_ms - earlier.t_end_ms <= 20 for earlier, later in pairwise(finals))
        assert finals[0].t_start_ms <= 100
        assert finals[-1].t_end_ms >= 599_500
        assert all(final.text for final in finals)
        partials = [request for request in engine.decoded if request.kind == "partial"]
        longest_ms = max(len(request.samples) for request in partials) * 1000 / SAMPLE_RATE_HZ
        assert longest_ms <= CaptionSettings().window_limit_ms
        assert type(listener.sink.facts[-1]) is Flushed


async def test_an_answer_that_is_ended_in_the_middle_of_a_word_has_the_whole_word() -> None:
    packets = make_packets((0.5, False), (3.0, True))
    async with open_listener(AsrScheduler(FakeEngine(), threads=1)) as listener:
        done = len(packets) - 15
        await listener.hear(packets[:done])
        async with asyncio.TaskGroup() as group:
            group.create_task(listener.flush(grace_s=0.3))
            await listener.hear(packets[done : done + 10])
        (final,) = listener.sink.finals
        assert final.t_end_ms >= done * PACKET_MS + 150
        assert type(listener.sink.facts[-1]) is Flushed


async def test_the_text_of_a_pause_is_told_before_the_segment_is_over() -> None:
    async with open_listener(AsrScheduler(FakeEngine(), threads=1)) as listener:
        await listener.hear(make_packets((0.5, False), (2.0, True), (0.4, False)))
        early = await listener.sink.wait_for(FinalTranscript)
        assert early.revision == 0
        await listener.hear(make_packets((2.0, True), (1.5, False)))
        whole = await listener.sink.wait_for(FinalTranscript, lambda final: final.t_end_ms > early.t_end_ms + 1_000)
        await listener.flush()
        assert whole.segment_id == early.segment_id
        assert whole.revision > 0
        (final,) = listener.sink.finals
        assert final.text.startswith(early.text)
        shown = [fact for fact in listener.sink.of(PartialTranscript) if fact.t_end_ms > early.t_end_ms]
        assert all(fact.revision > 0 and fact.committed.startswith(early.text) for fact in shown)


async def test_without_a_recogniser_an_answer_ends_at_once_and_its_sound_is_kept() -> None:
    recogniser, shelf = ObedientRecogniser(absent=RecogniserUnavailable("away")), Kept()
    async with open_listener(recogniser, shelf) as listener:
        await listener.hear(make_packets((0.5, False), (2.0, True), (0.2, False)))
        await listener.flush()
        (deferred,) = listener.sink.of(TranscriptionDeferred)
        (kept,) = shelf.segments
        assert kept.segment_id == deferred.segment_id
        assert len(kept.request.samples) * 1000 // SAMPLE_RATE_HZ == deferred.t_end_ms - deferred.t_start_ms
        assert listener.sink.finals == []


async def test_terms_go_with_what_is_asked_from_then_on() -> None:
    engine = FakeEngine()
    async with open_listener(AsrScheduler(engine, threads=1)) as listener:
        listener.pipeline.expect(("Kubernetes", "Acme Pay"))
        await listener.hear(make_packets((0.5, False), (2.0, True), (1.0, False)))
        await listener.flush()
        assert {request.terms for request in engine.decoded} == {("Kubernetes", "Acme Pay")}


@pytest.mark.parametrize("before", [DegradeLevel.NORMAL, DegradeLevel.SHORTER])
async def test_a_session_tells_how_the_recogniser_is_doing(tmp_path: Path, before: DegradeLevel) -> None:
    recogniser, sink = ObedientRecogniser(level=before), CollectingSink()
    session = MediaSession(
        "i", language="en", recording_dir=tmp_path, clock=MonotonicClock(), sink=sink, scheduler=recogniser,
        settings=SETTINGS,
    )  # fmt: skip
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run())
        if before:
            await sink.wait_for(AsrDegraded)
        while not recogniser.watchers:
            await asyncio.sleep(0.01)
        recogniser.tell(DegradeLevel.FIRST_ONLY)
        recogniser.tell(DegradeLevel.NORMAL)
        await sink.wait_for(AsrDegraded, lambda fact: fact.level == 0)
        await session.close()
    told = [(fact.level, fact.word) for fact in sink.of(AsrDegraded)]
    assert told == [*([(2, "shorter")] if before else []), (3, "first_only"), (0, "normal")]
    assert recogniser.watchers == []


@asynccontextmanager
async def open_session(
    tmp_path: Path, recogniser: Recogniser, shelf: Kept
) -> AsyncIterator[tuple[MediaSession, CollectingSink]]:
    sink = CollectingSink()
    session = MediaSession(
        "i", language="en", recording_dir=tmp_path, clock=MonotonicClock(), sink=sink, scheduler=recogniser,
        settings=MediaSettings(denoise="off", recording=False), shelf=shelf,
    )  # fmt: skip
    async with asyncio.TaskGroup() as group:
        deciding = group.create_task(recogniser.run())
        running = group.create_task(session.run())
        yield session, sink
        await session.close()
        assert running.done()
        deciding.cancel()


def push(session: MediaSession, packets: list[bytes], *, after: int = 0) -> int:
    for number, packet in enumerate(packets, after):
        session.hear(EncodedFrame(1, "audio", packet, number * PACKET_MS * 48, number * PACKET_MS))
    return after + len(packets)


async def test_a_session_that_is_closed_in_the_middle_of_a_word_keeps_all_of_it(tmp_path: Path) -> None:
    packets, shelf = make_packets((0.5, False), (4.0, True)), Kept()
    async with open_session(tmp_path, ObedientRecogniser(), shelf) as (session, sink):
        done = push(session, packets[:150])
        await sink.wait_for(AudioLevel, lambda level: level.t_ms >= 2_400)
        done = push(session, packets[150:200], after=done)  # still in the inlet
        await session.close()
    (kept,) = shelf.segments
    assert kept.t_start_ms <= 600
    assert kept.t_end_ms >= done * PACKET_MS - 60
    assert sink.of(TranscriptionDeferred) == [TranscriptionDeferred(kept.segment_id, kept.t_start_ms, kept.t_end_ms)]


async def test_a_session_that_is_closed_keeps_what_its_recogniser_is_slow_with(tmp_path: Path) -> None:
    """More segments than can wait, and one that was offered."""
    shelf = Kept()
    async with open_session(tmp_path, ObedientRecogniser(), shelf) as (session, sink):
        push(session, make_packets((0.5, False), (1.0, True), (1.0, False), (1.0, True), (0.4, False)))
        await sink.wait_for(AudioLevel, lambda level: level.t_ms >= 3_400)
        await session.close()
    assert [kept.segment_id for kept in shelf.segments] == ["1-1", "1-2"]


async def test_a_session_that_is_closed_does_not_keep_what_has_its_text(tmp_path: Path) -> None:
    shelf = Kept()
    async with open_session(tmp_path, AsrScheduler(FakeEngine(), threads=1), shelf) as (session, sink):
        push(session, make_packets((0.5, False), (2.0, True), (0.4, False)))
        await sink.wait_for(FinalTranscript)
        await session.close()
    assert len(sink.of(FinalTranscript)) == 1
    assert shelf.segments == []


async def test_what_comes_after_the_last_words_is_no_answer(tmp_path: Path) -> None:
    shelf = Kept()
    async with open_session(tmp_path, ObedientRecogniser(), shelf) as (session, sink):
        push(session, make_packets((0.5, False), (2.0, True)))
        await sink.wait_for(AudioLevel, lambda level: level.t_ms >= 2_000)
        await session.close(hear_out=False)
    assert shelf.segments == []


@pytest.mark.parametrize(("level", "offered_ms"), [(DegradeLevel.NORMAL, 4_000), (DegradeLevel.SLOWER, 2_600)])
async def test_a_busy_recogniser_is_offered_less(level: DegradeLevel, offered_ms: int) -> None:
    async with open_listener(ObedientRecogniser(level=level, interval_s=1_000.0)) as listener:
        pauses = ((1.0, True), (0.3, False), (1.0, True), (0.5, False), (0.5, True))
        await listener.hear(make_packets((0.5, False), *pauses))
        assert listener.pipeline.count().speculation.wasted == pytest.approx(offered_ms, abs=500)

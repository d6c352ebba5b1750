"""What a bad network leaves of voice and picture: the core cells of the matrix, with real peers through the proxy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import av
import pytest
from aiortc.mediastreams import MediaStreamTrack

from media.types import PeerConnected, PeerInterrupted, PeerRecovered, QualityReport, RecordingClosed, RecordingOpened
from simulation.impairment.settings import BLOCKED, PERFECT, GilbertElliott, Impairment
from tests.fakes.bad_network import Candidate, publish
from tests.fakes.loopback import PictureTrack
from tests.fakes.wire import Wire, judge_audio, judge_video, watch_peers
from tests.integration.media.conftest import Studio

OpenStudio = Callable[..., Studio]
Join = Callable[..., Awaitable[Candidate]]
CALM_S, ROUGH_S, SETTLE_S = 1.0, 5.0, 0.5
PATIENT_S = 0.25
"""More than the jitter buffer may hold anything, on a machine that is busy."""


@pytest.fixture
async def join(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Join]:
    wires: list[Wire] = watch_peers(monkeypatch)
    candidates: list[Candidate] = []

    one_at_a_time = asyncio.Lock()

    async def join_one(studio: Studio, *, video: MediaStreamTrack | None = None, seed: int = 1) -> Candidate:
        async with one_at_a_time:
            candidate = await publish(studio.session, wires, video=video, seed=seed)
        candidates.append(candidate)
        await studio.sink.wait_for(PeerConnected, lambda fact: fact.epoch == candidate.epoch)
        await candidate.wait_connected()
        return candidate

    yield join_one
    await asyncio.gather(*(candidate.close() for candidate in candidates))


async def endure(candidate: Candidate, impairment: Impairment, seconds: float = ROUGH_S) -> tuple[float, float]:
    """The window in which the network was bad; afterwards it is perfect again and all of it has arrived."""
    await asyncio.sleep(CALM_S)
    candidate.change(impairment)
    begun_s = time.monotonic()
    await asyncio.sleep(seconds)
    ended_s = time.monotonic()
    candidate.change(PERFECT)
    await asyncio.sleep(SETTLE_S + impairment.delay_ms / 1000)
    return begun_s, ended_s


CELLS = {
    "random loss of 10 %": Impairment(loss=0.1),
    "bursts, 10 %": Impairment(burst=GilbertElliott.of(0.1, 5)),
    "200 ms there and back, with jitter": Impairment(delay_ms=100, jitter_ms=30),
    "reordering": Impairment(reorder=0.02, reorder_ms=30),
    "duplicates": Impairment(duplicate=0.1),
}


async def test_there_is_sound_for_every_moment(open_studio: OpenStudio, join: Join) -> None:
    """All networks at the same time, each with a candidate of its own."""
    studios = {name: open_studio() for name in CELLS}
    candidates = [await join(studio, seed=seed) for seed, studio in enumerate(studios.values())]
    windows = await asyncio.gather(*map(endure, candidates, CELLS.values()))
    figures = {
        name: judge_audio(candidate.wire.audio, *window)
        for name, candidate, window in zip(CELLS, candidates, windows, strict=True)
    }
    for name, found in figures.items():
        assert found.sent > 45 * ROUGH_S, name
        assert found.covered == pytest.approx(1, abs=0.001), (name, found)
        if "%" in name:
            assert 0.8 < found.delivered < 0.97, (name, found)
            assert found.by_fec > 0, (name, found)
        else:
            assert found.delivered > 0.98, (name, found)  # a busy machine may keep a packet past its time
            assert found.silent == 0, (name, found)
    random = figures["random loss of 10 %"]
    assert random.by_fec > 0.5 * (1 - random.delivered), "in-band repair was not used"
    assert random.silent == 0
    await _check_what_is_told(studios["random loss of 10 %"])
    assert studios["reordering"].tally.count().audio.reordered > 0
    assert studios["duplicates"].tally.count().audio.duplicates == 0, "SRTP lets a packet through once"


async def _check_what_is_told(studio: Studio) -> None:
    counted = studio.tally.count()
    assert counted.audio.given_up > 0
    assert counted.heard.fec > 0
    assert counted.heard.plc > 0
    async with asyncio.timeout(5):
        while not any(report.audio_concealed for report in studio.sink.of(QualityReport)):
            await asyncio.sleep(0.05)
    assert any(0 < report.audio_recovered < 0.2 for report in studio.sink.of(QualityReport))


async def test_a_loss_leaves_no_delay_behind(open_studio: OpenStudio, join: Join) -> None:
    async def lose(lost: int) -> float:
        """How much later audio comes afterwards, ms."""
        candidate = await join(open_studio(), seed=lost)
        await asyncio.sleep(CALM_S)
        before_s = time.monotonic()
        await asyncio.sleep(1)
        candidate.proxy.change(up=BLOCKED)
        blocked = candidate.proxy.up.dropped_random
        while candidate.proxy.up.dropped_random < blocked + lost:
            await asyncio.sleep(0.002)
        candidate.proxy.change(up=PERFECT)
        after_s = time.monotonic()
        await asyncio.sleep(2.5)
        audio = candidate.wire.audio
        assert judge_audio(audio, before_s, after_s + 1).delivered < 1, "nothing was lost"
        calm, later = judge_audio(audio, before_s, before_s + 0.9), judge_audio(audio, after_s + 0.5, after_s + 2)
        assert later.delivered == 1
        return later.delay_median_ms - calm.delay_median_ms

    async with asyncio.TaskGroup() as tasks:
        delays = {lost: tasks.create_task(lose(lost)) for lost in (1, 10)}
    for lost, delay in delays.items():
        assert delay.result() < 10, lost


async def test_video_goes_on_soon_after_one_packet_that_never_comes(open_studio: OpenStudio, join: Join) -> None:
    """Neither the packet nor a retransmission of it gets through; a key frame is asked for and does."""
    candidate = await join(open_studio(), video=PictureTrack())
    await asyncio.sleep(2)
    lost_at_s = await lose_one_picture_packet(candidate)
    await asyncio.sleep(2)
    resumed_s = candidate.wire.video.first_after(lost_at_s + 0.02)
    assert resumed_s is not None
    assert resumed_s < 0.6 + PATIENT_S
    assert candidate.wire.peer is not None
    video = candidate.wire.peer.statistics("video")
    assert video is not None
    assert video.key_frame_requests >= 1


async def lose_one_picture_packet(candidate: Candidate) -> float:
    """For ever: what is lost is one sequence number, and every retransmission until the next picture is whole."""
    proxy, lost_at_s = candidate.proxy, 0.0
    carry = type(proxy)._carry
    retransmitted = {number for number in range(96, 128) if number not in proxy.payload_types}

    def carry_but_one(mapping: object, data: bytes, *, to_server: bool) -> None:
        nonlocal lost_at_s
        is_rtp = to_server and len(data) >= 12 and 127 < data[0] < 192
        if is_rtp and not lost_at_s and proxy.payload_types.get(data[1] & 0x7F) == "video":
            lost_at_s = time.monotonic()
            return
        if is_rtp and lost_at_s and data[1] & 0x7F in retransmitted:
            return
        carry(proxy, mapping, data, to_server=to_server)

    proxy._carry = carry_but_one  # type: ignore[method-assign]
    async with asyncio.timeout(5):
        while not lost_at_s:
            await asyncio.sleep(0.002)
    return lost_at_s


async def test_lost_video_packets_are_repaired(open_studio: OpenStudio, join: Join) -> None:
    studio = open_studio()
    candidate = await join(studio, video=PictureTrack())
    figures = judge_video(candidate.wire.video, *await endure(candidate, Impairment(loss=0.1, delay_ms=20)))
    assert candidate.wire.peer is not None
    video = candidate.wire.peer.statistics("video")
    assert video is not None
    assert video.recovered > 0
    counted = studio.tally.count().video
    assert counted.recovered >= video.recovered
    assert counted.nacks > 0
    assert figures.complete > 0.8
    assert figures.freeze_s < 1


async def test_after_a_blackout_it_goes_on_at_once(open_studio: OpenStudio, join: Join) -> None:
    async def go_dark(seconds: float) -> None:
        studio = open_studio()
        candidate = await join(studio, video=PictureTrack(), seed=round(seconds))
        await asyncio.sleep(CALM_S)
        candidate.change(BLOCKED)
        gone_s = time.monotonic()
        interrupted = await studio.sink.wait_for(PeerInterrupted)
        assert (interrupted.epoch, interrupted.reason) == (candidate.epoch, "silent")
        assert 1.8 < time.monotonic() - gone_s < 2.3 + PATIENT_S
        await asyncio.sleep(gone_s + seconds - time.monotonic())
        candidate.change(PERFECT)
        back_s = time.monotonic()
        assert (await studio.sink.wait_for(PeerRecovered)).epoch == candidate.epoch
        await asyncio.sleep(1.5)
        for kind in ("audio", "video"):
            first_s = candidate.wire.of(kind).first_after(back_s)
            assert first_s is not None, (seconds, kind)
            assert first_s < 1, (seconds, kind)

    async with asyncio.TaskGroup() as tasks:
        for seconds in (2.6, 10):
            tasks.create_task(go_dark(seconds))


async def test_the_recordings_time_line_shows_the_gaps(open_studio: OpenStudio, join: Join) -> None:
    """Within a connection as a step of time in its file, between two as the time between their files."""
    studio = open_studio()
    first = await join(studio)
    await endure(first, BLOCKED, 2.5)
    await studio.session.close_publisher(first.epoch)
    closed = await studio.sink.wait_for(RecordingClosed)
    await asyncio.sleep(1)
    second = await join(studio)
    again = await studio.sink.wait_for(RecordingOpened, lambda fact: fact.epoch == second.epoch)
    await studio.session.close()
    opened = studio.sink.of(RecordingOpened)[0]
    stamps_ms = read_audio_stamps_ms(closed.path)
    steps_ms = sorted(b - a for a, b in pairwise(stamps_ms))
    assert 2_400 <= steps_ms[-1] <= 2_700 + PATIENT_S * 1000
    assert steps_ms[-2] <= 100 + PATIENT_S * 1000
    assert abs(closed.duration_ms - stamps_ms[-1]) < 100
    between_ms = again.t_ms - (opened.t_ms + closed.duration_ms)
    assert 1_000 <= between_ms <= 4_000


def read_audio_stamps_ms(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [
            round(packet.pts * packet.time_base * 1000)
            for packet in container.demux(container.streams.audio[0])
            if packet.pts is not None and packet.size
        ]


async def test_a_short_blackout_is_no_interruption(open_studio: OpenStudio, join: Join) -> None:
    studio = open_studio()
    candidate = await join(studio)
    figures = judge_audio(candidate.wire.audio, *await endure(candidate, BLOCKED, 1.0))
    await asyncio.sleep(0.5)
    assert not studio.sink.of(PeerInterrupted)
    assert figures.delivered < 0.1


async def test_a_client_that_comes_from_another_port_is_heard_on(open_studio: OpenStudio, join: Join) -> None:
    studio = open_studio()
    candidate = await join(studio)
    await asyncio.sleep(CALM_S)
    begun_s = time.monotonic()
    await asyncio.sleep(1)
    candidate.proxy.rebind()
    await asyncio.sleep(3)
    figures = judge_audio(candidate.wire.audio, begun_s, time.monotonic() - 0.3)
    assert figures.delivered > 0.98
    assert not studio.sink.of(PeerInterrupted)


async def test_a_new_connection_takes_over_and_the_old_one_is_not_heard_any_more(
    open_studio: OpenStudio, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio()
    old = await join(studio, video=PictureTrack())
    await asyncio.sleep(CALM_S)
    old.change(Impairment(delay_ms=400))
    await asyncio.sleep(0.5)
    offered_s = time.monotonic()
    new = await join(studio, video=PictureTrack(), seed=2)
    assert (await studio.sink.wait_for(PeerInterrupted)).reason == "replaced"
    first_s = new.wire.audio.first_after(offered_s)
    assert first_s is not None
    assert first_s < 1 + PATIENT_S
    heard: list[int] = []
    monkeypatch.setattr(studio.session._pipeline, "push", lambda frame: heard.append(frame.epoch))
    await asyncio.sleep(1)
    assert set(heard) == {new.epoch}, "the old connection's late packets were heard"

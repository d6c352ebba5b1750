"""Files that play, whatever came in."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import av
import pytest

from media.frames import EncodedFrame
from media.recording.recorder import Recorder
from media.settings import MediaSettings
from media.types import MediaFact, RecordingClosed, RecordingOpened
from tests.fakes.media_parts import ManualClock
from tests.fakes.playback import play
from tests.fakes.recording_desk import PICTURES, SOUND, Desk, closed_of, make_frame


async def test_sound_and_pictures_play_and_seek(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "new" / "folder")
    await desk.record(4, pictures=PICTURES)
    opened, closed = await desk.finish()
    assert isinstance(opened, RecordingOpened)
    assert isinstance(closed, RecordingClosed)
    assert (opened.epoch, opened.t_ms, opened.path.name) == (1, 0, "001-001.webm")
    assert 3_900 <= closed.duration_ms <= 4_000
    playback = play(closed.path)
    assert playback.first_is_key
    assert playback.video_frames == 67
    assert abs(playback.audio_s - 4) < 0.05
    with av.open(str(closed.path)) as container:
        assert container.duration is not None
        assert abs(container.duration / av.time_base - 4) < 0.1
        container.seek(2_000_000)
        assert next(container.decode(audio=0)).time is not None


async def test_without_video_in_time_sound_begins_alone_and_video_opens_the_next(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.record(2)
    await desk.record(2, pictures=PICTURES)
    facts = await desk.finish()
    first, second = closed_of(facts)
    assert (play(first.path).video_frames, play(second.path).video_frames) == (0, 34)
    assert second.path.name == "001-002.webm"
    assert abs(play(first.path).audio_s + play(second.path).audio_s - 4) < 0.1


async def test_pictures_before_the_first_key_frame_are_left_out(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.record(2, pictures=PICTURES[1:10] + PICTURES[:20])
    (closed,) = closed_of(await desk.finish())
    playback = play(closed.path)
    assert playback.first_is_key
    assert playback.video_frames == 20


async def test_pictures_moved_back_onto_one_another_stay_apart_and_in_order(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number, data in enumerate(PICTURES[:40]):
        t_ms = number * 33 if number < 20 else max(660 - 33, (number - 12) * 33)
        desk.recorder.push(make_frame(data, t_ms))
        desk.recorder.push(EncodedFrame(1, "audio", SOUND[number], number * 960, number * 20))
    desk.clock.ms = 1_000
    (closed,) = closed_of(await desk.finish())
    with av.open(str(closed.path)) as container:
        times = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    assert len(times) == 40
    assert all(earlier < later for earlier, later in pairwise(times))
    assert times[-1] - 27 * 33 < 10


async def test_frames_of_a_kind_are_kept_in_the_order_they_came(tmp_path: Path) -> None:
    """Pictures laid anew beside the sound step back in time; each still refers to the one before it."""
    desk = Desk(tmp_path)
    for number, data in enumerate(PICTURES[:60]):
        stepped_back_ms = (0 if number < 20 else 300) + (0 if number < 40 else 300)
        desk.recorder.push(make_frame(data, 1_000 + number * 33 - stepped_back_ms))
        desk.recorder.push(EncodedFrame(1, "audio", SOUND[number], number * 960, number * 33))
        if number == 44:
            desk.clock.ms = 1_500
            desk.facts += await desk.recorder.write_pending()
    (closed,) = closed_of(await desk.finish())
    with av.open(str(closed.path)) as container:
        packets = [(one.stream.type, one.pts or 0, bytes(one)) for one in container.demux() if one.size]
    for kind, came in (("video", PICTURES), ("audio", SOUND)):
        assert [data for of, _, data in packets if of == kind] == came[:60]
        assert all(earlier < later for earlier, later in pairwise(pts for of, pts, _ in packets if of == kind))


async def test_nothing_is_placed_before_its_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.recorder.push(make_frame(PICTURES[0], 1_000))
    desk.clock.ms = 1_000
    desk.facts += await desk.recorder.write_pending()
    for number in range(50):
        desk.recorder.push(EncodedFrame(1, "audio", SOUND[number], number * 960, 800 + number * 20))
    (closed,) = closed_of(await desk.finish())
    assert closed.duration_ms == 780
    assert play(closed.path).audio_frames == 50


async def test_every_epoch_has_its_own_files_and_none_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "002-001.webm").write_bytes(b"from before")
    desk = Desk(tmp_path)
    await desk.record(1.5)
    await desk.record(1.5, epoch=2)
    names = [closed.path.name for closed in closed_of(await desk.finish())]
    assert names == ["001-001.webm", "002-002.webm"]
    assert (tmp_path / "002-001.webm").read_bytes() == b"from before"


async def test_late_frames_of_an_ended_epoch_open_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.record(1.5)
    desk.facts += await desk.recorder.end_epoch(1)
    await desk.record(1.5)
    assert len(closed_of(await desk.finish())) == 1


class BrokenSink(Exception):
    """The journal is out of order."""


@pytest.mark.parametrize("ends", ["cancelled", "failed"])
async def test_facts_are_kept_until_they_are_told(tmp_path: Path, ends: str) -> None:
    desk = Desk(tmp_path, settings=MediaSettings(recording_write_interval_ms=1))
    for epoch in (1, 2):
        desk.recorder.push(EncodedFrame(epoch, "audio", SOUND[0], 0, epoch * 20))
    desk.clock.ms = 5_000
    told: list[MediaFact] = []
    reached = asyncio.Event()

    async def report(fact: MediaFact) -> None:
        if told:
            reached.set()
            if ends == "failed":
                raise BrokenSink
            await asyncio.Event().wait()
        told.append(fact)

    task = asyncio.create_task(desk.recorder.run(report))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError if ends == "cancelled" else BrokenSink):
        await task
    told += await desk.finish()
    assert [(type(fact), fact.epoch) for fact in told if isinstance(fact, RecordingOpened | RecordingClosed)] == [
        (kind, epoch) for epoch in (1, 2) for kind in (RecordingOpened, RecordingClosed)
    ]


async def test_a_recorder_that_is_stopped_while_writing_closes_its_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.recorder.push(make_frame(PICTURES[0], 0))
    task = asyncio.create_task(desk.recorder.write_pending())
    await asyncio.sleep(0)
    task.cancel()
    facts = await desk.finish()
    assert [type(fact) for fact in facts] == [RecordingOpened, RecordingClosed]
    assert play(closed_of(facts)[0].path).video_frames == 1


async def test_after_its_end_a_recorder_takes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.record(0.5)
    assert len(closed_of(await desk.finish())) == 1
    await desk.record(2)
    assert await desk.recorder.end_epoch(1) == await desk.recorder.finish() == []
    assert len(list(tmp_path.iterdir())) == 1


async def test_recording_can_be_switched_off(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), MediaSettings(recording=False))
    recorder.push(EncodedFrame(1, "audio", SOUND[0], 0, 0))
    assert await recorder.finish() == []
    assert list(tmp_path.iterdir()) == []

"""Files that play, whatever came in and whatever the disk did."""

from __future__ import annotations

import asyncio
import errno
import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import av
import pytest

from media.frames import EncodedFrame
from media.recording.recorder import QUEUE_FRAMES, Recorder, open_new_file
from media.recording.webm import Block, WebmWriter
from media.rtp.vp8 import is_key_frame, read_size
from media.settings import MediaSettings
from media.types import MediaFact, MediaFault, RecordingClosed, RecordingOpened
from tests.fakes.media_parts import ManualClock
from tests.fakes.playback import play
from tests.unit.media.test_encoded import encode_tone

SOUND = encode_tone(250)
PRE_SKIP_MS = 6.5
"""So much earlier players put Opus: its encoder's delay."""


def make_pictures(count: int, size: tuple[int, int] = (160, 120)) -> list[bytes]:
    encoder = av.VideoCodecContext.create("libvpx", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.options = {"deadline": "realtime", "lag-in-frames": "0"}
    pictures: list[bytes] = []
    for number in range(count):
        frame = av.VideoFrame(*size, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([number % 200]) * plane.buffer_size)
        frame.pts = number
        pictures += [bytes(packet) for packet in encoder.encode(frame)]
    return pictures


PICTURES = make_pictures(75)


def make_frame(data: bytes, t_ms: int, epoch: int = 1) -> EncodedFrame:
    key = is_key_frame(data)
    return EncodedFrame(epoch, "video", data, t_ms * 90, t_ms, key, codec="vp8", size=read_size(data) if key else None)


class Desk:
    """A recorder, and time that passes by frames."""

    def __init__(
        self,
        folder: Path,
        open_file: Callable[[Path], BinaryIO] = open_new_file,
        settings: MediaSettings | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.recorder = Recorder(folder, self.clock, settings or MediaSettings(), open_file=open_file)
        self.facts: list[MediaFact] = []

    async def record(
        self, seconds: float, *, epoch: int = 1, sound: bool = True, pictures: list[bytes] | None = None
    ) -> None:
        """Half-second writes, as in life."""
        start_ms = self.clock.ms
        for number in range(int(seconds * 50)):
            t_ms = start_ms + number * 20
            if sound:
                data = SOUND[number % len(SOUND)]
                self.recorder.push(EncodedFrame(epoch, "audio", data, number * 960, t_ms))
            if pictures and number % 3 == 0 and number // 3 < len(pictures):
                data = pictures[number // 3]
                self.recorder.push(make_frame(data, t_ms, epoch))
            self.clock.ms = t_ms + 20
            if number % 25 == 24:
                self.facts += await self.recorder.write_pending()

    async def finish(self) -> list[MediaFact]:
        self.facts += await self.recorder.finish()
        return self.facts


def closed_of(facts: list[MediaFact]) -> list[RecordingClosed]:
    return [fact for fact in facts if isinstance(fact, RecordingClosed)]


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


class FullAfter(io.FileIO):
    """A disk with so many bytes left."""

    def __init__(self, path: Path, room: int) -> None:
        super().__init__(path, "x")
        self._room = room

    def write(self, data: object) -> int:
        size = len(memoryview(data))  # type: ignore[arg-type]
        if size > self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._room -= size
        return super().write(data)  # type: ignore[arg-type]


async def test_a_full_disk_is_told_and_recording_resumes_later(tmp_path: Path) -> None:
    opened: list[Path] = []

    def open_file(path: Path) -> BinaryIO:
        opened.append(path)
        return FullAfter(path, 12_000) if len(opened) == 1 else open_new_file(path)

    desk = Desk(tmp_path, open_file)
    await desk.record(12)
    facts = await desk.finish()
    faults = [fact for fact in facts if isinstance(fact, MediaFault)]
    assert [fault.code for fault in faults] == ["disk_full"]
    first, second = closed_of(facts)
    assert play(first.path).audio_s > 0.5
    assert play(second.path).audio_s > 2
    begun, resumed = (fact for fact in facts if isinstance(fact, RecordingOpened))
    missing_ms = resumed.t_ms - begun.t_ms - first.duration_ms
    assert 0 <= missing_ms <= 520, "only the write that failed is missing, not the pause after it"
    assert abs(resumed.t_ms + second.duration_ms - 12_000) <= 40


async def test_no_key_frame_is_asked_for_while_the_disk_takes_nothing(tmp_path: Path) -> None:
    def open_file(path: Path) -> BinaryIO:
        raise OSError(errno.ENOSPC, "No space left on device")

    desk = Desk(tmp_path, open_file)
    for _ in range(14):
        await desk.record(0.5, pictures=PICTURES)
        assert not desk.recorder.wants_key_frame
    assert [fault.code for fault in await desk.finish() if isinstance(fault, MediaFault)] == ["disk_full"] * 3


async def test_a_key_frame_is_asked_for_when_pictures_come_without_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    wanted: list[bool] = []
    for pictures in (None, None, None, PICTURES[1:], PICTURES[1:], None, PICTURES, PICTURES[1:], None):
        await desk.record(0.5, pictures=pictures)
        wanted.append(desk.recorder.wants_key_frame)
    assert wanted == [False, False, False, True, True, False, False, False, False]
    await desk.finish()


async def test_no_key_frame_is_asked_for_once_pictures_without_sound_have_stopped(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.record(0.5, sound=False, pictures=PICTURES[1:])
    assert desk.recorder.wants_key_frame
    await desk.record(0.5, sound=False)
    assert not desk.recorder.wants_key_frame
    await desk.finish()


async def test_what_waits_for_the_disk_is_written_when_the_connection_ends(tmp_path: Path) -> None:
    broken = True

    def open_file(path: Path) -> BinaryIO:
        if broken:
            raise OSError(errno.EIO, "Input/output error")
        return open_new_file(path)

    desk = Desk(tmp_path, open_file)
    await desk.record(3)
    broken = False
    desk.facts += await desk.recorder.end_epoch(1)
    await desk.record(1.5, epoch=2)
    facts = await desk.finish()
    assert [fact.code for fact in facts if isinstance(fact, MediaFault)] == ["recording_failed"]
    first, second = closed_of(facts)
    assert (first.epoch, second.epoch) == (1, 2)
    assert abs(play(first.path).audio_s - 3) < 0.1


async def test_a_short_connection_without_pictures_is_recorded(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.record(0.5)
    (closed,) = closed_of(await desk.finish())
    assert abs(play(closed.path).audio_s - 0.5) < 0.1


async def test_a_real_full_device_is_a_full_disk(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    desk = Desk(tmp_path, lambda path: io.FileIO("/dev/full", "r+"))
    await desk.record(2)
    assert {fault.code for fault in await desk.finish() if isinstance(fault, MediaFault)} == {"disk_full"}


async def test_a_folder_that_cannot_be_made_is_a_failed_recording(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    desk = Desk(tmp_path / "file" / "folder")
    await desk.record(7)
    faults = [fault.code for fault in await desk.finish() if isinstance(fault, MediaFault)]
    assert faults == ["recording_failed"] * 3  # at once, after the pause, and at the end


async def test_a_disk_that_stands_still_costs_the_queue_and_not_the_memory(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.record(1.5)
    for number in range(QUEUE_FRAMES + 10):
        desk.recorder.push(EncodedFrame(1, "audio", SOUND[0], number * 960, 1_500 + number * 20))
    await desk.record(2)
    facts = await desk.finish()
    assert "recording_overloaded" in [fact.code for fact in facts if isinstance(fact, MediaFault)]
    assert len(closed_of(facts)) == 2


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


@pytest.mark.parametrize("size", [None, (160, 120)])
def test_every_prefix_of_whole_clusters_plays(tmp_path: Path, size: tuple[int, int] | None) -> None:
    path = tmp_path / "cut.webm"
    with path.open("xb", buffering=0) as file:
        writer = WebmWriter(file, audio=True, size=size)
        for part in range(5):
            sound = [Block("audio", n * 20, True, SOUND[n]) for n in range(part * 25, part * 25 + 25)]
            pictures = (
                [Block("video", n * 66, PICTURES[n][0] & 1 == 0, PICTURES[n]) for n in range(part * 7, part * 7 + 7)]
                if size
                else []
            )
            writer.append(sorted(sound + pictures, key=lambda block: block.t_ms))
            assert abs(play(path).audio_s - (part + 1) * 0.5) < 0.1


@pytest.mark.parametrize("step_ms", [40_000, -40_000])
def test_sound_that_leaps_in_time_begins_a_new_cluster(tmp_path: Path, step_ms: int) -> None:
    path = tmp_path / "leap.webm"
    start_ms = max(0, -step_ms)
    with path.open("xb", buffering=0) as file:
        writer = WebmWriter(file, audio=True, size=None)
        writer.append(Block("audio", start_ms + step_ms * (n // 25) + n * 20, True, SOUND[n]) for n in range(50))
        writer.finish()
        assert writer.duration_ms == 40_000 + (980 if step_ms > 0 else 480)
    with av.open(str(path)) as container:
        times = [packet.pts for packet in container.demux(audio=0) if packet.pts is not None]
    placed = [start_ms + step_ms * (n // 25) + n * 20 for n in range(50)]
    assert [round((t_ms + PRE_SKIP_MS) / 20) * 20 for t_ms in times] == placed


def test_a_picture_too_large_for_a_short_length_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "large.mkv"
    sizes = [1, (1 << 14) - 6, (1 << 14) - 5, 1 << 14, 1 << 21]
    with path.open("xb", buffering=0) as file:
        writer = WebmWriter(file, audio=False, size=(160, 120))
        writer.append(Block("video", n * 40, n == 0, b"\1" * size) for n, size in enumerate(sizes))
    with av.open(str(path)) as container:
        assert [packet.size for packet in container.demux(video=0) if packet.size] == sizes

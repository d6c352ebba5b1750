"""What a disk that is full, slow or gone does to a recording, and what it does not."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import BinaryIO

import pytest

from media.frames import EncodedFrame
from media.recording.recorder import QUEUE_FRAMES, open_new_file
from media.types import MediaFault, RecordingOpened
from tests.fakes.playback import play
from tests.fakes.recording_desk import PICTURES, SOUND, Desk, closed_of


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

"""What recording one candidate costs: the encoded frames as they came, against decoding and encoding them again.

Method: the same 10 s of VP8 pictures (of the virtual candidate, 320x240 at 12 a second) are written to WebM both ways,
in turn, three times; CPU time of this process is measured, the median taken. The baseline decodes and encodes as a
recorder built on raw frames must, with libvpx at its fastest (realtime, cpu-used 8, one thread).

What a recorder costs in a server, waking included, is measured with one session and with many: frames are pushed in
real time, and the CPU time of the same with recording switched off is taken away.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from statistics import median

import av
import pytest

from media.frames import EncodedFrame
from media.recording.recorder import Recorder
from media.recording.webm import Block, WebmWriter
from media.settings import MediaSettings
from media.types import MediaFact
from simulation.picture import FRAMES_PER_SECOND, HEIGHT, KEY_FRAME_EVERY, WIDTH, draw_moving_picture
from tests.fakes.media_parts import MonotonicClock

SECONDS = 10
ROUNDS = 3
PUSH_INTERVAL_S = 0.1
AUDIO_BYTES = 80
PICTURE_BYTES = 1_500
PICTURES_PER_PUSH = 3


def pictures() -> list[bytes]:
    loop = draw_moving_picture(0).speaking
    return [loop[index % len(loop)] for index in range(SECONDS * FRAMES_PER_SECOND)]


def keep_frames(frames: list[bytes], path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        writer = WebmWriter(file, audio=False, size=(WIDTH, HEIGHT))
        half_second = FRAMES_PER_SECOND // 2
        for start in range(0, len(frames), half_second):
            writer.append(
                Block("video", index * 1000 // FRAMES_PER_SECOND, index % KEY_FRAME_EVERY == 0, frames[index])
                for index in range(start, min(start + half_second, len(frames)))
            )
        writer.finish()


def encode_again(frames: list[bytes], path: Path) -> None:
    decoder = av.CodecContext.create("vp8", "r")
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        stream.thread_count = 1
        for index, data in enumerate(frames):
            for frame in decoder.decode(av.Packet(data)):
                frame.pts, frame.time_base = index, Fraction(1, FRAMES_PER_SECOND)
                container.mux(stream.encode(frame))
        container.mux(stream.encode())


def cpu_s(work: Callable[[list[bytes], Path], None], frames: list[bytes], path: Path) -> float:
    begun = time.process_time()
    work(frames, path)
    return time.process_time() - begun


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_recording_without_decoding(tmp_path: Path) -> None:
    frames = pictures()
    kept, again = [], []
    for _ in range(ROUNDS):
        kept.append(cpu_s(keep_frames, frames, tmp_path / "kept.webm"))
        again.append(cpu_s(encode_again, frames, tmp_path / "again.webm"))
    ours, baseline = median(kept) / SECONDS, median(again) / SECONDS
    with av.open(BytesIO((tmp_path / "kept.webm").read_bytes()), mode="r") as container:
        played = len(list(container.decode(video=0)))
    print(
        f"\nrecording, CPU s per second of video: kept {ours:.5f}, encoded again {baseline:.5f},"
        f" ratio {baseline / ours:.0f}x"
    )
    assert played == len(frames)


@pytest.mark.benchmark
@pytest.mark.timeout(600)
@pytest.mark.parametrize("sessions", [1, 24])
@pytest.mark.parametrize("video", [False, True])
def test_recorders_in_a_server(tmp_path: Path, sessions: int, video: bool) -> None:
    costs = []
    for number in range(ROUNDS):
        idle_s = asyncio.run(record_live(tmp_path / f"{number}-off", sessions, video, MediaSettings(recording=False)))
        costs.append(asyncio.run(record_live(tmp_path / f"{number}", sessions, video, MediaSettings())) - idle_s)
    print(
        f"\nrecorders, {sessions} sessions, {'sound and pictures' if video else 'sound'}:"
        f" {median(costs) / sessions / SECONDS:.6f} CPU s per second and session"
    )
    assert len(list(tmp_path.glob("*/*/001-001.webm"))) == ROUNDS * sessions


async def record_live(folder: Path, sessions: int, video: bool, settings: MediaSettings) -> float:
    """CPU seconds of the process, the making of the frames included."""
    clock = MonotonicClock()
    recorders = [Recorder(folder / str(number), clock, settings) for number in range(sessions)]
    tasks = [asyncio.create_task(recorder.run(ignore)) for recorder in recorders]
    begun = time.process_time()
    for push in range(round(SECONDS / PUSH_INTERVAL_S)):
        await asyncio.sleep(PUSH_INTERVAL_S)
        for recorder in recorders:
            push_frames(recorder, round(push * PUSH_INTERVAL_S * 1000), video)
    spent_s = time.process_time() - begun
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for recorder in recorders:
        await recorder.finish()
    return spent_s


def push_frames(recorder: Recorder, at_ms: int, video: bool) -> None:
    for t_ms in range(at_ms, at_ms + round(PUSH_INTERVAL_S * 1000), 20):
        recorder.push(EncodedFrame(1, "audio", bytes(AUDIO_BYTES), t_ms * 48, t_ms))
    for number in range(PICTURES_PER_PUSH if video else 0):
        t_ms, key = at_ms + number * 33, at_ms == number == 0
        size = (WIDTH, HEIGHT) if key else None
        recorder.push(EncodedFrame(1, "video", bytes(PICTURE_BYTES), t_ms * 90, t_ms, key, codec="vp8", size=size))


async def ignore(_: MediaFact) -> None:
    pass

"""What recording one candidate costs: the encoded frames as they came, against decoding and encoding them again.

Method: the same 10 s of VP8 pictures (of the virtual candidate, 320x240 at 12 a second) are written to WebM both ways,
in turn, three times; CPU time of this process is measured, the median taken. The baseline decodes and encodes as a
recorder built on raw frames must, with libvpx at its fastest (realtime, cpu-used 8, one thread).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from statistics import median

import av
import pytest

from media.recording.webm import Block, WebmWriter
from simulation.picture import FRAMES_PER_SECOND, HEIGHT, KEY_FRAME_EVERY, WIDTH, draw_moving_picture

SECONDS = 10
ROUNDS = 3


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

"""The container: whole to its last cluster."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from media.recording.webm import Block, WebmWriter
from tests.fakes.playback import play
from tests.fakes.recording_desk import PICTURES, PRE_SKIP_MS, SOUND


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

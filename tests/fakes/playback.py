"""What a player makes of a recording: everything decoded by FFmpeg, errors not hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import av


@dataclass
class Playback:
    """`audio_s` and `video_s` are where each ends; `sizes` in order of appearance."""

    audio_frames: int = 0
    video_frames: int = 0
    audio_s: float = 0.0
    video_s: float = 0.0
    first_is_key: bool = False
    sizes: list[tuple[int, int]] = field(default_factory=list)


def play(path: Path) -> Playback:
    result = Playback()
    with av.open(str(path)) as container:
        for packet in container.demux():
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    result.audio_frames += 1
                    result.audio_s = (frame.time or 0.0) + frame.samples / frame.sample_rate
                elif isinstance(frame, av.VideoFrame):
                    result.first_is_key = result.first_is_key or (result.video_frames == 0 and frame.key_frame)
                    result.video_frames += 1
                    result.video_s = frame.time or 0.0
                    if (frame.width, frame.height) not in result.sizes:
                        result.sizes.append((frame.width, frame.height))
    return result

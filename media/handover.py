"""The next connection while the one before is still heard: nothing is lost between them and nothing is heard twice."""

from __future__ import annotations

from collections import deque

from media.frames import AUDIO_TICKS_PER_MS, EncodedFrame
from media.hearing.opus import count_ticks
from media.ports import PublisherSource

HELD_FRAMES = 600
"""Some seconds of sound and picture. When full, the oldest go: they are the most likely to have been heard already."""
WAIT_FOR_END_MS = 3_000
"""A sender that is heard over the websocket too ends that by itself with its last word. No longer than this."""


def end_of(frame: EncodedFrame) -> int:
    """Where an audio frame ends on the interview clock, in ms."""
    return frame.t_ms + count_ticks(frame.data) // AUDIO_TICKS_PER_MS


class Successor:
    """A connection that is to take over, and what has come of it. It has `connect_within_ms` to be heard, and is due
    `wait_for_end_ms` after it was."""

    def __init__(self, source: PublisherSource, now_ms: int, connect_within_ms: int, wait_for_end_ms: int) -> None:
        self.source = source
        self._wait_for_end_ms = wait_for_end_ms
        self._given_up_ms = now_ms + connect_within_ms
        self._frames: deque[EncodedFrame] = deque(maxlen=HELD_FRAMES)
        self._heard_since_ms: int | None = None

    @property
    def heard(self) -> bool:
        """Sound has come, or a picture where there is no sound: it could take over."""
        return self._heard_since_ms is not None

    def is_lost(self, now_ms: int) -> bool:
        return self.source.state in ("failed", "closed") or (not self.heard and now_ms >= self._given_up_ms)

    def hold(self, frame: EncodedFrame, now_ms: int) -> bool:
        """False when an older one had to go for it."""
        if self._heard_since_ms is None and (frame.kind == "audio" or not self.source.audio):
            self._heard_since_ms = now_ms
        full = len(self._frames) == HELD_FRAMES
        self._frames.append(frame)
        return not full

    def is_due(self, now_ms: int) -> bool:
        return self._heard_since_ms is not None and now_ms - self._heard_since_ms >= self._wait_for_end_ms

    def release(self, heard_until_ms: int) -> list[EncodedFrame]:
        """Sound from `heard_until_ms` on, where that of the connection before ended; pictures from the key frame that
        those of that time need."""
        frames = list(self._frames)
        self._frames.clear()
        keys = [frame.t_ms for frame in frames if frame.key and frame.kind == "video" and frame.t_ms <= heard_until_ms]
        pictures_from_ms = keys[-1] if keys else heard_until_ms
        return [
            frame
            for frame in frames
            if (
                frame.t_ms >= pictures_from_ms
                if frame.kind == "video"
                else frame.t_ms + end_of(frame) >= 2 * heard_until_ms  # one that straddles: by its middle
            )
        ]

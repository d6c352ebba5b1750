"""A recording as files one after the other: the open one, and the decision when to begin another.

A new file ("segment") begins with every epoch, when video joins a file that began without it, when the video's codec
changes or the size of H.264 pictures (VP8 in WebM may change size in midstream), when frames had to be dropped, and
after a disk fault. Names are `{epoch:03d}-{n:03d}.webm`, or `.mkv` for H.264; an existing file is never touched.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from media.frames import EncodedFrame
from media.recording.placement import Placed, Placement, merge
from media.recording.segment import Segment, opens_video
from media.settings import MediaSettings
from media.types import MediaFact, MediaFault, RecordingOpened

WAITING_FRAMES = 3_000
"""About half a minute waits for the disk after a fault; the latest are kept."""

OpenFile = Callable[[Path], BinaryIO]


class Tape:
    """Blocking; one call at a time. Faults of the disk are among the facts."""

    def __init__(self, directory: Path, settings: MediaSettings, open_file: OpenFile) -> None:
        self._directory = directory
        self._settings = settings
        self._open_file = open_file
        self._segment: Segment | None = None
        self._placement = Placement()
        self._placed_epoch = 0
        self._waiting: list[Placed] = []
        self._numbers: dict[int, int] = {}
        self._ended_epoch = 0
        self._retry_at_ms = 0
        self.wants_key_frame = False
        """Pictures come that cannot be kept for want of one to begin with."""

    @property
    def is_idle(self) -> bool:
        """Nothing to do for `write` until frames come."""
        return not self._waiting and not self.wants_key_frame

    def write(self, frames: list[EncodedFrame], now_ms: int, dropped: bool) -> list[MediaFact]:
        facts: list[MediaFact] = []
        self.wants_key_frame = False
        if dropped:
            facts.append(MediaFault("recording_overloaded", "the disk was too slow; part of the recording is missing"))
            facts += self.close(now_ms)
        for epoch in sorted({frame.epoch for frame in frames if frame.epoch > self._ended_epoch}):
            facts += self._write_epoch(epoch, [frame for frame in frames if frame.epoch == epoch], now_ms)
        if not frames and self._waiting and now_ms >= self._retry_at_ms:
            facts += self._write_epoch(self._placed_epoch, [], now_ms)
        return facts

    def end_epoch(self, epoch: int, now_ms: int) -> list[MediaFact]:
        """Closes the epoch's file if it is the open one. Frames of it that come later open no new one."""
        self._ended_epoch = max(self._ended_epoch, epoch)
        return self.close(now_ms) if self._placed_epoch <= epoch else []

    def close(self, now_ms: int) -> list[MediaFact]:
        """What waits for a picture or for the disk is tried once more, as it is."""
        facts: list[MediaFact] = []
        if self._waiting:
            facts += self._write_placed([], now_ms, last=True)
            self._waiting = []
        self.wants_key_frame = False
        return facts + self._close_segment()

    def _write_epoch(self, epoch: int, frames: list[EncodedFrame], now_ms: int) -> list[MediaFact]:
        facts: list[MediaFact] = []
        if epoch != self._placed_epoch:
            facts += self.close(now_ms)
            self._placed_epoch, self._placement = epoch, Placement()
        facts += self._write_placed(self._placement.place(frames), now_ms)
        shows = self._segment is not None and self._segment.has_video
        if not shows and now_ms >= self._retry_at_ms:
            self.wants_key_frame = any(frame.kind == "video" for frame in frames)
        return facts

    def _write_placed(self, frames: list[Placed], now_ms: int, *, last: bool = False) -> list[MediaFact]:
        """`last`: nothing more will come of this epoch, so there is nothing to wait for."""
        facts: list[MediaFact] = []
        frames, self._waiting = merge(self._waiting, frames), []
        if now_ms < self._retry_at_ms and not last:
            self._waiting = frames[-WAITING_FRAMES:]
            return facts
        try:
            while frames:
                if self._segment is None:
                    facts += self._begin(frames, now_ms, last=last)
                if self._segment is None:
                    break
                at = self._segment.find_unfit(frames)
                self._segment.append(frames[:at])
                if at is None:
                    break
                facts += self._close_segment()
                frames = frames[at:]
        except OSError as error:
            facts.append(_describe(error))
            if self._segment is None:
                self._waiting = frames[-WAITING_FRAMES:]  # none of them is on the disk
            facts += self._abandon_segment()
            self._retry_at_ms = now_ms + self._settings.recording_retry_ms
        return facts

    def _begin(self, frames: list[Placed], now_ms: int, *, last: bool) -> list[MediaFact]:
        """Opens a file at the first key frame, or without video when none has come in time."""
        picture = next((frame for _, frame in frames if opens_video(frame)), None)
        has_audio = any(frame.kind == "audio" for _, frame in frames)
        start_ms = frames[0][0]
        may_come = now_ms - start_ms < self._settings.recording_wait_for_video_ms and not last
        if picture is None and (may_come or not has_audio):
            self._waiting = frames[-WAITING_FRAMES:] if has_audio else []
            return []
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._next_path("mkv" if picture is not None and picture.codec == "h264" else "webm")
        file = self._open_file(path)
        try:
            self._segment = Segment(self._placed_epoch, path, file, start_ms, picture)
        except BaseException:
            file.close()
            raise
        self._placement.begin_at(start_ms)
        return [RecordingOpened(self._placed_epoch, path, start_ms)]

    def _next_path(self, suffix: str) -> Path:
        epoch = self._placed_epoch
        while True:
            self._numbers[epoch] = self._numbers.get(epoch, 0) + 1
            name = f"{epoch:03d}-{self._numbers[epoch]:03d}"
            if not any(self._directory.glob(f"{name}.*")):
                return self._directory / f"{name}.{suffix}"

    def _close_segment(self) -> list[MediaFact]:
        segment, self._segment = self._segment, None
        if segment is None:
            return []
        try:
            return [segment.close()]
        except OSError as error:
            return [_describe(error)]

    def _abandon_segment(self) -> list[MediaFact]:
        segment, self._segment = self._segment, None
        closed = None if segment is None else segment.abandon()
        return [] if closed is None else [closed]


def _describe(error: OSError) -> MediaFault:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return MediaFault("disk_full" if full else "recording_failed", error.strerror or str(error))

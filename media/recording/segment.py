"""One file of a recording."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from media.frames import EncodedFrame
from media.recording.placement import Placed
from media.recording.webm import Block, WebmWriter
from media.rtp.h264 import describe_decoder
from media.types import RecordingClosed


class Segment:
    """Blocking. Audio and video sit at their own place on the interview clock; the file's zero is `start_ms`."""

    def __init__(self, epoch: int, path: Path, file: BinaryIO, start_ms: int, picture: EncodedFrame | None) -> None:
        """`picture` is the key frame that the video begins with, or None for sound alone. Raises OSError."""
        self.epoch = epoch
        self.has_video = picture is not None
        self._form = None if picture is None else _form_of(picture)
        self._path = path
        self._file = file
        self._start_ms = start_ms
        self._seen_picture = False
        size = None if picture is None else picture.size
        avc = describe_decoder(picture.data) if picture is not None and picture.codec == "h264" else None
        self._writer = WebmWriter(file, audio=True, size=size, avc=avc)

    def find_unfit(self, frames: list[Placed]) -> int | None:
        """Where a picture stands that needs a file of its own."""
        for at, (_, frame) in enumerate(frames):
            if frame.size is not None and opens_video(frame) and _form_of(frame) != self._form:
                return at
        return None

    def append(self, frames: list[Placed]) -> None:
        """None of them before the file's zero. Raises OSError."""
        start_ms = self._start_ms
        self._writer.append(
            [
                Block(frame.kind, t_ms - start_ms, frame.key, frame.data)
                for t_ms, frame in frames
                if frame.kind == "audio" or self._shows(frame)
            ]
        )

    def close(self) -> RecordingClosed:
        """Raises OSError."""
        try:
            self._writer.finish()
        finally:
            self._file.close()
        return self._closed()

    def abandon(self) -> RecordingClosed | None:
        """After a fault the file keeps its complete clusters; it is closed without an index."""
        try:
            self._file.close()
        except OSError:
            pass
        return self._closed() if self._path.exists() else None

    def _shows(self, frame: EncodedFrame) -> bool:
        """Pictures can be shown from the first key frame on."""
        self._seen_picture = self._seen_picture or opens_video(frame)
        return self.has_video and self._seen_picture

    def _closed(self) -> RecordingClosed:
        return RecordingClosed(self.epoch, self._path, self._writer.duration_ms, self._path.stat().st_size)


def opens_video(frame: EncodedFrame) -> bool:
    return frame.kind == "video" and frame.key and frame.size is not None


def _form_of(picture: EncodedFrame) -> tuple[str, tuple[int, int] | None]:
    """What may not change within a file."""
    return picture.codec, picture.size if picture.codec == "h264" else None

"""The original audio and video of one interview on disk: encoded frames as they came, one file after the other.

A new file ("segment") begins with every epoch, when video joins a file that began without it, when the video's codec
changes or the size of H.264 pictures (VP8 in WebM may change size in midstream), when frames had to be dropped, and
after a disk fault. Names are `{epoch:03d}-{n:03d}.webm`, or `.mkv` for H.264; an existing file is never touched.
"""

from __future__ import annotations

import asyncio
import errno
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from media.frames import EncodedFrame
from media.ports import InterviewClock
from media.recording.webm import Block, WebmWriter
from media.rtp.h264 import describe_decoder
from media.settings import MediaSettings
from media.types import MediaFact, MediaFault, RecordingClosed, RecordingOpened

QUEUE_FRAMES = 3_000
"""About half a minute. When the disk is slower than that the whole queue is dropped, told, and a new file begun.
As much waits for the disk after a fault, of which the latest is kept."""

OpenFile = Callable[[Path], BinaryIO]


def open_new_file(path: Path) -> BinaryIO:
    """Unbuffered, so that every cluster is with the kernel when it counts as written."""
    return path.open("xb", buffering=0)


class Recorder:
    """Loop side: takes frames without waiting; `write_pending` moves them to disk on the recorder's own thread."""

    def __init__(
        self,
        directory: Path,
        clock: InterviewClock,
        settings: MediaSettings,
        *,
        open_file: OpenFile = open_new_file,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._queue: list[EncodedFrame] = []
        self._dropped = False
        self._facts: deque[MediaFact] = deque()
        self._tape = _Tape(directory, settings, open_file)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")

    def push(self, frame: EncodedFrame) -> None:
        if not self._settings.recording:
            return
        if len(self._queue) >= QUEUE_FRAMES:
            self._queue.clear()
            self._dropped = True
        self._queue.append(frame)

    @property
    def wants_key_frame(self) -> bool:
        return self._tape.wants_key_frame

    async def run(self, report: Callable[[MediaFact], Awaitable[None]]) -> None:
        """Writes until cancelled; `finish` then closes the last file."""
        while True:
            await asyncio.sleep(self._settings.recording_write_interval_ms / 1000)
            for fact in await self.write_pending():
                await report(fact)

    async def write_pending(self) -> list[MediaFact]:
        frames, self._queue = self._queue, []
        dropped, self._dropped = self._dropped, False
        if not frames and not self._tape.is_open:
            return []
        return await self._on_thread(lambda: self._tape.write(frames, self._clock.now_ms(), dropped))

    async def end_epoch(self, epoch: int) -> list[MediaFact]:
        """Closes the epoch's file if it is the open one. Frames of it that come later open no new one."""
        facts = await self.write_pending()
        return facts + await self._on_thread(lambda: self._tape.end_epoch(epoch, self._clock.now_ms()))

    async def finish(self) -> list[MediaFact]:
        """Writes what is left, closes the file, ends the thread."""
        try:
            facts = await self.write_pending()
            return facts + await self._on_thread(lambda: self._tape.close(self._clock.now_ms()))
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _on_thread(self, work: Callable[[], list[MediaFact]]) -> list[MediaFact]:
        """Facts of work whose caller was cancelled meanwhile come with the next call."""
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._facts.extend(work()))
        return [self._facts.popleft() for _ in range(len(self._facts))]


class _Tape:
    """Thread side: the open file and the decision when to begin another."""

    def __init__(self, directory: Path, settings: MediaSettings, open_file: OpenFile) -> None:
        self._directory = directory
        self._settings = settings
        self._open_file = open_file
        self._segment: _Segment | None = None
        self._waiting: list[EncodedFrame] = []
        self._numbers: dict[int, int] = {}
        self._ended_epoch = 0
        self._retry_at_ms = 0
        self.wants_key_frame = False

    @property
    def is_open(self) -> bool:
        return self._segment is not None or bool(self._waiting)

    def write(self, frames: list[EncodedFrame], now_ms: int, dropped: bool) -> list[MediaFact]:
        facts: list[MediaFact] = []
        if dropped:
            facts.append(MediaFault("recording_overloaded", "the disk was too slow; part of the recording is missing"))
            facts += self.close(now_ms)
        for epoch in sorted({frame.epoch for frame in frames if frame.epoch > self._ended_epoch}):
            facts += self._write_epoch(epoch, [frame for frame in frames if frame.epoch == epoch], now_ms)
        if not frames and self._waiting and now_ms >= self._retry_at_ms:
            facts += self._write_epoch(self._waiting[0].epoch, [], now_ms)
        return facts

    def end_epoch(self, epoch: int, now_ms: int) -> list[MediaFact]:
        self._ended_epoch = max(self._ended_epoch, epoch)
        open_epoch = self._segment.epoch if self._segment is not None else self._waiting_epoch
        return self.close(now_ms) if open_epoch is not None and open_epoch <= epoch else []

    def close(self, now_ms: int) -> list[MediaFact]:
        """What waits for a picture or for the disk is tried once more, as it is."""
        facts: list[MediaFact] = []
        if self._waiting_epoch is not None:
            facts += self._write_epoch(self._waiting_epoch, [], now_ms, last=True)
            self._waiting = []
        return facts + self._close_segment()

    @property
    def _waiting_epoch(self) -> int | None:
        return self._waiting[0].epoch if self._waiting else None

    def _close_segment(self) -> list[MediaFact]:
        segment, self._segment = self._segment, None
        if segment is None:
            return []
        try:
            return [segment.close()]
        except OSError as error:
            return [_describe(error)]

    def _write_epoch(
        self, epoch: int, frames: list[EncodedFrame], now_ms: int, *, last: bool = False
    ) -> list[MediaFact]:
        """`last`: nothing more will come of this epoch, so there is nothing to wait for."""
        facts: list[MediaFact] = []
        present = self._segment.epoch if self._segment is not None else self._waiting_epoch
        if present is not None and present != epoch:
            facts += self.close(now_ms)
        frames = sorted(self._waiting + frames, key=lambda frame: frame.t_ms)
        self._waiting = []
        if now_ms < self._retry_at_ms and not last:
            self._waiting = frames[-QUEUE_FRAMES:]
            return facts
        try:
            while frames:
                if self._segment is None:
                    facts += self._begin(epoch, frames, now_ms, last=last)
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
                self._waiting = frames[-QUEUE_FRAMES:]  # none of them is on the disk
            facts += self._abandon()
            self._retry_at_ms = now_ms + self._settings.recording_retry_ms
        self.wants_key_frame = self._segment is None or not self._segment.has_video
        return facts

    def _begin(self, epoch: int, frames: list[EncodedFrame], now_ms: int, *, last: bool) -> list[MediaFact]:
        """Opens a file at the first key frame, or without video when none has come in time."""
        picture = next((frame for frame in frames if _opens(frame)), None)
        has_audio = any(frame.kind == "audio" for frame in frames)
        waited_ms = now_ms - frames[0].t_ms
        may_come = waited_ms < self._settings.recording_wait_for_video_ms and not last
        if picture is None and (may_come or not has_audio):
            self._waiting = frames[-QUEUE_FRAMES:] if has_audio else []
            return []
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._next_path(epoch, "mkv" if picture is not None and picture.codec == "h264" else "webm")
        file = self._open_file(path)
        try:
            self._segment = _Segment(epoch, path, file, frames[0].t_ms, picture)
        except OSError:
            file.close()
            raise
        return [RecordingOpened(epoch, path, frames[0].t_ms)]

    def _next_path(self, epoch: int, suffix: str) -> Path:
        while True:
            self._numbers[epoch] = self._numbers.get(epoch, 0) + 1
            name = f"{epoch:03d}-{self._numbers[epoch]:03d}"
            if not any(self._directory.glob(f"{name}.*")):
                return self._directory / f"{name}.{suffix}"

    def _abandon(self) -> list[MediaFact]:
        """After a fault the file keeps its complete clusters; it is closed without an index."""
        segment, self._segment = self._segment, None
        return [] if segment is None else segment.abandon()


class _Segment:
    """One file. Audio and video sit at their own place on the interview clock; the file's zero is `start_ms`."""

    def __init__(self, epoch: int, path: Path, file: BinaryIO, start_ms: int, picture: EncodedFrame | None) -> None:
        """`picture` is the key frame that the video begins with, or None for sound alone."""
        self.epoch = epoch
        self.has_video = picture is not None
        self._form = None if picture is None else _form_of(picture)
        self._path = path
        self._file = file
        self._start_ms = start_ms
        self._last_ms = {"audio": -1, "video": -1}
        self._seen_picture = False
        size = None if picture is None else picture.size
        avc = describe_decoder(picture.data) if picture is not None and picture.codec == "h264" else None
        self._writer = WebmWriter(file, audio=True, size=size, avc=avc)

    def find_unfit(self, frames: list[EncodedFrame]) -> int | None:
        """Where a picture stands that needs a file of its own."""
        return next((at for at, frame in enumerate(frames) if _opens(frame) and _form_of(frame) != self._form), None)

    def append(self, frames: list[EncodedFrame]) -> None:
        blocks = [block for frame in frames if (block := self._place(frame)) is not None]
        self._writer.append(blocks)

    def _place(self, frame: EncodedFrame) -> Block | None:
        if frame.kind == "video":
            self._seen_picture = self._seen_picture or _opens(frame)
            if not self.has_video or not self._seen_picture:
                return None
        # When the pictures are laid anew beside the sound, some may fall together; players want them one by one.
        t_ms = max(frame.t_ms - self._start_ms, self._last_ms[frame.kind] + 1)
        self._last_ms[frame.kind] = t_ms
        return Block(frame.kind, t_ms, frame.key, frame.data)

    def close(self) -> RecordingClosed:
        try:
            self._writer.finish()
        finally:
            self._file.close()
        return self._closed()

    def abandon(self) -> list[MediaFact]:
        try:
            self._file.close()
        except OSError:
            pass
        return [self._closed()] if self._path.exists() else []

    def _closed(self) -> RecordingClosed:
        return RecordingClosed(self.epoch, self._path, self._writer.duration_ms, self._path.stat().st_size)


def _opens(frame: EncodedFrame) -> bool:
    return frame.kind == "video" and frame.key and frame.size is not None


def _form_of(picture: EncodedFrame) -> tuple[str, tuple[int, int] | None]:
    """What may not change within a file."""
    return picture.codec, picture.size if picture.codec == "h264" else None


def _describe(error: OSError) -> MediaFault:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return MediaFault("disk_full" if full else "recording_failed", error.strerror or str(error))

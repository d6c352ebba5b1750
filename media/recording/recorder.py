"""The original audio and video of one interview on disk: encoded frames as they came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

from media.frames import EncodedFrame
from media.ports import InterviewClock
from media.recording.tape import OpenFile, Tape
from media.settings import MediaSettings
from media.shared_thread import SharedThread, enter_shared_thread
from media.types import MediaFact

QUEUE_FRAMES = 3_000
"""About half a minute. When the disk is slower than that the whole queue is dropped, told, and a new file begun."""
FACTS = 256
"""Facts that nobody has taken; the oldest are dropped, which takes a sink that has failed for long."""


def open_new_file(path: Path) -> BinaryIO:
    """Unbuffered, so that every cluster is with the kernel when it counts as written."""
    return path.open("xb", buffering=0)


class Recorder:
    """Loop side: takes frames without waiting; `write_pending` moves them to disk on the thread of all recorders."""

    def __init__(
        self,
        directory: Path,
        clock: InterviewClock,
        settings: MediaSettings,
        *,
        open_file: OpenFile = open_new_file,
    ) -> None:
        self._interval_s = settings.recording_write_interval_ms / 1000
        self._clock = clock
        self._queue: list[EncodedFrame] = []
        self._dropped = False
        self._facts: deque[MediaFact] = deque(maxlen=FACTS)
        self._tape = Tape(directory, settings, open_file)
        self._thread: SharedThread | None = None
        self._off = not settings.recording

    def push(self, frame: EncodedFrame) -> None:
        if self._off:
            return
        if len(self._queue) >= QUEUE_FRAMES:
            self._queue.clear()
            self._dropped = True
        self._queue.append(frame)

    @property
    def wants_key_frame(self) -> bool:
        return self._tape.wants_key_frame

    async def run(self, report: Callable[[MediaFact], Awaitable[None]]) -> None:
        """Writes until cancelled; `finish` then closes the last file. Recorders write at the same moments, so that they
        share the way to the thread. What could not be reported comes with the next call of whatever gives facts."""
        while True:
            await asyncio.sleep(self._interval_s - asyncio.get_running_loop().time() % self._interval_s)
            await self._write()
            await self._tell(report)

    async def write_pending(self) -> list[MediaFact]:
        await self._write()
        return self._take_facts()

    async def end_epoch(self, epoch: int) -> list[MediaFact]:
        """Closes the epoch's file if it is the open one. Frames of it that come later open no new one."""
        await self._write(lambda: self._tape.end_epoch(epoch, self._clock.now_ms()))
        return self._take_facts()

    async def finish(self) -> list[MediaFact]:
        """Writes what is left and closes the file; nothing is recorded any more."""
        try:
            if self._queue or self._thread is not None:
                await self._write(lambda: self._tape.close(self._clock.now_ms()))
        finally:
            self._off = True
            thread, self._thread = self._thread, None
            if thread is not None:
                thread.leave()
        return self._take_facts()

    async def _write(self, then: Callable[[], list[MediaFact]] | None = None) -> None:
        """`then` is done on the thread whether or not the writing succeeds."""
        if self._off or (then is None and not self._queue and self._tape.is_idle):
            return
        frames, self._queue = self._queue, []
        dropped, self._dropped = self._dropped, False

        def work() -> None:
            try:
                self._facts.extend(self._tape.write(frames, self._clock.now_ms(), dropped))
            finally:
                if then is not None:
                    self._facts.extend(then())

        if self._thread is None:
            self._thread = enter_shared_thread("recorder")
        await self._thread.do(work)

    async def _tell(self, report: Callable[[MediaFact], Awaitable[None]]) -> None:
        while self._facts:
            fact = self._facts.popleft()
            try:
                await report(fact)
            except BaseException:
                if len(self._facts) < FACTS:
                    self._facts.appendleft(fact)
                raise

    def _take_facts(self) -> list[MediaFact]:
        """Those of work whose caller was cancelled among them."""
        return [self._facts.popleft() for _ in range(len(self._facts))]

"""Which of the candidate's connections is heard: one at a time, each an epoch of its own."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Protocol

from media.frames import EncodedFrame
from media.handover import WAIT_FOR_END_MS, Successor, end_of
from media.ports import InterviewClock, PublisherSource
from media.settings import MediaSettings
from media.socket_source import SocketSource
from media.types import MediaFact, PeerInterrupted
from media.webrtc.liveness import Liveness


class Stage(Protocol):
    """What the sources play on; nothing of it waits."""

    def tell(self, fact: MediaFact) -> None: ...

    def hear(self, frame: EncodedFrame) -> None: ...

    def end_stream(self) -> None:
        """What is being said is complete."""
        ...

    async def do_aside(self, work: Coroutine[object, object, None]) -> None:
        """Behind the scenes, where there is a scene; here and now where there is none any more."""
        ...


@dataclass(slots=True)
class Present:
    source: PublisherSource
    liveness: Liveness


class Sources:
    """A new connection by WebRTC takes over from one that is there when it is heard itself: an offer may come to
    nothing. The websocket is for when WebRTC has failed and takes over at once. `end_source` ends an epoch for good.

    What was being said when the sound stopped is left open for `resume_within_ms`, where the next source may go on in
    the middle of the word.
    """

    def __init__(
        self,
        clock: InterviewClock,
        settings: MediaSettings,
        stage: Stage,
        *,
        end_source: Callable[[PublisherSource], Coroutine[object, object, None]],
        close_source: Callable[[PublisherSource], Coroutine[object, object, None]],
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._stage = stage
        self._end_source = end_source
        self._close_source = close_source
        self._successor: Successor | None = None
        self._stream_ends_ms: int | None = None
        self.present: Present | None = None
        self.heard_until_ms: int | None = None
        """Where the sound that was heard ends on the interview clock."""
        self.dropped_frames = 0
        """Of sources that waited to take over for longer than there was room."""

    @property
    def hears(self) -> bool:
        return self.present is not None and self.present.liveness.hears

    def is_present(self, epoch: int) -> bool:
        return self.present is not None and self.present.source.epoch == epoch

    def take(self, frame: EncodedFrame) -> None:
        """A frame of any source, old ones included."""
        if self._successor is not None and frame.epoch == self._successor.source.epoch:
            if not self._successor.hold(frame, self._clock.now_ms()):
                self.dropped_frames += 1
        elif self.is_present(frame.epoch):
            if frame.kind == "audio":
                self.heard_until_ms, self._stream_ends_ms = end_of(frame), None
            self._stage.hear(frame)

    def take_socket_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None:
        present = self.present
        if present is not None and present.source.epoch == epoch and isinstance(present.source, SocketSource):
            present.source.receive(sequence, timestamp, data)

    async def accept(self, source: PublisherSource) -> None:
        """Epochs rise from call to call."""
        await self._drop_successor()
        if source.transport == "webrtc" and self.present is not None:
            wait_for_end_ms = WAIT_FOR_END_MS if self.present.source.transport == "websocket" else 0
            limit_ms = self._settings.connect_within_ms
            self._successor = Successor(source, self._clock.now_ms(), limit_ms, wait_for_end_ms)
        else:
            await self._take_over(source, goes_on=source.transport == "websocket")

    async def close(self, epoch: int) -> None:
        """The one that waits to take over has the word then. An epoch that is not the present one is ignored."""
        if self._successor is not None and self._successor.source.epoch == epoch:
            await self._drop_successor()
        present = self.present
        if present is None or present.source.epoch != epoch:
            return
        if self._successor is not None and self._successor.heard:
            await self._promote(self._successor)
            return
        self.present = None
        if not present.liveness.over:
            self._stage.tell(PeerInterrupted(epoch, "closed"))
        # A websocket that breaks off comes back, and the voice with it.
        self._leave_open(present.source.transport == "websocket")
        await self._stage.do_aside(self._end_source(present.source))

    async def dismiss(self) -> None:
        """The present one, and the one that waits to take over from it."""
        await self._drop_successor()
        if self.present is not None:
            await self.close(self.present.source.epoch)

    async def check(self) -> None:
        """To be called about ten times a second."""
        now_ms = self._clock.now_ms()
        if self.present is not None:
            await self._check_present(self.present, now_ms)
        if self._successor is not None:
            await self._check_successor(self._successor, now_ms)
        if self._stream_ends_ms is not None and now_ms >= self._stream_ends_ms:
            self._end_stream()

    def leave(self) -> list[PublisherSource]:
        """Those that are still to be closed; nothing is heard of them any more."""
        sources = [one.source for one in (self.present, self._successor) if one is not None]
        self.present = self._successor = None
        return sources

    async def _check_present(self, present: Present, now_ms: int) -> None:
        present.source.poll(now_ms)
        for fact in present.liveness.check(now_ms):
            self._stage.tell(fact)
            if isinstance(fact, PeerInterrupted):
                self._leave_open(True)
        if present.liveness.over:
            self.present = None
            self._end_stream()
            await self._stage.do_aside(self._end_source(present.source))

    async def _check_successor(self, successor: Successor, now_ms: int) -> None:
        successor.source.poll(now_ms)
        unheard = self.present is None or (successor.heard and not self.hears)
        if successor.is_lost(now_ms):
            await self._drop_successor()
        elif unheard or successor.is_due(now_ms):
            await self._promote(successor)

    async def _promote(self, successor: Successor) -> None:
        self._successor = None
        await self._take_over(successor.source, successor.release(self.heard_until_ms or 0), goes_on=True)

    async def _drop_successor(self) -> None:
        successor, self._successor = self._successor, None
        if successor is not None:
            await self._stage.do_aside(self._close_source(successor.source))

    async def _take_over(self, source: PublisherSource, frames: Sequence[EncodedFrame] = (), *, goes_on: bool) -> None:
        """`frames` of it have come already. `goes_on`: it may follow on what was heard last."""
        old = self.present
        self.present = Present(source, Liveness(source, self._settings, self._clock.now_ms()))
        self._leave_open(goes_on)
        for frame in frames:
            self.take(frame)
        if old is not None:
            self._stage.tell(PeerInterrupted(old.source.epoch, "replaced"))
            await self._stage.do_aside(self._end_source(old.source))

    def _leave_open(self, goes_on: bool) -> None:
        if goes_on:
            self._stream_ends_ms = self._clock.now_ms() + self._settings.resume_within_ms
        else:
            self._end_stream()

    def _end_stream(self) -> None:
        self._stream_ends_ms = None
        self._stage.end_stream()

"""The candidate's encoded frames to everyone who watches: forwarded, never decoded, never encoded again.

Every observer has one persistent track per kind. Behind it the source may change (a candidate who reconnects is a new
epoch): the track goes on counting its own time and starts again at a key frame.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Literal

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.packet import Packet

from media.errors import SessionClosed, TooManyObservers
from media.frames import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, EncodedFrame
from media.settings import MediaSettings
from media.types import ObserverAnswer
from media.webrtc.peer import ObserverPeer

QUEUE_FRAMES = 90


class SwitchingTrack(MediaStreamTrack):
    """Encoded packets out, for one sender. Bounded: when the sender does not keep up, audio loses its oldest packets
    and video everything up to the next key frame."""

    def __init__(self, kind: Literal["audio", "video"]) -> None:
        super().__init__()
        self.kind = kind
        self._clock_hz = AUDIO_CLOCK_HZ if kind == "audio" else VIDEO_CLOCK_HZ
        self._frames: deque[Packet[Any]] = deque()
        self._arrived = asyncio.Event()
        self._epoch = 0
        self._offset_ticks = 0
        self._last_ticks = -1
        self._last_t_ms = 0
        self.waits_for_key = kind == "video"

    def push(self, frame: EncodedFrame) -> None:
        if frame.epoch != self._epoch:
            self._switch(frame)
        if len(self._frames) >= QUEUE_FRAMES:
            self._make_room()
        if self.waits_for_key and not frame.key:
            return
        self.waits_for_key = False
        ticks = max(frame.timestamp + self._offset_ticks, self._last_ticks + 1)
        packet: Packet[Any] = Packet(frame.data)
        packet.pts = packet.dts = ticks
        packet.time_base = Fraction(1, self._clock_hz)
        self._last_ticks, self._last_t_ms = ticks, frame.t_ms
        self._frames.append(packet)
        self._arrived.set()

    async def recv(self) -> Packet[Any]:
        while not self._frames:
            if self.readyState != "live":
                raise MediaStreamError
            self._arrived.clear()
            await self._arrived.wait()
        return self._frames.popleft()

    def stop(self) -> None:
        super().stop()
        self._arrived.set()

    def _switch(self, frame: EncodedFrame) -> None:
        elapsed_ms = max(frame.t_ms - self._last_t_ms, 20) if self._epoch else 0
        self._offset_ticks = self._last_ticks + 1 + elapsed_ms * self._clock_hz // 1000 - frame.timestamp
        self._epoch = frame.epoch
        self.waits_for_key = self.kind == "video"

    def _make_room(self) -> None:
        if self.kind == "audio":
            self._frames.popleft()
        else:
            self._frames.clear()
            self.waits_for_key = True


class _Observer:
    def __init__(self, settings: MediaSettings, on_key_frame_request: Callable[[], None]) -> None:
        self.audio = SwitchingTrack("audio")
        self.video = SwitchingTrack("video")
        self.peer = ObserverPeer(
            {"audio": self.audio, "video": self.video},
            on_key_frame_request=on_key_frame_request,
            ice_servers=settings.ice_servers,
            close_within_s=settings.close_peer_within_s,
        )

    async def close(self) -> None:
        self.audio.stop()
        self.video.stop()
        await self.peer.close()


class FanOut:
    """`want_key_frame` is called on the loop, as often as anyone needs one; coalescing is the caller's."""

    def __init__(self, settings: MediaSettings, want_key_frame: Callable[[], None]) -> None:
        self._settings = settings
        self._want_key_frame = want_key_frame
        self._observers: dict[str, _Observer] = {}
        self._joining = 0
        self._closed = False

    @property
    def count(self) -> int:
        return len(self._observers)

    def push(self, frame: EncodedFrame) -> None:
        """Who is not connected yet gets nothing: what would wait for them is old by then."""
        for observer in self._observers.values():
            if observer.peer.state != "connected":
                continue
            if frame.kind == "audio":
                observer.audio.push(frame)
            else:
                observer.video.push(frame)
                if observer.video.waits_for_key:
                    self._want_key_frame()

    async def add(self, offer_sdp: str) -> ObserverAnswer:
        """Raises SdpRejected, TooManyObservers, SessionClosed."""
        if len(self._observers) + self._joining >= self._settings.max_observers:
            raise TooManyObservers(f"{self._settings.max_observers} people are watching already")
        observer = _Observer(self._settings, self._want_key_frame)
        self._joining += 1
        try:
            answer = await observer.peer.answer(offer_sdp)
            if self._closed:
                raise SessionClosed("the interview's media are closed")
        except BaseException:
            await observer.close()
            raise
        finally:
            self._joining -= 1
        observer_id = uuid.uuid4().hex
        self._observers[observer_id] = observer
        return ObserverAnswer(observer_id, answer)

    async def remove(self, observer_id: str) -> None:
        """Unknown ids are ignored: whoever leaves twice has left."""
        observer = self._observers.pop(observer_id, None)
        if observer is not None:
            await observer.close()

    async def remove_gone(self) -> None:
        gone = [key for key, observer in self._observers.items() if observer.peer.state in ("failed", "closed")]
        for observer_id in gone:
            await self.remove(observer_id)

    async def close(self) -> None:
        self._closed = True
        observers, self._observers = list(self._observers.values()), {}
        await asyncio.gather(*(observer.close() for observer in observers))

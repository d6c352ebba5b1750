"""The candidate's packets to everyone who watches: forwarded, never decoded, never encoded again."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Coroutine

from media.errors import SessionClosed, TooManyObservers
from media.rtp.packet import RtpPacket
from media.settings import MediaSettings
from media.types import ObserverAnswer
from media.uplinks.ends import Forwarded
from media.webrtc.observer_peer import ObserverPeer


class FanOut:
    """`want_key_frame` is called on the loop, as often as anyone needs one; coalescing is the caller's. `do_aside`
    takes work that nobody is to wait for."""

    def __init__(
        self,
        settings: MediaSettings,
        want_key_frame: Callable[[], None],
        do_aside: Callable[[Coroutine[object, object, None]], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._want_key_frame = want_key_frame
        self._do_aside = do_aside
        self._observers: dict[str, ObserverPeer] = {}
        self._joining = 0
        self._closed = False

    @property
    def count(self) -> int:
        return len(self._observers)

    def forward(self, source: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        """`sequence` is unwrapped; `starts`: a decoder can begin with this packet."""
        for observer in self._observers.values():
            observer.forward(source, packet, sequence, starts)

    async def add(self, offer_sdp: str) -> ObserverAnswer:
        """Raises SdpRejected, TooManyObservers, SessionClosed."""
        if len(self._observers) + self._joining >= self._settings.max_observers:
            raise TooManyObservers(f"{self._settings.max_observers} people are watching already")
        observer = ObserverPeer(self._settings, self._want_key_frame)
        self._joining += 1
        try:
            answer = await observer.answer(offer_sdp)
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

    def __contains__(self, observer_id: str) -> bool:
        return observer_id in self._observers

    async def remove(self, observer_id: str) -> None:
        """Unknown ids are ignored: whoever leaves twice has left."""
        observer = self._observers.pop(observer_id, None)
        if observer is not None:
            await observer.close()

    async def poll(self) -> None:
        """Reports to those who watch; those who have gone, or never come, are let go."""
        for observer in self._observers.values():
            observer.poll()
        for observer_id in [key for key, observer in self._observers.items() if observer.gone]:
            await self._do_aside(self._observers.pop(observer_id).close())

    async def close(self) -> None:
        self._closed = True
        observers, self._observers = list(self._observers.values()), {}
        await asyncio.gather(*(observer.close() for observer in observers))

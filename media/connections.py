"""The candidate's connections, of either kind: made here, each an epoch of its own, and ended here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol

from media.counters import DropCounters, MediaCounters, Tally
from media.ports import InterviewClock, PublisherSource
from media.recording.recorder import Recorder
from media.settings import MediaSettings
from media.socket_source import SocketSource
from media.sources import Sources, Stage
from media.types import MediaFault, PublisherAnswer, SocketAudioAnswer, SocketAudioCodec
from media.uplinks.ends import OnPacket
from media.webrtc.publisher_peer import PublisherPeer


class OpenStage(Stage, Protocol):
    def check_open(self) -> None:
        """Raises SessionClosed."""
        ...


class Connections:
    """`sources` decides which of them is heard. `want_key_frame` is called for the candidate's own pictures,
    `want_return_key_frame` for those that are sent to them."""

    def __init__(
        self,
        clock: InterviewClock,
        settings: MediaSettings,
        stage: OpenStage,
        recorder: Recorder,
        *,
        first_epoch: int,
        on_packet: OnPacket,
        want_key_frame: Callable[[], None],
        want_return_key_frame: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._stage = stage
        self._recorder = recorder
        self._next_epoch = first_epoch
        self._on_packet = on_packet
        self._want_key_frame = want_key_frame
        self._want_return_key_frame = want_return_key_frame
        self._negotiating = asyncio.Lock()
        self._tally = Tally()
        self.sources = Sources(clock, settings, stage, end_source=self._end, close_source=self._close)

    async def accept_publisher(self, offer_sdp: str) -> PublisherAnswer:
        """Raises SdpRejected, SessionClosed."""
        async with self._negotiating:
            self._stage.check_open()
            peer = PublisherPeer(
                self._next_epoch,
                clock=self._clock,
                settings=self._settings,
                on_frame=self.sources.take,
                on_packet=self._on_packet,
                want_key_frame=self._want_key_frame,
                want_return_key_frame=self._want_return_key_frame,
            )
            try:
                sdp = await peer.answer(offer_sdp)
                self._stage.check_open()  # the interview may have ended while we negotiated
            except BaseException:
                await peer.close()
                raise
            await self._accept(peer)
            return PublisherAnswer(peer.epoch, sdp)

    async def accept_socket_audio(self, codec: SocketAudioCodec) -> SocketAudioAnswer:
        """Raises SessionClosed, OpusUnavailable."""
        async with self._negotiating:
            self._stage.check_open()
            heard_ms, now_ms = self.sources.heard_until_ms, self._clock.now_ms()
            source = SocketSource(
                self._next_epoch,
                codec,
                clock=self._clock,
                settings=self._settings,
                on_frame=self.sources.take,
                on_packet=self._on_packet,
                heard_until_ms=heard_ms,
            )
            await self._accept(source)
            return SocketAudioAnswer(source.epoch, None if heard_ms is None else max(0, now_ms - heard_ms))

    def count(self) -> MediaCounters:
        """Of all there have been."""
        return self._tally.count() + MediaCounters(dropped=DropCounters(handover=self.sources.dropped_frames))

    def leave(self) -> list[Coroutine[object, object, None]]:
        """What is still to be done; nothing is heard any more."""
        return [source.close() for source in self.sources.leave()]

    async def _accept(self, source: PublisherPeer | SocketSource) -> None:
        self._next_epoch += 1
        self._tally.follow(source)
        await self.sources.accept(source)

    async def _end(self, source: PublisherSource) -> None:
        try:
            for fact in await self._recorder.end_epoch(source.epoch):
                self._stage.tell(fact)
        except Exception as error:  # noqa: BLE001 - supervised like the stages: the connection is closed all the same
            self._stage.tell(MediaFault("close_failed", f"{type(error).__name__}: {error}"))
        finally:
            await self._close(source)

    async def _close(self, source: PublisherSource) -> None:
        try:
            await source.close()
        except Exception as error:  # noqa: BLE001 - supervised like the stages: a peer that ends badly has ended
            self._stage.tell(MediaFault("close_failed", f"{type(error).__name__}: {error}"))
        finally:
            self._tally.let_go(source)

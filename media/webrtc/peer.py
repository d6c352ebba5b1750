"""One WebRTC connection, seen as encoded frames in (publisher) or out (observer)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, cast

from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamTrack

from media.errors import SdpRejected
from media.frames import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, EncodedFrame, RtpTimeline
from media.ports import InterviewClock
from media.rtp.vp8 import is_key_frame
from media.types import IceServer
from media.webrtc import encoded_tap
from media.webrtc.encoded_tap import StreamCounters
from media.webrtc.offer import Offer, offer_in_band_repair, read_offer

ConnectionState = Literal["new", "connecting", "connected", "failed", "closed"]

_NEGOTIATION_ERRORS = (
    ValueError,
    LookupError,
    AssertionError,
    AttributeError,
    TypeError,
    RuntimeError,
    ArithmeticError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)
"""What aiortc raises on an offer that it does not understand: it parses with assertions and plain indexing, and a
StopIteration leaves a coroutine as RuntimeError."""


class Peer:
    """Owns one RTCPeerConnection in the answering role."""

    def __init__(self, ice_servers: tuple[IceServer, ...], close_within_s: float) -> None:
        servers = [
            RTCIceServer(urls=list(server.urls), username=server.username, credential=server.credential)
            for server in ice_servers
        ]
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._close_within_s = close_within_s

    @property
    def state(self) -> ConnectionState:
        return cast(ConnectionState, self._connection.connectionState)

    async def close(self) -> None:
        """Idempotent and bounded: aiortc's own close may wait for ever on a half-made connection."""
        try:
            async with asyncio.timeout(self._close_within_s):
                await self._connection.close()
                await self._stop_late_starters()
        except (TimeoutError, *_NEGOTIATION_ERRORS):
            pass  # half-made: aiortc stumbles over the parts that are not there

    async def _stop_late_starters(self) -> None:
        """A connection that is closed while it connects stops its senders before it starts them; they would report for
        ever."""
        for transceiver in self._connection.getTransceivers():
            await transceiver.sender.stop()
            await transceiver.receiver.stop()

    async def _answer(self, offer: Offer) -> str:
        """Raises SdpRejected; the connection is closed then."""
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=offer.sdp, type="offer"))
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except _NEGOTIATION_ERRORS as error:
            await self.close()
            raise SdpRejected(f"the offer cannot be answered: {type(error).__name__}: {error}") from error
        return offer_in_band_repair(self._connection.localDescription.sdp)

    def _restrict_codecs(self, kind: Literal["audio", "video"]) -> None:
        """VP8 and Opus are what browsers must have (RFC 7742, RFC 7874) and what WebM holds."""
        wanted = {"audio": {"audio/opus"}, "video": {"video/VP8", "video/rtx"}}[kind]
        capabilities = RTCRtpReceiver.getCapabilities(kind)
        codecs = [codec for codec in capabilities.codecs if codec.mimeType in wanted] if capabilities else []
        for transceiver in self._connection.getTransceivers():
            if transceiver.kind == kind:
                transceiver.setCodecPreferences(codecs)


class PublisherPeer(Peer):
    """The candidate's connection of one epoch. Frames go to `on_frame` on the event loop, in order per kind; it must
    return quickly and may not fail."""

    def __init__(
        self,
        epoch: int,
        *,
        clock: InterviewClock,
        on_frame: Callable[[EncodedFrame], None],
        ice_servers: tuple[IceServer, ...],
        close_within_s: float,
    ) -> None:
        super().__init__(ice_servers, close_within_s)
        self.epoch = epoch
        self.audio = False
        self.video = False
        self._clock = clock
        self._on_frame = on_frame
        self._receivers: dict[str, RTCRtpReceiver] = {}

    async def answer(self, offer_sdp: str) -> str:
        """The answer, all our candidates in it. Raises SdpRejected."""
        offer = read_offer(offer_sdp)
        self.audio, self.video = offer.audio, offer.video
        if offer.audio:
            self._receive("audio", AUDIO_CLOCK_HZ)
        if offer.video:
            self._receive("video", VIDEO_CLOCK_HZ)
        return await self._answer(offer)

    def _receive(self, kind: Literal["audio", "video"], clock_hz: int) -> None:
        receiver = self._connection.addTransceiver(kind, direction="recvonly").receiver
        self._receivers[kind] = receiver
        self._restrict_codecs(kind)
        timeline = RtpTimeline(clock_hz)

        def handle(data: bytes, raw_timestamp: int) -> None:
            if not data:
                return
            ticks, t_ms = timeline.place(raw_timestamp, self._clock.now_ms())
            key = kind == "audio" or is_key_frame(data)
            self._on_frame(EncodedFrame(self.epoch, kind, data, ticks, t_ms, key))

        encoded_tap.tap_receiver(receiver, handle)

    def count_packets(self) -> int:
        return sum(encoded_tap.count_packets(receiver) for receiver in self._receivers.values())

    def read_counters(self, kind: Literal["audio", "video"]) -> StreamCounters | None:
        receiver = self._receivers.get(kind)
        return None if receiver is None else encoded_tap.read_counters(receiver)

    async def request_key_frame(self) -> None:
        receiver = self._receivers.get("video")
        if receiver is not None and self.state == "connected":
            await encoded_tap.request_key_frame(receiver)


class ObserverPeer(Peer):
    """Someone who watches. `tracks` are read by aiortc for as long as the connection lasts."""

    def __init__(
        self,
        tracks: dict[Literal["audio", "video"], MediaStreamTrack],
        *,
        on_key_frame_request: Callable[[], None],
        ice_servers: tuple[IceServer, ...],
        close_within_s: float,
    ) -> None:
        super().__init__(ice_servers, close_within_s)
        self._tracks = tracks
        self._on_key_frame_request = on_key_frame_request

    async def answer(self, offer_sdp: str) -> str:
        """Raises SdpRejected."""
        offer = read_offer(offer_sdp)
        for kind, track in self._tracks.items():
            if offer.audio if kind == "audio" else offer.video:
                sender: RTCRtpSender = self._connection.addTrack(track)
                self._restrict_codecs(kind)
                encoded_tap.on_key_frame_request(sender, self._on_key_frame_request)
        return await self._answer(offer)

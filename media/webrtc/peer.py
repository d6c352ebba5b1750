"""One RTCPeerConnection in the answering role: negotiated, and closed within bounds."""

from __future__ import annotations

import asyncio
from typing import cast

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError

from media.errors import SdpRejected
from media.frames import Codec
from media.ports import ConnectionState
from media.types import IceServer
from media.webrtc import gate
from media.webrtc.offer import Offer, offer_in_band_repair

_MIME_TYPES: dict[Codec, str] = {"opus": "audio/opus", "vp8": "video/VP8", "h264": "video/H264"}

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
        gate.install()
        # Every offer bundles all its sections. By its own policy aiortc leaves the second section of a kind behind when
        # it moves the first one; by `max-bundle` it takes the addresses of the last section, which are of no use.
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_COMPAT)
        )
        self._close_within_s = close_within_s

    @property
    def state(self) -> ConnectionState:
        return cast(ConnectionState, self._connection.connectionState)

    async def close(self) -> None:
        """Idempotent and bounded: aiortc's own close may wait for ever on a half-made connection."""
        try:
            async with asyncio.timeout(self._close_within_s):
                await self._connection.close()
        except (TimeoutError, *_NEGOTIATION_ERRORS):
            pass  # half-made: aiortc stumbles over the parts that are not there

    async def _answer(self, offer: Offer) -> str:
        """Raises SdpRejected; the connection is closed then."""
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=offer.sdp, type="offer"))
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except _NEGOTIATION_ERRORS as error:
            await self.close()
            raise SdpRejected(f"the offer cannot be answered: {type(error).__name__}: {error}") from error
        return offer_in_band_repair(self._connection.localDescription.sdp)

    def _restrict_codecs(self, transceiver: RTCRtpTransceiver, *codecs_wanted: Codec) -> None:
        """With retransmission for video."""
        wanted = {_MIME_TYPES[codec] for codec in codecs_wanted} | {"video/rtx"}
        capabilities = RTCRtpReceiver.getCapabilities(transceiver.kind)
        codecs = capabilities.codecs if capabilities is not None else []
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType in wanted])

"""The connection of someone who watches."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Literal

from aiortc import RTCRtpSender
from aiortc.rtcrtpparameters import RTCRtpSendParameters

from media.frames import Codec
from media.rtp.packet import RtpPacket
from media.settings import MediaSettings
from media.uplinks.ends import Forwarded
from media.webrtc import private_names
from media.webrtc.down_link import DownLink
from media.webrtc.offer import read_offer
from media.webrtc.peer import Peer


class ObserverPeer(Peer):
    """Packets in by `forward`. `want_key_frame` is called when this observer needs one to begin or to go on."""

    def __init__(self, settings: MediaSettings, want_key_frame: Callable[[], None]) -> None:
        super().__init__(settings.ice_servers, settings.close_peer_within_s)
        self._want_key_frame = want_key_frame
        self._down = DownLink(self._send, want_key_frame)
        self._sender: RTCRtpSender | None = None
        self._give_up_at_s = time.monotonic() + settings.connect_within_ms / 1000

    @property
    def gone(self) -> bool:
        """Also who has not connected in time: aioice waits without end for somebody who has no way to us."""
        if self.state == "connected":
            return False
        late = time.monotonic() >= self._give_up_at_s
        return self.state in ("failed", "closed") or late

    async def answer(self, offer_sdp: str) -> str:
        """Raises SdpRejected."""
        offer = read_offer(offer_sdp)
        if offer.audio:
            self._offer("audio", "opus")
        if offer.video:
            self._offer("video", *offer.video_codecs)
        return await self._answer(offer)

    def forward(self, source: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        """Who is not connected yet gets nothing: what would wait for them is old by then."""
        self._down.forward(source, packet, sequence, starts)

    def poll(self) -> None:
        self._down.poll()

    def _offer(self, kind: Literal["audio", "video"], *codecs: Codec) -> None:
        transceiver = self._connection.addTransceiver(kind, direction="sendonly")
        self._restrict_codecs(transceiver, *codecs)
        private_names.take_over_sender(transceiver.sender, partial(self._start, kind, transceiver.sender))

    def _start(self, kind: Literal["audio", "video"], sender: RTCRtpSender, parameters: RTCRtpSendParameters) -> None:
        if self._sender is None:
            self._sender = sender
            private_names.take_over_packets(sender.transport, lambda data: None, self._down.on_rtcp)
        self._down.open(kind, sender, parameters)
        if kind == "video":
            self._want_key_frame()

    def _send(self, data: bytes) -> bool:
        return self._sender is not None and private_names.send_packet(self._sender.transport, data)

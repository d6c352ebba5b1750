"""The connection of someone who watches."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Literal

from aiortc import RTCRtpSender, rtp
from aiortc.rtcrtpparameters import RTCRtpSendParameters

from media.frames import Codec
from media.rtp.packet import RtpPacket
from media.settings import MediaSettings
from media.uplinks.ends import Forwarded
from media.webrtc import private_names
from media.webrtc.down_track import DownTrack, OutgoingFormat, PayloadTypes
from media.webrtc.feedback import REPORT_INTERVAL_S, parse_rtcp
from media.webrtc.offer import read_offer
from media.webrtc.peer import Peer

_NAMES: dict[str, Codec] = {"audio/opus": "opus", "video/vp8": "vp8", "video/h264": "h264"}


KEY_FRAME_PATIENCE_S = (0.5, 1.0, 2.0, 4.0)
"""Between the requests of one observer that follow on each other."""


class ObserverPeer(Peer):
    """Packets in by `forward`. `want_key_frame` is called when this observer needs one to begin or to go on."""

    def __init__(self, settings: MediaSettings, want_key_frame: Callable[[], None]) -> None:
        super().__init__(settings.ice_servers, settings.close_peer_within_s)
        self._want_key_frame = want_key_frame
        self._tracks: dict[Literal["audio", "video"], DownTrack] = {}
        self._ssrcs: dict[int, DownTrack] = {}
        self._sender: RTCRtpSender | None = None
        self._report_at_s = 0.0
        self._deaf_until_s = 0.0
        self._key_frames_asked = 0
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
        track = self._tracks.get(source.kind)
        if track is None:
            return
        track.forward(source, packet, sequence, starts)
        if source.kind == "video" and track.waits_for(source):
            self._want_key_frame()

    def poll(self) -> None:
        now_s = time.monotonic()
        if now_s < self._report_at_s:
            return
        self._report_at_s = now_s + REPORT_INTERVAL_S
        for track in self._tracks.values():
            report = track.report()
            if report is not None:
                self._send(report)

    def _offer(self, kind: Literal["audio", "video"], *codecs: Codec) -> None:
        transceiver = self._connection.addTransceiver(kind, direction="sendonly")
        self._restrict_codecs(transceiver, *codecs)
        private_names.take_over_sender(transceiver.sender, partial(self._start, kind, transceiver.sender))

    def _start(self, kind: Literal["audio", "video"], sender: RTCRtpSender, parameters: RTCRtpSendParameters) -> None:
        if self._sender is None:
            self._sender = sender
            private_names.take_over_packets(sender.transport, lambda data: None, self._on_rtcp)
        ssrc, again_ssrc = private_names.ssrcs_of(sender)
        form = OutgoingFormat(ssrc, again_ssrc, _read_payload_types(parameters), parameters.rtcp.cname or "viva")
        self._tracks[kind] = self._ssrcs[ssrc] = DownTrack(kind, form, self._send)
        if kind == "video":
            self._want_key_frame()

    def _on_rtcp(self, data: bytes) -> None:
        for packet in parse_rtcp(data):
            if isinstance(packet, rtp.RtcpRtpfbPacket) and packet.fmt == rtp.RTCP_RTPFB_NACK:
                track = self._ssrcs.get(packet.media_ssrc)
                if track is not None:
                    track.send_again(packet.lost)
            elif isinstance(packet, rtp.RtcpPsfbPacket) and packet.fmt in (rtp.RTCP_PSFB_PLI, rtp.RTCP_PSFB_FIR):
                self._ask_for_key_frame()

    def _ask_for_key_frame(self) -> None:
        """An observer whose own line is bad may not make the candidate, the recording and all others pay for it: who
        asks again and again is listened to ever more rarely."""
        now_s = time.monotonic()
        if now_s < self._deaf_until_s:
            return
        calm = now_s - self._deaf_until_s > KEY_FRAME_PATIENCE_S[-1]
        self._key_frames_asked = 0 if calm else min(self._key_frames_asked + 1, len(KEY_FRAME_PATIENCE_S) - 1)
        self._deaf_until_s = now_s + KEY_FRAME_PATIENCE_S[self._key_frames_asked]
        self._want_key_frame()

    def _send(self, data: bytes) -> bool:
        return self._sender is not None and private_names.send_packet(self._sender.transport, data)


def _read_payload_types(parameters: RTCRtpSendParameters) -> dict[Codec, PayloadTypes]:
    """The first of a codec counts where there are several (H.264 has one for every profile)."""
    again = {codec.parameters["apt"]: codec.payloadType for codec in parameters.codecs if "apt" in codec.parameters}
    found: dict[Codec, PayloadTypes] = {}
    for codec in parameters.codecs:
        name = _NAMES.get(codec.mimeType.lower())
        if name is not None and codec.payloadType is not None:
            found.setdefault(name, PayloadTypes(codec.payloadType, again.get(codec.payloadType)))
    return found

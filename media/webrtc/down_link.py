"""What is sent to one peer: a down track for each kind, and the peer's wishes about them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from aiortc import RTCRtpSender, rtp
from aiortc.rtcrtpparameters import RTCRtpSendParameters

from media.frames import Codec
from media.rtp.packet import RtpPacket
from media.uplinks.ends import Forwarded
from media.webrtc import private_names
from media.webrtc.down_track import DownTrack, OutgoingFormat, PayloadTypes
from media.webrtc.feedback import REPORT_INTERVAL_S, parse_rtcp

_NAMES: dict[str, Codec] = {"audio/opus": "opus", "video/vp8": "vp8", "video/h264": "h264"}

KEY_FRAME_PATIENCE_S = (0.5, 1.0, 2.0, 4.0)
"""Between the requests of one peer that follow on each other."""


class DownLink:
    """`send` puts one packet on the wire at once. `want_key_frame` is called when this peer needs one to begin or to go
    on. Until the first packet is forwarded nothing is sent and nothing that comes is looked at."""

    def __init__(self, send: Callable[[bytes], bool], want_key_frame: Callable[[], None]) -> None:
        self._send = send
        self._want_key_frame = want_key_frame
        self._tracks: dict[Literal["audio", "video"], DownTrack] = {}
        self._ssrcs: dict[int, DownTrack] = {}
        self._in_use = False
        self._report_at_s = 0.0
        self._deaf_until_s = 0.0
        self._key_frames_asked = 0

    def open(self, kind: Literal["audio", "video"], sender: RTCRtpSender, parameters: RTCRtpSendParameters) -> None:
        """When the connection is up."""
        ssrc, again_ssrc = private_names.ssrcs_of(sender)
        form = OutgoingFormat(ssrc, again_ssrc, _read_payload_types(parameters), parameters.rtcp.cname or "viva")
        self._tracks[kind] = self._ssrcs[ssrc] = DownTrack(kind, form, self._send)

    def forward(self, source: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        """Who is not connected yet gets nothing: what would wait for them is old by then."""
        track = self._tracks.get(source.kind)
        if track is None:
            return
        self._in_use = True
        track.forward(source, packet, sequence, starts)
        if source.kind == "video" and track.waits_for(source):
            self._want_key_frame()

    def leave(self) -> None:
        """Nothing follows for now."""
        for track in self._tracks.values():
            track.leave()

    def poll(self) -> None:
        """Sender reports, of what has been sent since those before."""
        if not self._in_use:
            return
        now_s = time.monotonic()
        if now_s < self._report_at_s:
            return
        self._report_at_s = now_s + REPORT_INTERVAL_S
        for track in self._tracks.values():
            report = track.report()
            if report is not None:
                self._send(report)

    def on_rtcp(self, data: bytes) -> None:
        if not self._in_use:
            return
        for packet in parse_rtcp(data):
            if isinstance(packet, rtp.RtcpRtpfbPacket) and packet.fmt == rtp.RTCP_RTPFB_NACK:
                track = self._ssrcs.get(packet.media_ssrc)
                if track is not None:
                    track.send_again(packet.lost)
            elif isinstance(packet, rtp.RtcpPsfbPacket) and packet.fmt in (rtp.RTCP_PSFB_PLI, rtp.RTCP_PSFB_FIR):
                self._ask_for_key_frame()

    def _ask_for_key_frame(self) -> None:
        """A peer whose own line is bad may not make the sender, the recording and all others pay for it: who asks again
        and again is listened to ever more rarely."""
        now_s = time.monotonic()
        if now_s < self._deaf_until_s:
            return
        calm = now_s - self._deaf_until_s > KEY_FRAME_PATIENCE_S[-1]
        self._key_frames_asked = 0 if calm else min(self._key_frames_asked + 1, len(KEY_FRAME_PATIENCE_S) - 1)
        self._deaf_until_s = now_s + KEY_FRAME_PATIENCE_S[self._key_frames_asked]
        self._want_key_frame()


def _read_payload_types(parameters: RTCRtpSendParameters) -> dict[Codec, PayloadTypes]:
    """The first of a codec counts where there are several (H.264 has one for every profile)."""
    again = {codec.parameters["apt"]: codec.payloadType for codec in parameters.codecs if "apt" in codec.parameters}
    found: dict[Codec, PayloadTypes] = {}
    for codec in parameters.codecs:
        name = _NAMES.get(codec.mimeType.lower())
        if name is not None and codec.payloadType is not None:
            found.setdefault(name, PayloadTypes(codec.payloadType, again.get(codec.payloadType)))
    return found

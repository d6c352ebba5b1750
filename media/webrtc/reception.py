"""What one publisher's connection receives: packets to their streams, reports and requests back to the sender."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Literal

from aiortc import rtp
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters

from media.counters import MediaCounters, RefusalCounters, StreamCounters
from media.rtp.packet import RtpMalformed, RtpPacket, parse_rtp
from media.rtp.statistics import StreamStatistics
from media.uplinks.alignment import align_video
from media.uplinks.audio import AudioUplink
from media.uplinks.video import VideoUplink
from media.webrtc.feedback import (
    REPORT_INTERVAL_S,
    BandwidthEstimate,
    ask_for_key_frame,
    ask_for_packets,
    parse_rtcp,
    report_reception,
)

POLL_INTERVAL_S = 0.02
_KINDS: tuple[Literal["audio", "video"], ...] = ("audio", "video")
_ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"


class Reception:
    """`send` puts one RTCP packet on the wire at once. Timers run on the packets that come in: when none come, there is
    nothing to repair, and `poll` is called by the session as well."""

    def __init__(self, send: Callable[[bytes], bool]) -> None:
        self._send = send
        self._own_ssrc = secrets.randbits(32)
        self._routes: dict[int, Callable[[RtpPacket], None]] = {}
        self._abs_send_time: int | None = None
        self._audio: AudioUplink | None = None
        self._video: VideoUplink | None = None
        self.bandwidth = BandwidthEstimate()
        self.packets = 0
        self.strays = 0
        """Malformed packets, and those of streams that were not negotiated."""
        self._poll_at_s = 0.0
        self._report_at_s = 0.0

    def start_audio(self, uplink: AudioUplink, parameters: RTCRtpReceiveParameters) -> None:
        self._audio = uplink
        uplink.statistics.ssrc = _declared_ssrc(parameters)
        for codec in parameters.codecs:
            if codec.payloadType is not None and codec.mimeType.lower() == "audio/opus":
                self._routes[codec.payloadType] = partial(self._receive_voice, uplink)

    def start_video(self, uplink: VideoUplink, parameters: RTCRtpReceiveParameters) -> None:
        """The stream of retransmissions is told from the media by its payload type (RFC 4588 section 8.6)."""
        self._video = uplink
        uplink.statistics.ssrc = _declared_ssrc(parameters)
        self._abs_send_time = next((ext.id for ext in parameters.headerExtensions if ext.uri == _ABS_SEND_TIME), None)
        for codec in parameters.codecs:
            if codec.payloadType is None:
                continue
            again = codec.mimeType.lower() == "video/rtx"
            self._routes[codec.payloadType] = partial(self._receive_again if again else self._receive_picture, uplink)

    def on_rtp(self, data: bytes) -> None:
        try:
            packet = parse_rtp(data, self._abs_send_time)
        except RtpMalformed:
            self.strays += 1
            return
        self.packets += 1
        route = self._routes.get(packet.payload_type)
        if route is None:
            self.strays += 1
            return
        route(packet)
        if time.monotonic() >= self._poll_at_s:
            self.poll()

    def on_rtcp(self, data: bytes) -> None:
        for packet in parse_rtcp(data):
            if not isinstance(packet, rtp.RtcpSrPacket):
                continue
            for uplink in (self._audio, self._video):
                if uplink is not None and uplink.statistics.ssrc == packet.ssrc:
                    sent = packet.sender_info
                    uplink.statistics.sender_report = (sent.ntp_timestamp, sent.rtp_timestamp)
                    uplink.statistics.sender_report_at_s = time.monotonic()
                    uplink.note_report(sent.ntp_timestamp, sent.rtp_timestamp)
            if self._audio is not None and self._video is not None:
                align_video(self._audio, self._video)

    def poll(self) -> None:
        now_s = time.monotonic()
        self._poll_at_s = now_s + POLL_INTERVAL_S
        if self._audio is not None:
            self._audio.poll()
        if self._video is not None:
            self._video.poll()
        if now_s >= self._report_at_s:
            self._report_at_s = now_s + REPORT_INTERVAL_S
            streams = [stream for kind in _KINDS if (stream := self.statistics(kind)) is not None]
            if streams:
                self._send(report_reception(self._own_ssrc, streams))

    def statistics(self, kind: Literal["audio", "video"]) -> StreamStatistics | None:
        """None before the first packet."""
        uplink = self._audio if kind == "audio" else self._video
        return uplink.statistics if uplink is not None and uplink.statistics.received else None

    def count(self) -> MediaCounters:
        return MediaCounters(
            audio=self._audio.count() if self._audio is not None else StreamCounters(),
            video=self._video.count() if self._video is not None else StreamCounters(),
            refused=RefusalCounters(strays=self.strays),
        )

    def ask_again(self, missing: list[int]) -> None:
        if self._video is not None:
            self._send(ask_for_packets(self._own_ssrc, self._video.statistics.ssrc, missing))

    def note_round_trip(self, rtt_ms: int) -> None:
        if self._video is not None:
            self._video.note_round_trip(rtt_ms)

    def request_key_frame(self) -> None:
        if self._video is not None and self._video.statistics.received:
            self._video.statistics.key_frame_requests += 1
            self._send(ask_for_key_frame(self._own_ssrc, self._video.statistics.ssrc))

    def _belongs(self, uplink: AudioUplink | VideoUplink, packet: RtpPacket) -> bool:
        """One stream of a kind: the declared one or, where the offer declares none, the first that comes."""
        statistics = uplink.statistics
        if not statistics.ssrc:
            statistics.ssrc = packet.ssrc
        if statistics.ssrc == packet.ssrc:
            return True
        self.strays += 1
        return False

    def _receive_voice(self, uplink: AudioUplink, packet: RtpPacket) -> None:
        if self._belongs(uplink, packet):
            uplink.receive(packet)

    def _receive_picture(self, uplink: VideoUplink, packet: RtpPacket) -> None:
        if not self._belongs(uplink, packet):
            return
        uplink.receive(packet)
        message = self.bandwidth.note(packet, self._own_ssrc)
        if message is not None:
            self._send(message)

    def _receive_again(self, uplink: VideoUplink, packet: RtpPacket) -> None:
        """Browsers also send retransmission packets without content, to probe the path."""
        if len(packet.payload) < 2:
            return
        packet.sequence_number = int.from_bytes(packet.payload[:2])
        packet.payload = packet.payload[2:]
        packet.ssrc = uplink.statistics.ssrc
        uplink.receive_again(packet)


def _declared_ssrc(parameters: RTCRtpReceiveParameters) -> int:
    return parameters.encodings[0].ssrc if parameters.encodings else 0

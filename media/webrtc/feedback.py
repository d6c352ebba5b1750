"""What a receiver tells the sender over RTCP, and understanding what comes in."""

from __future__ import annotations

import struct
import time

from aiortc import rtp
from aiortc.rate import RemoteBitrateEstimator

from media.rtp.packet import RtpPacket
from media.rtp.statistics import StreamStatistics

REPORT_INTERVAL_S = 1.0
FIRST_GUESS_BPS = 600_000
LEAST_BPS = 200_000
PAUSE_MS = 1_000


def parse_rtcp(data: bytes) -> list[rtp.AnyRtcpPacket]:
    """Nothing for what is malformed: aiortc's parser trusts lengths it has not checked."""
    try:
        return rtp.RtcpPacket.parse(data)
    except (ValueError, struct.error, IndexError):
        return []


def report_reception(own_ssrc: int, streams: list[StreamStatistics]) -> bytes:
    """A receiver report (RFC 3550 section 6.4.2)."""
    now_s = time.monotonic()
    return bytes(rtp.RtcpRrPacket(own_ssrc, [_report(stream, now_s) for stream in streams]))


def _report(stream: StreamStatistics, now_s: float) -> rtp.RtcpReceiverInfo:
    last_report, delay = 0, 0
    if stream.sender_report is not None:
        last_report = stream.sender_report[0] >> 16 & 0xFFFFFFFF
        delay = min(0xFFFFFFFF, int((now_s - stream.sender_report_at_s) * 65_536))
    return rtp.RtcpReceiverInfo(
        ssrc=stream.ssrc,
        fraction_lost=stream.fraction_lost(),
        packets_lost=rtp.clamp_packets_lost(stream.expected - stream.received),
        highest_sequence=stream.highest & 0xFFFFFFFF,
        jitter=int(stream.jitter_ticks) & 0xFFFFFFFF,
        lsr=last_report,
        dlsr=delay,
    )


def ask_for_packets(own_ssrc: int, media_ssrc: int, missing: list[int]) -> bytes:
    """A generic NACK (RFC 4585 section 6.2.1). `missing` in order, 16 bits each."""
    information = struct.pack("!LL", own_ssrc, media_ssrc) + _pack_missing(missing)
    return rtp.pack_rtcp_packet(rtp.RTCP_RTPFB, rtp.RTCP_RTPFB_NACK, information)


def _pack_missing(missing: list[int]) -> bytes:
    """A packet id and a mask of the 16 that follow it, across the wrap; aiortc's own fails there."""
    packed = b""
    at = 0
    while at < len(missing):
        first, mask = missing[at], 0
        at += 1
        while at < len(missing) and (distance := (missing[at] - first - 1) & 0xFFFF) < 16:
            mask |= 1 << distance
            at += 1
        packed += struct.pack("!HH", first, mask)
    return packed


def ask_for_key_frame(own_ssrc: int, media_ssrc: int) -> bytes:
    """A picture loss indication (RFC 4585 section 6.3.1)."""
    return bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_PLI, ssrc=own_ssrc, media_ssrc=media_ssrc))


class BandwidthEstimate:
    """How much the sender may send, told to it as REMB (draft-alvestrand-rmcat-remb-03).

    The estimator is aiortc's, which costs 16 us a call: it is given whole pictures and not single packets. For its
    first three seconds it has no opinion; a browser that is told nothing begins at 300 kbit/s and takes ten seconds to
    double it, so a first guess is told, which the estimator withdraws if the path does not carry it.

    It goes by delays, those of this process among them, and takes what it has throttled for all there is: so it may
    thin a picture out to what the smallest one takes, and whether that can be sent is decided by loss and queues
    elsewhere. After a picture that was paused it begins anew, since of the time in between it has seen nothing.
    """

    def __init__(self) -> None:
        self._estimator = RemoteBitrateEstimator()
        self._size = 0
        self._guessed = False
        self._noted_ms = 0
        self.estimate_bps: int | None = None

    def note(self, packet: RtpPacket, own_ssrc: int) -> bytes | None:
        """The message to send, when there is one."""
        self._size += len(packet.payload)
        if not packet.marker or packet.abs_send_time is None:
            return None
        size, self._size = self._size, 0
        now_ms = int(time.monotonic() * 1000)
        if now_ms - self._noted_ms > PAUSE_MS:
            self._estimator, self.estimate_bps, self._guessed = RemoteBitrateEstimator(), None, False
        self._noted_ms = now_ms
        found = self._estimator.add(now_ms, packet.abs_send_time, size, packet.ssrc)
        if found is not None:
            self.estimate_bps = max(LEAST_BPS, found[0])
        elif self._guessed:
            return None
        self._guessed = True
        bitrate = FIRST_GUESS_BPS if self.estimate_bps is None else self.estimate_bps
        information = rtp.pack_remb_fci(bitrate, [packet.ssrc])
        return bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_APP, ssrc=own_ssrc, media_ssrc=0, fci=information))

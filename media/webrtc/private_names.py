"""The one place that knows aiortc's private names.

aiortc keeps ICE, DTLS, SRTP and SDP. What it does with the packets (stock jitter buffer, a decoder thread per stream,
unbounded queues, a task per sender) is replaced: a receiver or sender that has been taken over is never started, and
its transport hands every unprotected packet to us. So no decoding can take place, and no thread of aiortc's exists.

The names used are listed in `PRIVATE_NAMES` and checked by `tests/contract/test_aiortc_private_names.py`; aiortc is
pinned to `SUPPORTED_SERIES` for their sake.
"""

# ruff: noqa: SLF001 - private names are what this file is for
from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from functools import cache
from typing import Any

import pylibsrtp
from aioice import Connection
from aiortc import RTCDtlsTransport, RTCIceTransport, RTCRtpReceiver, RTCRtpSender
from aiortc.rtcdtlstransport import State
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters

from media.webrtc import gate

SUPPORTED_SERIES = {"aiortc": "1.16.", "aioice": "0.13.", "pylibsrtp": "1.0."}

PRIVATE_NAMES: dict[type, tuple[str, ...]] = {
    RTCRtpReceiver: ("receive",),
    RTCRtpSender: ("send", "_ssrc", "_rtx_ssrc"),
    RTCDtlsTransport: ("_handle_rtp_data", "_handle_rtcp_data", "_rx_srtp", "_tx_srtp", "_state"),
    RTCIceTransport: ("_connection",),
    Connection: ("_nominated",),
}


@cache
def check_version() -> None:
    for name, series in SUPPORTED_SERIES.items():
        installed = importlib.metadata.version(name)
        if not installed.startswith(series):
            raise RuntimeError(
                f"{name} {installed} is installed; the media path was written against {series}x. Read "
                "media/webrtc/private_names.py and tests/contract/test_aiortc_private_names.py before moving the pin."
            )


def take_over_receiver(receiver: Any, start: Callable[[RTCRtpReceiveParameters], None]) -> None:
    """`start` is called when the connection is up, in place of aiortc's own reception. Call before negotiating."""
    check_version()

    async def receive(parameters: RTCRtpReceiveParameters) -> None:
        start(parameters)

    receiver.receive = receive


def take_over_sender(sender: Any, start: Callable[[RTCRtpSendParameters], None]) -> None:
    """`start` is called when the connection is up, in place of aiortc's own sending. Call before negotiating."""
    check_version()

    async def send(parameters: RTCRtpSendParameters) -> None:
        start(parameters)

    sender.send = send


def take_over_packets(transport: Any, on_rtp: Callable[[bytes], None], on_rtcp: Callable[[bytes], None]) -> None:
    """Every packet that SRTP lets through, of a limited number of sources, in order. To be called when the connection
    is up. Neither may raise."""
    sources = gate.SourceLimit(transport)
    srtp = transport._rx_srtp

    def take_rtp(data: bytes) -> None:
        if sources.admit(data[8:12]):
            on_rtp(data)

    def take_rtcp(data: bytes) -> None:
        if sources.admit(data[4:8]):
            on_rtcp(data)

    def receive(data: bytes) -> None:
        """RTP and RTCP are told apart as in RFC 5761 section 4."""
        try:
            if len(data) > 1 and 191 < data[1] < 224:
                take_rtcp(srtp.unprotect_rtcp(data))
            else:
                take_rtp(srtp.unprotect(data))
        except pylibsrtp.Error:
            return  # not the far end's, or seen before

    async def handle_rtp(data: bytes, arrival_time_ms: int) -> None:
        take_rtp(data)

    async def handle_rtcp(data: bytes) -> None:
        take_rtcp(data)

    transport._handle_rtp_data = handle_rtp  # what has been queued already
    transport._handle_rtcp_data = handle_rtcp
    gate.open_direct_way(transport.transport._connection, receive)


def send_packet(transport: Any, data: bytes) -> bool:
    """RTP or RTCP out, at once: what aiortc does in four coroutines, none of which waits. False: nobody is there."""
    if transport._state is not State.CONNECTED:
        return False
    pair = transport.transport._connection._nominated.get(1)
    if pair is None:
        return False
    srtp = transport._tx_srtp
    try:
        sealed = srtp.protect_rtcp(data) if 191 < data[1] < 224 else srtp.protect(data)
        pair.protocol.transport.sendto(sealed, pair.remote_addr)
    except (pylibsrtp.Error, ValueError, OSError, AttributeError):
        return False  # too long for SRTP's buffer, numbered too far back, or a socket that has just been closed
    return True


def ssrcs_of(sender: Any) -> tuple[int, int]:
    """(media, retransmission): what the answer's SDP says this sender will use."""
    return sender._ssrc, sender._rtx_ssrc

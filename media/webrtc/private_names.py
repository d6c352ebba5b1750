"""The one place that knows aiortc's private names.

aiortc keeps ICE, DTLS, SRTP and SDP. What it does with the packets (stock jitter buffer, a decoder thread per stream,
unbounded queues, a task per sender) is replaced: a receiver or sender that has been taken over is never started, and
its transport hands every unprotected packet to us. So no decoding can take place, and no thread of aiortc's exists.

The names used are listed in `PRIVATE_NAMES` and checked by `tests/contract/test_aiortc_private_names.py`; aiortc is
pinned to `SUPPORTED_SERIES` for their sake.
"""

# ruff: noqa: SLF001 - private names are what this file is for
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiortc
from aiortc import RTCDtlsTransport, RTCRtpReceiver, RTCRtpSender
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters

from media.webrtc import gate

SUPPORTED_SERIES = "1.16."

PRIVATE_NAMES: dict[type, tuple[str, ...]] = {
    RTCRtpReceiver: ("receive",),
    RTCRtpSender: ("send", "_ssrc", "_rtx_ssrc"),
    RTCDtlsTransport: ("_handle_rtp_data", "_handle_rtcp_data", "_send_rtp"),
}


def check_version() -> None:
    if not aiortc.__version__.startswith(SUPPORTED_SERIES):
        raise RuntimeError(
            f"aiortc {aiortc.__version__} is installed; the media path was written against {SUPPORTED_SERIES}x. "
            "Read media/webrtc/private_names.py and tests/contract/test_aiortc_private_names.py before moving the pin."
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
    """Every packet that SRTP has let through, of a limited number of sources, in order. Neither may raise: it
    would end the transport."""
    sources = gate.SourceLimit(transport)

    async def handle_rtp(data: bytes, arrival_time_ms: int) -> None:
        if sources.admit(data[8:12]):
            on_rtp(data)

    async def handle_rtcp(data: bytes) -> None:
        if sources.admit(data[4:8]):
            on_rtcp(data)

    transport._handle_rtp_data = handle_rtp
    transport._handle_rtcp_data = handle_rtcp


def send_packet(transport: Any, data: bytes) -> bool:
    """RTP or RTCP out, at once. aiortc's way out is a coroutine that never waits; False when nobody is there."""
    sending = transport._send_rtp(data)
    try:
        sending.send(None)
    except StopIteration:
        return True
    except (ConnectionError, OSError):
        return False
    sending.close()
    raise RuntimeError("aiortc waits while it sends: see tests/contract/test_aiortc_private_names.py")


def ssrcs_of(sender: Any) -> tuple[int, int]:
    """(media, retransmission): what the answer's SDP says this sender will use."""
    return sender._ssrc, sender._rtx_ssrc

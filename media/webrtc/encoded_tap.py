"""The one place that knows aiortc's private names.

aiortc decodes everything it receives on one thread per stream, through unbounded queues. Its encoded frames pass one
point, the receiver's decoder queue; replacing that object gives us the frames and no decoding takes place. NACK, RTX,
REMB, receiver reports and key-frame requests stay aiortc's own.

The names used are listed in `PRIVATE_NAMES` and checked by `tests/contract/test_aiortc_private_names.py`; aiortc is
pinned to `SUPPORTED_SERIES` for their sake.
"""

# ruff: noqa: SLF001 - private names are what this file is for
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiortc
from aiortc import rtcrtpreceiver
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtcrtpsender import RTCRtpSender

SUPPORTED_SERIES = "1.16."

PRIVATE_NAMES: dict[type, tuple[str, ...]] = {
    RTCRtpReceiver: (
        "_RTCRtpReceiver__decoder_queue",
        "_RTCRtpReceiver__decoder_thread",
        "_RTCRtpReceiver__remote_streams",
        "_RTCRtpReceiver__rtx_ssrc",
        "_send_rtcp_pli",
    ),
    RTCRtpSender: ("_send_keyframe",),
}

FrameHandler = Callable[[bytes, int], None]
"""Called on the event loop with (whole encoded frame, RTP timestamp of any integer value); must not block."""


@dataclass(frozen=True, slots=True)
class StreamCounters:
    """RTP counters of one media stream, retransmissions counted apart. `jitter` is in RTP clock ticks."""

    received: int
    expected: int
    jitter: int


class _FrameTap:
    """Stands in for the receiver's `queue.Queue`: `put` hands the frame over at once and keeps nothing."""

    def __init__(self, handle: FrameHandler) -> None:
        self._handle = handle

    def put(self, item: tuple[Any, Any] | None) -> None:
        if item is not None:
            _, frame = item
            self._handle(frame.data, frame.timestamp)


_decode_in_thread = rtcrtpreceiver.decoder_worker


def _decode_unless_tapped(loop: Any, input_q: Any, output_q: Any, decode_error: Any) -> None:
    """A receiver starts its decoder thread in any case; for a tapped one the thread ends at once."""
    if not isinstance(input_q, _FrameTap):
        _decode_in_thread(loop, input_q, output_q, decode_error)


def install() -> None:
    """Idempotent. Receivers that are not tapped go on decoding as before."""
    if not aiortc.__version__.startswith(SUPPORTED_SERIES):
        raise RuntimeError(
            f"aiortc {aiortc.__version__} is installed; the encoded path was written against {SUPPORTED_SERIES}x. "
            "Read media/webrtc/encoded_tap.py and tests/contract/test_aiortc_private_names.py before moving the pin."
        )
    rtcrtpreceiver.decoder_worker = _decode_unless_tapped


def tap_receiver(receiver: Any, handle: FrameHandler) -> None:
    """To be called before the connection is made."""
    install()
    receiver._RTCRtpReceiver__decoder_queue = _FrameTap(handle)


def read_counters(receiver: Any) -> StreamCounters | None:
    """None before the first packet. `getStats()` is no use here: it gives media and RTX streams the same id."""
    retransmissions = receiver._RTCRtpReceiver__rtx_ssrc
    streams = receiver._RTCRtpReceiver__remote_streams
    media = [stream for ssrc, stream in streams.items() if ssrc not in retransmissions]
    if not media:
        return None
    busiest = max(media, key=lambda stream: int(stream.packets_received))
    return StreamCounters(busiest.packets_received, busiest.packets_expected, busiest.jitter)


def count_packets(receiver: Any) -> int:
    """Every RTP packet that came in, for liveness."""
    streams = receiver._RTCRtpReceiver__remote_streams
    return sum(int(stream.packets_received) for stream in streams.values())


async def request_key_frame(receiver: Any) -> None:
    """Sends a picture loss indication for the media stream; does nothing before its first packet."""
    retransmissions = receiver._RTCRtpReceiver__rtx_ssrc
    streams = receiver._RTCRtpReceiver__remote_streams
    for ssrc in [ssrc for ssrc in streams if ssrc not in retransmissions]:
        await receiver._send_rtcp_pli(ssrc)


def on_key_frame_request(sender: Any, handle: Callable[[], None]) -> None:
    """`handle` is called on the loop for every PLI or FIR of the far end (a passed-through stream has no encoder)."""
    sender._send_keyframe = handle

"""RTP packets as they come out of SRTP (RFC 3550 section 5.1; header extensions of RFC 8285)."""

from __future__ import annotations

from dataclasses import dataclass

_ONE_BYTE_PROFILE = 0xBEDE
_TWO_BYTE_PROFILE = 0x1000


class RtpMalformed(ValueError):
    """Not an RTP packet."""


@dataclass(slots=True)
class RtpPacket:
    """`sequence_number` has 16 bits and `timestamp` 32. `abs_send_time` is a 24-bit fixed-point second (6.18)."""

    payload_type: int
    marker: bool
    sequence_number: int
    timestamp: int
    ssrc: int
    payload: bytes
    abs_send_time: int | None = None


def parse_rtp(data: bytes, abs_send_time_id: int | None = None) -> RtpPacket:
    """Padding is taken off. Raises RtpMalformed."""
    size = len(data)
    if size < 12 or data[0] >> 6 != 2:
        raise RtpMalformed("no RTP header")
    start = 12 + 4 * (data[0] & 0x0F)
    abs_send_time = None
    if data[0] & 0x10:
        if size < start + 4:
            raise RtpMalformed("the header extension is cut off")
        begin, profile = start + 4, data[start] << 8 | data[start + 1]
        start = begin + 4 * (data[start + 2] << 8 | data[start + 3])
        if abs_send_time_id is not None and start <= size:
            abs_send_time = _find_abs_send_time(data[begin:start], profile, abs_send_time_id)
    if data[0] & 0x20 and start < size:
        padding = data[-1]
        if padding == 0 or start + padding > size:
            raise RtpMalformed("the padding is longer than the packet")
        size -= padding
    if start > size:
        raise RtpMalformed("the header is cut off")
    return RtpPacket(
        payload_type=data[1] & 0x7F,
        marker=data[1] > 0x7F,
        sequence_number=data[2] << 8 | data[3],
        timestamp=int.from_bytes(data[4:8]),
        ssrc=int.from_bytes(data[8:12]),
        payload=data[start:size],
        abs_send_time=abs_send_time,
    )


def _find_abs_send_time(block: bytes, profile: int, wanted: int) -> int | None:
    """Of a one-byte or two-byte extension block (RFC 8285 sections 4.2 and 4.3)."""
    short = profile == _ONE_BYTE_PROFILE
    if not short and profile & 0xFFF0 != _TWO_BYTE_PROFILE:
        return None
    at = 0
    while at < len(block):
        if block[at] == 0:
            at += 1
            continue
        if short:
            number, length, at = block[at] >> 4, (block[at] & 0x0F) + 1, at + 1
        elif at + 1 < len(block):
            number, length, at = block[at], block[at + 1], at + 2
        else:
            return None
        if number == wanted:
            return int.from_bytes(block[at : at + 3]) if length == 3 and at + 3 <= len(block) else None
        at += length
    return None

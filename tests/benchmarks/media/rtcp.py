"""The few RTCP packets that the load generator writes and reads (RFC 3550, RFC 4585)."""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass

_SENDER_REPORT, _RECEIVER_REPORT, _TRANSPORT_FEEDBACK, _PAYLOAD_FEEDBACK = 200, 201, 205, 206
_NACK, _PLI, _FIR, _REMB = 1, 1, 4, 15
_NTP_EPOCH_S = 2_208_988_800


@dataclass(frozen=True, slots=True)
class Requests:
    """What the far end asks a sender for."""

    key_frame: bool
    missing: tuple[int, ...]


def read_requests(data: bytes) -> Requests:
    key_frame, missing, at = False, [], 0
    while at + 4 <= len(data):
        form, kind, words = data[at] & 0x1F, data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 4 * (words + 1)
        if kind == _PAYLOAD_FEEDBACK and form in (_PLI, _FIR):
            key_frame = True
        elif kind == _TRANSPORT_FEEDBACK and form == _NACK:
            for entry in range(at + 12, min(end, len(data)) - 3, 4):
                first, mask = struct.unpack_from("!HH", data, entry)
                missing.append(first)
                missing += [(first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1]
        at = end
    return Requests(key_frame, tuple(missing))


def write_sender_report(ssrc: int, ticks: int, packets: int, octets: int) -> bytes:
    now_s = time.time() + _NTP_EPOCH_S
    seconds = int(now_s)
    report = struct.pack(
        "!BBHIIIIII", 0x80, _SENDER_REPORT, 6, ssrc, seconds & 0xFFFFFFFF, int((now_s - seconds) * 2**32), ticks,
        packets & 0xFFFFFFFF, octets & 0xFFFFFFFF,
    )  # fmt: skip
    return report + struct.pack("!BBHIBB4sH", 0x81, 202, 3, ssrc, 1, 4, b"load", 0)


def write_receiver_report(own_ssrc: int, streams: dict[int, int], bitrate_bps: int) -> bytes:
    """Nothing lost, up to the highest sequence number of each stream, and an estimate of what there is room for."""
    blocks = b"".join(struct.pack("!IIIIII", ssrc, 0, highest, 0, 0, 0) for ssrc, highest in streams.items())
    report = struct.pack("!BBHI", 0x80 | len(streams), _RECEIVER_REPORT, 1 + 6 * len(streams), own_ssrc) + blocks
    exponent = max(0, bitrate_bps.bit_length() - 18)
    rate = exponent << 18 | bitrate_bps >> exponent
    fci = b"REMB" + (len(streams) << 24 | rate).to_bytes(4, "big") + b"".join(map(_ssrc_bytes, streams))
    head = struct.pack("!BBHII", 0x80 | _REMB, _PAYLOAD_FEEDBACK, 2 + len(fci) // 4, own_ssrc, 0)
    return report + head + fci


def _ssrc_bytes(ssrc: int) -> bytes:
    return ssrc.to_bytes(4, "big")

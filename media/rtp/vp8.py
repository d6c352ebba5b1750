"""What a forwarder and a recorder need of VP8: bytes of a frame (RFC 6386 section 9.1) and its RTP payload format."""

from __future__ import annotations

from typing import Literal

_START_CODE = b"\x9d\x01\x2a"


def is_key_frame(data: bytes) -> bool:
    """One without a size is none: nothing could be opened with it."""
    return len(data) >= 10 and data[0] & 1 == 0 and data[3:6] == _START_CODE and 0 not in read_size(data)


def read_size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels of a key frame."""
    width = int.from_bytes(data[6:8], "little") & 0x3FFF
    height = int.from_bytes(data[8:10], "little") & 0x3FFF
    return width, height


def find_payload(payload: bytes) -> tuple[int, bool]:
    """(offset of the VP8 data behind the payload descriptor, whether they begin a frame) (RFC 7741 section 4.2).

    The offset lies at or behind the end for a descriptor that is cut off.
    """
    if not payload:
        return 0, False
    first, at = payload[0], 1
    if first & 0x80 and len(payload) > 1:
        extension, at = payload[1], 2
        if extension & 0x80 and len(payload) > 2:  # picture id, 7 or 15 bits
            at += 2 if payload[2] & 0x80 else 1
        if extension & 0x40:  # TL0PICIDX
            at += 1
        if extension & 0x30:  # TID or KEYIDX
            at += 1
    return at, first & 0x17 == 0x10


class Vp8Depacketiser:
    """A `Depacketiser`."""

    codec: Literal["vp8"] = "vp8"

    def is_key_start(self, payload: bytes) -> bool:
        at, begins = find_payload(payload)
        return begins and is_key_frame(payload[at : at + 10])

    def assemble(self, payloads: list[bytes]) -> bytes | None:
        if not payloads or not find_payload(payloads[0])[1]:
            return None
        return b"".join([payload[find_payload(payload)[0] :] for payload in payloads]) or None

    def is_key_frame(self, frame: bytes) -> bool:
        return is_key_frame(frame)

    def size(self, frame: bytes) -> tuple[int, int] | None:
        return read_size(frame) if is_key_frame(frame) else None

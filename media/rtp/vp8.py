"""The few bytes of a VP8 frame that a forwarder and a recorder need (RFC 6386 section 9.1)."""

from __future__ import annotations

_START_CODE = b"\x9d\x01\x2a"


def is_key_frame(data: bytes) -> bool:
    """One without a size is none: nothing could be opened with it."""
    return len(data) >= 10 and data[0] & 1 == 0 and data[3:6] == _START_CODE and 0 not in read_size(data)


def read_size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels of a key frame."""
    width = int.from_bytes(data[6:8], "little") & 0x3FFF
    height = int.from_bytes(data[8:10], "little") & 0x3FFF
    return width, height

"""UUIDv7 (RFC 9562, section 5.7): sortable by time, so that new rows land at the end of an index."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_id() -> str:
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))

"""Everybody who needs a key frame asks here; the candidate is asked once for all of them."""

from __future__ import annotations


class KeyFrameRequests:
    """One key frame serves all, and is as large as ten other pictures: requests within `gap_ms` are one."""

    def __init__(self, gap_ms: int) -> None:
        self._gap_ms = gap_ms
        self._wanted = False
        self._asked_ms = -gap_ms

    def want(self, now_ms: int) -> bool:
        """Whether it is `due` at once."""
        self._wanted = True
        return now_ms - self._asked_ms >= self._gap_ms

    def due(self, now_ms: int) -> bool:
        """True once for all requests since the last time; the caller asks then."""
        if not self._wanted or now_ms - self._asked_ms < self._gap_ms:
            return False
        self._wanted, self._asked_ms = False, now_ms
        return True

"""When, by the sender's own clock, an RTP timestamp was: from RTCP sender reports (RFC 3550 section 6.4.1)."""

from __future__ import annotations

from collections import deque

NTP_FRACTION = 1 << 32
REPORTS = 8
"""Some seconds of them."""
STEP_S = 0.2
"""A report that is as far from those before says that the stream stood still, or that the clock was set."""


class SenderClock:
    """Of one stream. Streams of one sender share the clock, and so can be laid beside each other.

    A sender that stamps its reports when it sends, not when it captures, is late by the time its encoder took and never
    early: of the last reports the earliest is taken.
    """

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self._ntp_s = 0.0
        self._timestamp: int | None = None
        self._reports: deque[tuple[float, int]] = deque(maxlen=REPORTS)

    @property
    def known(self) -> bool:
        return self._timestamp is not None

    def note_report(self, ntp: int, timestamp: int) -> float:
        """`ntp` has 64 bits, seconds in the upper half. A report of a sender that has no clock (0) is ignored.

        Returns by how many seconds the stream has fallen behind the sender's clock since the report before.
        """
        if not ntp:
            return 0.0
        time_s = ntp / NTP_FRACTION
        expected_s = self.time_s(timestamp) if self.known else time_s
        if abs(time_s - expected_s) >= STEP_S:
            self._reports.clear()
        self._reports.append((time_s, timestamp))
        self._ntp_s, self._timestamp = min(
            self._reports, key=lambda report: report[0] + _signed(timestamp - report[1]) / self._clock_hz
        )
        return self.time_s(timestamp) - expected_s

    def time_s(self, timestamp: int) -> float:
        """Only when `known`. The nearest reading of the 32-bit `timestamp`."""
        return self._ntp_s + _signed(timestamp - (self._timestamp or 0)) / self._clock_hz

    def timestamp_at(self, time_s: float) -> int:
        """Only when `known`; 32 bits."""
        return ((self._timestamp or 0) + round((time_s - self._ntp_s) * self._clock_hz)) % (1 << 32)


def _signed(difference: int) -> int:
    return (difference + (1 << 31)) % (1 << 32) - (1 << 31)

"""What a receiver knows of one RTP stream (RFC 3550 section 6.4.1 and appendix A.8)."""

from __future__ import annotations

from media.rtp.sequence import Unwrapper


class StreamStatistics:
    """Of one SSRC. `received` counts packets as they came; `recovered` those that came by retransmission, which are not
    among `received`. `jitter_ticks` is the interarrival jitter in units of the RTP clock."""

    __slots__ = (
        "_first",
        "_sequence",
        "_told_expected",
        "_told_received",
        "_transit",
        "bytes",
        "clock_hz",
        "highest",
        "jitter_ticks",
        "key_frame_requests",
        "nacks",
        "received",
        "recovered",
        "sender_report",
        "sender_report_at_s",
        "ssrc",
    )  # fmt: skip

    def __init__(self, ssrc: int, clock_hz: int) -> None:
        self.ssrc = ssrc
        self.clock_hz = clock_hz
        self.received = 0
        self.recovered = 0
        self.bytes = 0
        self.highest = 0
        self.jitter_ticks = 0.0
        self.nacks = 0
        self.key_frame_requests = 0
        self.sender_report: tuple[int, int] | None = None
        """(64-bit NTP time, RTP timestamp) of the last sender report."""
        self.sender_report_at_s = 0.0
        self._first: int | None = None
        self._sequence = Unwrapper(16)
        self._transit: float | None = None
        self._told_expected = 0
        self._told_received = 0

    def receive(self, sequence_number: int, timestamp: int, size: int, arrival_s: float) -> int:
        """The sequence number, unwrapped."""
        sequence = self._sequence.unwrap(sequence_number)
        if self._first is None:
            self._first = self.highest = sequence
        self.received += 1
        self.bytes += size
        self._first = min(self._first, sequence)
        if sequence >= self.highest:
            self.highest = sequence
            transit = (arrival_s * self.clock_hz - timestamp) % (1 << 32)
            if self._transit is not None:
                difference = abs(transit - self._transit)
                difference = min(difference, (1 << 32) - difference)
                self.jitter_ticks += (difference - self.jitter_ticks) / 16
            self._transit = transit
        return sequence

    def unwrap(self, sequence_number: int) -> int:
        """Of a packet that came by another way (a retransmission)."""
        return self._sequence.unwrap(sequence_number)

    @property
    def expected(self) -> int:
        return 0 if self._first is None else self.highest - self._first + 1

    @property
    def jitter_ms(self) -> float:
        return self.jitter_ticks * 1000 / self.clock_hz

    def fraction_lost(self) -> int:
        """Since the last call, in 1/256 (RFC 3550 appendix A.3); for receiver reports only."""
        expected, received = self.expected - self._told_expected, self.received - self._told_received
        self._told_expected, self._told_received = self.expected, self.received
        missing = expected - received
        return 0 if expected <= 0 or missing <= 0 else min(255, (missing << 8) // expected)

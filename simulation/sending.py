"""What the server asks a virtual candidate to send, and what the candidate tells about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from server.protocol.commands import QualityReportCommand
from server.protocol.events import QualityProfileChanged
from server.protocol.signals import CameraState


class Sending:
    """Outlives a connection, as a page's own memory of it does. Until the server tells, everything is sent."""

    def __init__(self) -> None:
        self.video = True
        self._kbps = 10_000.0
        self._fps = 1_000.0

    def follow(self, profile: QualityProfileChanged) -> None:
        self.video = profile.video
        if profile.video:
            self._kbps, self._fps = float(profile.max_kbps), float(profile.fps)

    def share(self, kbps: float, fps: float) -> float:
        """How much of a picture of so many kbit/s and frames a second may be sent, 0..1."""
        return min(1.0, self._kbps / kbps, self._fps / fps) if self.video else 0.0


class SentStatistics:
    """As a page reads them from its browser, for one peer."""

    def __init__(self) -> None:
        self._bytes = 0
        self._at_s: float | None = None

    def read(self, entries: Iterable[Any], camera: CameraState, rtt_ms: int | None) -> QualityReportCommand:
        """`entries` of the peer's getStats. `rtt_ms` stands in until the server's reports about the voice have one."""
        sent, loss, at_s = 0, None, None
        for entry in entries:
            if entry.type == "outbound-rtp":
                sent, at_s = sent + entry.bytesSent, entry.timestamp.timestamp()
            elif entry.type == "remote-inbound-rtp" and entry.kind == "audio":
                loss = min(1.0, entry.fractionLost / 256)  # as in a report (RFC 3550 section 6.4.1)
                rtt_ms = rtt_ms if entry.roundTripTime is None else max(0, round(entry.roundTripTime * 1000))
        return QualityReportCommand(
            rtt_ms=rtt_ms, sent_kbps=self._rate(sent, at_s), loss=loss, limitation="none", camera=camera
        )

    def _rate(self, sent: int, at_s: float | None) -> float | None:
        before_s, before = self._at_s, self._bytes
        self._at_s, self._bytes = at_s, sent
        if at_s is None or before_s is None or at_s <= before_s or sent < before:
            return None
        return (sent - before) * 8 / 1000 / (at_s - before_s)

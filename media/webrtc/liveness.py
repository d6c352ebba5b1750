"""Whether a publisher is there, from its packet count. aiortc itself notices a dead peer after half a minute."""

from __future__ import annotations

from media.ports import PublisherSource
from media.settings import MediaSettings
from media.types import MediaFact, PeerConnected, PeerInterrupted, PeerRecovered


class Liveness:
    """Level-triggered: `check` compares what is with what was last told. One per epoch."""

    def __init__(self, peer: PublisherSource, settings: MediaSettings, now_ms: int) -> None:
        self._peer = peer
        self._settings = settings
        self._packets = 0
        self._changed_at_ms = now_ms
        self.connected = False
        self._silent = False
        self.over = False

    @property
    def hears(self) -> bool:
        """Packets are coming in."""
        return self.connected and not self._silent and not self.over

    def check(self, now_ms: int) -> list[MediaFact]:
        """Facts that are new since the last call; after `over` there are none."""
        if self.over:
            return []
        if self._peer.state in ("failed", "closed"):
            self.over = True
            return [PeerInterrupted(self._peer.epoch, "failed" if self._peer.state == "failed" else "closed")]
        if not self.connected:
            return self._check_connecting(now_ms)
        return self._check_packets(now_ms)

    def _check_connecting(self, now_ms: int) -> list[MediaFact]:
        if self._peer.state == "connected":
            self.connected = True
            self._changed_at_ms = now_ms
            return [PeerConnected(self._peer.epoch, self._peer.audio, self._peer.video, self._peer.transport)]
        if now_ms - self._changed_at_ms > self._settings.connect_within_ms:
            self.over = True
            return [PeerInterrupted(self._peer.epoch, "failed")]
        return []

    def _check_packets(self, now_ms: int) -> list[MediaFact]:
        packets = self._peer.count_packets()
        if packets != self._packets:
            self._packets, self._changed_at_ms = packets, now_ms
            if self._silent:
                self._silent = False
                return [PeerRecovered(self._peer.epoch)]
        elif not self._silent and now_ms - self._changed_at_ms >= self._settings.silent_after_ms:
            self._silent = True
            return [PeerInterrupted(self._peer.epoch, "silent")]
        return []

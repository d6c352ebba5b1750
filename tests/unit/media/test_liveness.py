"""Liveness by packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from media.ports import ConnectionState, PublisherSource
from media.settings import MediaSettings
from media.types import PeerConnected, PeerInterrupted, PeerRecovered
from media.webrtc.liveness import Liveness


@dataclass
class _Peer:
    epoch: int = 2
    state: ConnectionState = "connecting"
    packets: int = 0
    audio: bool = True
    video: bool = False
    transport: str = "webrtc"

    def count_packets(self) -> int:
        return self.packets


def watch(peer: _Peer) -> Liveness:
    return Liveness(cast(PublisherSource, peer), MediaSettings(), 0)


def test_liveness_tells_each_change_once() -> None:
    peer = _Peer()
    liveness = watch(peer)
    assert liveness.check(100) == []
    assert not liveness.hears
    peer.state = "connected"
    assert liveness.check(200) == [PeerConnected(2, audio=True, video=False)]
    peer.packets = 1
    assert liveness.check(300) == []
    assert liveness.hears
    assert liveness.check(2_200) == []
    assert liveness.check(2_300) == [PeerInterrupted(2, "silent")]
    assert liveness.check(9_000) == []
    assert not liveness.hears
    peer.packets = 2
    assert liveness.check(9_100) == [PeerRecovered(2)]
    peer.state = "failed"
    assert liveness.check(9_200) == [PeerInterrupted(2, "failed")]
    assert liveness.over
    assert liveness.check(9_300) == []


def test_who_never_connects_is_given_up() -> None:
    liveness = watch(_Peer())
    assert liveness.check(30_000) == []
    assert liveness.check(30_001) == [PeerInterrupted(2, "failed")]
    assert liveness.over

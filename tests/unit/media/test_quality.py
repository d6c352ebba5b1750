"""Loss, bitrate and the word for a connection; liveness by packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from media.frames import EncodedFrame
from media.quality.meter import QualityMeter, rate_connection
from media.settings import MediaSettings
from media.types import PeerConnected, PeerInterrupted, PeerRecovered
from media.webrtc.encoded_tap import StreamCounters
from media.webrtc.liveness import Liveness
from media.webrtc.peer import ConnectionState, PublisherPeer

KEY = bytes.fromhex("d012009d012a4001f000") + b"x" * 990


def test_a_report_is_about_its_interval() -> None:
    meter = QualityMeter(3)
    meter.count(EncodedFrame(3, "audio", b"x" * 100, 0, 0))
    meter.count(EncodedFrame(3, "video", KEY, 0, 0, True))
    first = meter.measure(StreamCounters(received=98, expected=100, jitter=480), 1_000)
    assert (first.epoch, first.audio_loss, first.audio_jitter_ms) == (3, 0.02, 10.0)
    assert (first.audio_kbps, first.video_kbps) == (0.8, 8.0)
    assert (first.video_width, first.video_height, first.word) == (320, 240, "excellent")
    second = meter.measure(StreamCounters(received=148, expected=200, jitter=480), 1_000)
    assert (second.audio_loss, second.word, second.video_width) == (0.5, "poor", 0)


def test_nothing_received_is_lost_and_nothing_expected_is_no_loss() -> None:
    assert QualityMeter(1).measure(None, 2_000).word == "lost"
    meter = QualityMeter(1)
    assert meter.measure(StreamCounters(10, 10, 0), 2_000).word == "excellent"
    report = meter.measure(StreamCounters(10, 10, 0), 2_000)
    assert (report.word, report.audio_loss) == ("lost", 0.0)


def test_recovered_packets_do_not_make_negative_loss() -> None:
    meter = QualityMeter(1)
    meter.measure(StreamCounters(90, 100, 0), 2_000)
    assert meter.measure(StreamCounters(200, 200, 0), 2_000).audio_loss == 0.0


@pytest.mark.parametrize(
    ("loss", "jitter_ms", "word"),
    [(0.0, 5, "excellent"), (0.02, 30, "excellent"), (0.03, 5, "good"), (0.0, 50, "good"), (0.2, 5, "poor")],
)
def test_words(loss: float, jitter_ms: float, word: str) -> None:
    assert rate_connection(loss, jitter_ms) == word


@dataclass
class _Peer:
    epoch: int = 2
    state: ConnectionState = "connecting"
    packets: int = 0
    audio: bool = True
    video: bool = False

    def count_packets(self) -> int:
        return self.packets


def watch(peer: _Peer) -> Liveness:
    return Liveness(cast(PublisherPeer, peer), MediaSettings(), 0)


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

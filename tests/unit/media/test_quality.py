"""Loss, bitrate and the word for a connection."""

from __future__ import annotations

import pytest

from media.frames import EncodedFrame
from media.quality.meter import QualityMeter, rate_connection
from media.rtp.statistics import StreamStatistics

KEY = bytes.fromhex("d012009d012a4001f000") + b"x" * 990


def counted(received: int, expected: int, jitter: float = 0) -> StreamStatistics:
    stream = StreamStatistics(1, 48_000)
    stream.receive(0, 0, 10, 0.0)
    stream.receive(expected - 1, 0, 10, 0.0)
    stream.received, stream.jitter_ticks = received, jitter
    return stream


def test_a_report_is_about_its_interval() -> None:
    meter = QualityMeter(3)
    meter.count(EncodedFrame(3, "audio", b"x" * 100, 0, 0))
    meter.count(EncodedFrame(3, "video", KEY, 0, 0, True, size=(320, 240)))
    first = meter.measure(counted(98, 100, 480), 1_000)
    assert (first.epoch, first.audio_loss, first.audio_jitter_ms) == (3, 0.02, 10.0)
    assert (first.audio_kbps, first.video_kbps) == (0.8, 8.0)
    assert (first.video_width, first.video_height, first.word) == (320, 240, "excellent")
    second = meter.measure(counted(148, 200, 480), 1_000)
    assert (second.audio_loss, second.word, second.video_width) == (0.5, "poor", 0)


def test_nothing_received_is_lost_and_nothing_expected_is_no_loss() -> None:
    assert QualityMeter(1).measure(None, 2_000).word == "lost"
    meter = QualityMeter(1)
    assert meter.measure(counted(10, 10, 0), 2_000).word == "excellent"
    report = meter.measure(counted(10, 10, 0), 2_000)
    assert (report.word, report.audio_loss) == ("lost", 0.0)


def test_recovered_packets_do_not_make_negative_loss() -> None:
    meter = QualityMeter(1)
    meter.measure(counted(90, 100, 0), 2_000)
    assert meter.measure(counted(200, 200, 0), 2_000).audio_loss == 0.0


@pytest.mark.parametrize(
    ("loss", "jitter_ms", "word"),
    [(0.0, 5, "excellent"), (0.02, 30, "excellent"), (0.03, 5, "good"), (0.0, 50, "good"), (0.2, 5, "poor")],
)
def test_words(loss: float, jitter_ms: float, word: str) -> None:
    assert rate_connection(loss, jitter_ms) == word

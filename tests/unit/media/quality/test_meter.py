"""Loss, bit rates, frame rate and the word for a connection, interval by interval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from media.frames import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, EncodedFrame
from media.quality.conditions import Conditions
from media.quality.meter import QualityMeter
from media.quality.words import BETTER_AFTER, Rating, SteadyWord, rate_connection
from media.rtp.statistics import StreamStatistics
from media.types import ClientStatistics


class Stream:
    """A sender of one packet every 20 ms, some of which are lost."""

    def __init__(self, clock_hz: int = AUDIO_CLOCK_HZ, ssrc: int = 1) -> None:
        self.statistics = StreamStatistics(ssrc, clock_hz)
        self._sent = 0

    def send(self, count: int, *, lose_every: int | None = None, recover: bool = False, size: int = 80) -> None:
        for _ in range(count):
            self._sent += 1
            if lose_every is not None and self._sent % lose_every == 0:
                self.statistics.recovered += recover
            else:
                ticks = self._sent * self.statistics.clock_hz // 50
                self.statistics.receive(self._sent & 0xFFFF, ticks, size, self._sent / 50)


def picture(key: bool = True) -> EncodedFrame:
    return EncodedFrame(3, "video", b"x" * 400, 0, 0, key, codec="vp8", size=(320, 240) if key else None)


def test_a_report_is_about_its_interval() -> None:
    meter, audio, video = QualityMeter(3), Stream(), Stream(VIDEO_CLOCK_HZ)
    audio.send(101, lose_every=50)
    video.send(50, size=500)
    for key in (True, False, False):
        meter.count(picture(key))
    first = meter.measure(audio.statistics, video.statistics, 1_000).report
    assert (first.epoch, first.audio_loss, first.video_loss) == (3, round(2 / 101, 4), 0.0)
    assert (first.audio_kbps, first.video_kbps) == (round(99 * 0.64, 1), 200.0)
    assert (first.video_width, first.video_height, first.frames_per_second) == (320, 240, 3.0)
    assert (first.word, first.reason) == ("excellent", None)
    audio.send(100, lose_every=2)
    second = meter.measure(audio.statistics, video.statistics, 2_000).report
    assert second.audio_loss == pytest.approx(0.5, abs=0.01)
    assert (second.word, second.reason, second.video_kbps, second.video_width) == ("poor", "loss", 0.0, 0)


def test_a_picture_that_comes_again_is_not_lost_and_a_voice_that_does_not_is() -> None:
    meter, audio, video = QualityMeter(1), Stream(), Stream(VIDEO_CLOCK_HZ)
    audio.send(100, lose_every=10)
    video.send(101, lose_every=10, recover=True)
    measured = meter.measure(audio.statistics, video.statistics, 2_000)
    assert measured.conditions.video_loss == 0.0
    assert measured.conditions.audio_loss == pytest.approx(0.1, abs=0.01)


def test_nothing_received_is_lost_and_nothing_expected_is_no_loss() -> None:
    silent = QualityMeter(1).measure(None, None, 2_000)
    assert (silent.report.word, silent.report.reason, silent.conditions.silent) == ("lost", "silent", True)
    meter, audio = QualityMeter(1), Stream()
    audio.send(10)
    assert meter.measure(audio.statistics, None, 2_000).report.word == "excellent"
    report = meter.measure(audio.statistics, None, 2_000).report
    assert (report.word, report.audio_loss) == ("lost", 0.0)


def test_late_packets_do_not_make_negative_loss() -> None:
    meter, audio = QualityMeter(1), Stream()
    audio.send(100, lose_every=10)
    meter.measure(audio.statistics, None, 2_000)
    audio.statistics.received += 10
    audio.send(100)
    assert meter.measure(audio.statistics, None, 2_000).report.audio_loss == 0.0


def test_another_stream_counts_from_its_own_beginning() -> None:
    meter, first, second = QualityMeter(1), Stream(ssrc=1), Stream(ssrc=2)
    first.send(500)
    meter.measure(first.statistics, None, 2_000)
    second.send(100)
    report = meter.measure(second.statistics, None, 2_000).report
    assert (report.audio_loss, report.audio_kbps) == (0.0, 32.0)


def test_what_the_page_tells_is_part_of_it() -> None:
    meter, audio = QualityMeter(1), Stream()
    client = ClientStatistics(rtt_ms=120, available_kbps=300.0, sent_kbps=40.0, limitation="bandwidth", camera="off")
    audio.send(100)
    measured = meter.measure(audio.statistics, Stream(VIDEO_CLOCK_HZ).statistics, 2_000, client, observers=2, load=0.5)
    assert (measured.report.rtt_ms, measured.report.available_kbps, measured.report.camera) == (120, 300.0, "off")
    conditions = measured.conditions
    assert (conditions.observers, conditions.load, conditions.camera, conditions.room_kbps) == (2, 0.5, False, 300.0)


def test_a_page_that_has_just_begun_to_send_less_fills_no_queue() -> None:
    meter, audio = QualityMeter(1), Stream()
    rooms = []
    for packets in (100, 40, 40):
        audio.send(packets)
        client = ClientStatistics(sent_kbps=32.0)
        rooms.append(meter.measure(audio.statistics, None, 2_000, client).conditions.room_kbps)
    assert rooms == [None, None, 12.8]


def test_what_is_far_away_is_not_congested() -> None:
    meter, trips_ms = QualityMeter(1), (300, 310, 300, 520, 300)
    measured = [meter.measure(None, None, 2_000, ClientStatistics(rtt_ms=rtt_ms)) for rtt_ms in trips_ms]
    assert [one.conditions.queue_ms for one in measured] == [0, 10, 0, 220, 0]


@pytest.mark.parametrize(
    ("conditions", "word", "reason"),
    [
        (Conditions(), "excellent", None),
        (Conditions(audio_loss=0.02, jitter_ms=30), "excellent", None),
        (Conditions(audio_loss=0.03), "good", "loss"),
        (Conditions(audio_loss=0.2), "poor", "loss"),
        (Conditions(jitter_ms=50), "good", "jitter"),
        (Conditions(rtt_ms=300), "good", "delay"),
        (Conditions(rtt_ms=900, audio_loss=0.03), "poor", "delay"),
        (Conditions(limitation="bandwidth", available_kbps=100), "poor", "bandwidth"),
        (Conditions(limitation="bandwidth", available_kbps=199), "good", "bandwidth"),
        (Conditions(limitation="bandwidth", available_kbps=200), "excellent", None),
        (Conditions(load=0.99), "poor", "server"),
        (Conditions(silent=True, audio_loss=0.5), "lost", "silent"),
    ],
)
def test_words_and_reasons(conditions: Conditions, word: str, reason: str | None) -> None:
    assert rate_connection(conditions) == Rating(word, reason)  # type: ignore[arg-type]


def test_a_word_gets_worse_at_once_and_better_when_it_has_lasted() -> None:
    shown = SteadyWord()
    excellent, poor, lost = Rating("excellent", None), Rating("poor", "loss"), Rating("lost", "silent")
    assert shown.follow(excellent) == excellent
    assert shown.follow(poor) == poor
    assert [shown.follow(excellent) for _ in range(BETTER_AFTER)] == [poor] * (BETTER_AFTER - 1) + [excellent]
    assert shown.follow(lost) == lost
    assert shown.follow(poor) == poor
    assert shown.follow(replace(poor, reason="jitter")).reason == "jitter"

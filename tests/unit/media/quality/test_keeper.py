"""What a session is told about quality, when, and of which connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast

from media.counters import HeardCounters
from media.frames import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, EncodedFrame
from media.ports import PublisherSource
from media.quality.keeper import QualityKeeper
from media.quality.load import LoopLoad
from media.quality.meter import NOTHING_HEARD
from media.rtp.statistics import StreamStatistics
from media.settings import MediaSettings
from media.types import ClientStatistics, MediaFact, ProfileChanged, QualityReport


@dataclass
class Source:
    epoch: int = 1
    streams: dict[str, StreamStatistics] = field(
        default_factory=lambda: {
            "audio": StreamStatistics(1, AUDIO_CLOCK_HZ),
            "video": StreamStatistics(2, VIDEO_CLOCK_HZ),
        }
    )
    sent: int = 0

    def statistics(self, kind: Literal["audio", "video"]) -> StreamStatistics | None:
        return self.streams[kind]

    def send(self, count: int, *, lose_every: int = 0) -> None:
        for _ in range(count):
            self.sent += 1
            if lose_every == 0 or self.sent % lose_every:
                self.streams["audio"].receive(self.sent, self.sent * 960, 80, self.sent / 50)


def tell(
    keeper: QualityKeeper,
    source: Source,
    now_ms: int,
    *,
    observers: int = 1,
    load: float = 0.0,
    heard: HeardCounters = NOTHING_HEARD,
) -> list[MediaFact]:
    return keeper.measure(cast(PublisherSource, source), now_ms, observers, load, lambda: heard)


def test_the_first_profile_is_told_at_once_and_only_once() -> None:
    keeper = QualityKeeper(MediaSettings())
    (start,) = tell(keeper, Source(), 500)
    assert start == ProfileChanged("high", True, 800, 640, 480, 30, 32, "start")
    assert tell(keeper, Source(epoch=2), 900) == []


def test_reports_come_once_an_interval_and_changes_with_them() -> None:
    keeper, source = QualityKeeper(MediaSettings()), Source()
    tell(keeper, source, 0)
    told: list[MediaFact] = []
    for now_ms in range(100, 4_100, 100):
        source.send(5, lose_every=5)
        told += tell(keeper, source, now_ms)
    assert [type(fact) for fact in told] == [QualityReport, ProfileChanged, QualityReport, ProfileChanged]
    changes = [fact for fact in told if isinstance(fact, ProfileChanged)]
    assert [(fact.profile, fact.video, fact.reason) for fact in changes] == [
        ("low", True, "loss"),
        ("audio", False, "loss"),
    ]


def test_a_new_connection_is_measured_anew_on_the_same_rung() -> None:
    keeper, source = QualityKeeper(MediaSettings()), Source()
    tell(keeper, source, 0)
    source.send(100, lose_every=5)
    tell(keeper, source, 2_000)
    again = Source(epoch=2)
    assert tell(keeper, again, 3_000) == []
    keeper.count(EncodedFrame(1, "video", b"late", 0, 0, size=(9, 9)))
    keeper.count(EncodedFrame(2, "video", b"new", 0, 0, size=(64, 48)))
    again.send(100)
    report = tell(keeper, again, 5_000)[0]
    assert isinstance(report, QualityReport)
    assert (report.epoch, report.audio_loss, report.video_width, report.frames_per_second) == (2, 0.0, 64, 0.5)


def test_what_was_recovered_and_made_up_is_told_of_each_interval_alone() -> None:
    keeper, source = QualityKeeper(MediaSettings()), Source()
    tell(keeper, source, 0)
    shares = []
    for now_ms, heard in (
        (2_000, HeardCounters(decoded=90, fec=6, plc=3, silent=1)),
        (4_000, HeardCounters(decoded=140, fec=6, plc=3, comfort=50, silent=1)),
        (6_000, HeardCounters(decoded=140, fec=6, plc=3, comfort=50, silent=1)),
    ):
        report = tell(keeper, source, now_ms, heard=heard)[0]
        assert isinstance(report, QualityReport)
        shares.append((report.audio_recovered, report.audio_concealed))
    assert shares == [(0.06, 0.04), (0.0, 0.0), (0.0, 0.0)]


def test_a_page_that_falls_silent_is_not_believed_for_ever() -> None:
    keeper, source = QualityKeeper(MediaSettings()), Source()
    tell(keeper, source, 0)
    keeper.note_client(ClientStatistics(rtt_ms=80))
    seen = []
    for now_ms in range(2_000, 12_000, 2_000):
        source.send(100)
        report = tell(keeper, source, now_ms)[0]
        assert isinstance(report, QualityReport)
        seen.append(report.rtt_ms)
    assert seen == [80, 80, 80, None, None]


def test_nobody_watching_and_nothing_recorded_needs_little() -> None:
    (start,) = tell(QualityKeeper(MediaSettings(recording=False)), Source(), 0, observers=0)
    assert isinstance(start, ProfileChanged)
    assert start.profile == "low"
    (start,) = tell(QualityKeeper(MediaSettings(recording_floor="high")), Source(), 0, observers=0)
    assert isinstance(start, ProfileChanged)
    assert start.profile == "high"


def test_a_full_server_asks_for_less() -> None:
    keeper, source = QualityKeeper(MediaSettings()), Source()
    tell(keeper, source, 0)
    told: list[MediaFact] = []
    for now_ms in (2_000, 4_000):
        source.send(100)
        told += tell(keeper, source, now_ms, load=0.9)
    assert [(fact.profile, fact.reason) for fact in told if isinstance(fact, ProfileChanged)] == [("medium", "server")]
    words = [(fact.word, fact.reason) for fact in told if isinstance(fact, QualityReport)]
    assert words == [("good", "server")] * 2


def test_load_is_the_worse_of_share_and_lag_and_read_once_a_second() -> None:
    wall, busy, lag = [0.0], [0.0], [0.0]
    load = LoopLoad(lambda: lag[0], wall_s=lambda: wall[0], busy_s=lambda: busy[0])
    assert load() == 0.0
    wall[0], busy[0] = 2.0, 1.0
    assert load() == 0.5
    wall[0], busy[0] = 2.5, 1.5
    assert load() == 0.5
    wall[0], busy[0], lag[0] = 4.0, 1.5, 0.08
    assert round(load(), 3) == 0.8
    wall[0], lag[0] = 6.0, 3.0
    assert load() == 1.0

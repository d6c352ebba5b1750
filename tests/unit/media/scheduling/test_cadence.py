"""How often partials come."""

from __future__ import annotations

import pytest

from media.transcription.scheduling.cadence import Cadence
from media.transcription.scheduling.settings import CadenceSettings

LATE_S, EARLY_S, BETWEEN_S = 0.3, 0.05, 0.15


def make_cadence(*streams: str) -> Cadence:
    cadence = Cadence(CadenceSettings())
    for at, stream_id in enumerate(streams):
        cadence.note_shown(stream_id, float(at), 0.0)
    return cadence


def test_it_begins_with_the_least() -> None:
    assert Cadence(CadenceSettings()).interval_s("new") == 0.5


def test_when_partials_wait_long_those_shown_last_wait_longer() -> None:
    cadence = make_cadence("oldest", "older", "newer", "newest")
    cadence.adjust(10.0, LATE_S)
    assert [cadence.interval_s(stream) for stream in ("oldest", "older", "newer", "newest")] == [0.5, 0.5, 0.75, 0.75]


def test_when_they_wait_very_long_everyone_does() -> None:
    cadence = make_cadence("oldest", "older", "newer")
    cadence.adjust(10.0, 0.6)
    assert [cadence.interval_s(stream) for stream in ("oldest", "older", "newer")] == [0.75] * 3


def test_then_the_others_do() -> None:
    cadence = make_cadence("oldest", "older", "newer", "newest")
    for at_s in (10.0, 11.0):
        cadence.adjust(at_s, LATE_S)
    assert {cadence.interval_s(stream) for stream in ("oldest", "older", "newer", "newest")} == {0.75}


def test_alone_it_waits_longer_itself() -> None:
    cadence = make_cadence("only")
    cadence.adjust(10.0, LATE_S)
    assert cadence.interval_s("only") == 0.75


def test_a_change_has_time_to_show_before_the_next() -> None:
    cadence = make_cadence("a")
    for at_s in (10.0, 10.3, 10.6, 10.9):
        cadence.adjust(at_s, LATE_S)
    assert cadence.interval_s("a") == 0.75
    cadence.adjust(11.0, LATE_S)
    assert cadence.interval_s("a") == pytest.approx(1.125)


def test_it_stays_between_its_bounds_and_comes_back() -> None:
    cadence = make_cadence("a")
    for at in range(30):
        cadence.adjust(10.0 + at, LATE_S)
    assert cadence.interval_s("a") == 3.0
    cadence.adjust(50.0, BETWEEN_S)
    assert cadence.interval_s("a") == 3.0
    cadence.adjust(51.0, EARLY_S)
    assert cadence.interval_s("a") == pytest.approx(2.7)
    for at in range(30):
        cadence.adjust(60.0 + at, EARLY_S)
    assert cadence.interval_s("a") == 0.5


def test_never_sooner_than_twice_what_the_last_one_took() -> None:
    cadence = make_cadence("a")
    cadence.note_shown("a", 1.0, 0.4)
    assert cadence.interval_s("a") == 0.8
    cadence.note_shown("a", 2.0, 5.0)
    assert cadence.interval_s("a") == 10.0


def test_all_who_speak_share_a_part_of_the_engine() -> None:
    cadence = Cadence(CadenceSettings(share=0.25))
    for number in range(10):
        cadence.note_shown(f"s{number}", 10.0, 0.2, 0.05)
    cadence.adjust(10.0, EARLY_S, threads=2)
    assert [cadence.interval_s(f"s{number}") for number in range(10)] == pytest.approx([1.0] * 10)
    assert cadence.interval_s("new") == pytest.approx(1.0)
    cadence.adjust(10.5, EARLY_S, threads=1)
    assert cadence.interval_s("s0") == pytest.approx(2.0)
    assert cadence.interval_s("s0", 2.0) == 3.0


def test_who_has_fallen_silent_leaves_the_others_their_share() -> None:
    cadence = Cadence(CadenceSettings(share=0.25, speaking_s=4.0))
    cadence.note_shown("silent", 10.0, 0.2, 0.2)
    cadence.note_shown("speaking", 13.0, 0.2, 0.2)
    cadence.adjust(13.0, EARLY_S)
    assert cadence.interval_s("speaking") == pytest.approx(1.6)
    cadence.adjust(15.0, EARLY_S)
    assert cadence.interval_s("speaking") == pytest.approx(0.8)


def test_where_the_cost_is_not_known_only_the_waits_count() -> None:
    cadence = make_cadence(*(f"s{number}" for number in range(20)))
    for number in range(20):
        cadence.note_shown(f"s{number}", 10.0, 0.2)
    cadence.adjust(10.0, EARLY_S)
    assert cadence.interval_s("s0") == 0.5


def test_the_level_makes_it_longer_within_the_bounds() -> None:
    cadence = make_cadence("a")
    assert cadence.interval_s("a", 2.0) == 1.0
    assert cadence.interval_s("a", 99.0) == 3.0
    assert cadence.interval_s("new", 99.0) == 3.0


def test_who_comes_new_begins_where_the_others_are() -> None:
    cadence = make_cadence("a", "b")
    cadence.adjust(10.0, LATE_S)
    assert cadence.interval_s("new") == pytest.approx(0.625)
    cadence.note_shown("new", 11.0, 0.0)
    assert cadence.interval_s("new") == pytest.approx(0.625)


def test_a_stream_that_is_forgotten_counts_no_more() -> None:
    cadence = make_cadence("a", "b")
    cadence.adjust(10.0, LATE_S)
    cadence.forget("b")
    cadence.forget("nobody")
    assert cadence.interval_s("new") == 0.5


def test_all_come_to_the_same_in_the_long_run() -> None:
    """The load is what the intervals make it: twenty streams, one engine that bears 25 partials in a second."""
    cadence, streams = make_cadence(*(f"s{number}" for number in range(20))), [f"s{number}" for number in range(20)]
    due_s = {stream: number / 20 for number, stream in enumerate(streams)}
    loads: list[float] = []
    for tick in range(1, 3000):
        now_s = 20 + tick / 10
        for stream in streams:
            if due_s[stream] + 20 <= now_s:
                cadence.note_shown(stream, now_s, 0.02)
                due_s[stream] += cadence.interval_s(stream)
        load = sum(1 / cadence.interval_s(stream) for stream in streams) / 25
        cadence.adjust(now_s, LATE_S if load > 1 else EARLY_S if load < 0.8 else BETWEEN_S)
        loads.append(load)
    intervals = [cadence.interval_s(stream) for stream in streams]
    assert max(intervals) <= 1.5 * min(intervals)
    assert 0.5 < sum(loads[-500:]) / 500 < 1.1

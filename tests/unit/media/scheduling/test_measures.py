"""What was measured lately."""

from __future__ import annotations

from media.transcription.scheduling.measures import Recent


def test_of_nothing_it_is_nothing() -> None:
    assert Recent(10.0).p95(0.0) == 0.0


def test_one_in_twenty_is_left_out() -> None:
    recent = Recent(10.0)
    for number in range(100):
        recent.note(0.0, float(number))
    assert recent.p95(1.0) == 95.0


def test_what_is_long_ago_counts_no_more() -> None:
    recent = Recent(10.0)
    recent.note(0.0, 9.0)
    recent.note(5.0, 1.0)
    assert recent.p95(10.0) == 9.0
    assert recent.p95(10.5) == 1.0
    assert recent.p95(20.0) == 0.0


def test_what_still_grows_counts_too() -> None:
    recent = Recent(10.0)
    recent.note(0.0, 1.0)
    assert recent.p95(0.0, [4.0, 2.0]) == 4.0

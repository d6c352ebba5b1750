"""When to cut down, and when to give back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.transcription.condition import DegradeLevel
from media.transcription.policy.settings import CaptionSettings
from media.transcription.scheduling.ladder import Ladder
from media.transcription.scheduling.settings import LadderSettings

CALM, LATE = 0.0, 9.0


class Hours:
    """A ladder on a clock that is set by hand."""

    def __init__(self) -> None:
        self.ladder = Ladder(LadderSettings())
        self.now_s = 0.0

    def live(self, seconds: float, *, final_s: float = CALM, partial_s: float = CALM) -> DegradeLevel:
        for _ in range(int(seconds * 4)):
            self.now_s += 0.25
            self.ladder.observe(self.now_s, final_wait_s=final_s, partial_wait_s=partial_s)
        return self.ladder.level

    def climb(self) -> Iterator[DegradeLevel]:
        while self.ladder.level is not DegradeLevel.REFUSING:
            yield self.live(0.25, final_s=LATE)


def test_a_strain_that_passes_changes_nothing() -> None:
    hours = Hours()
    for _ in range(5):
        assert hours.live(1.5, final_s=LATE) is DegradeLevel.NORMAL
        assert hours.live(1.0) is DegradeLevel.NORMAL


def test_a_strain_that_lasts_goes_up_one_step_at_a_time() -> None:
    hours = Hours()
    seen = list(dict.fromkeys(hours.climb()))
    assert seen == list(DegradeLevel)
    assert hours.now_s == pytest.approx(5 * 2.25)
    assert hours.live(60, final_s=LATE) is DegradeLevel.REFUSING


def test_late_partials_alone_cost_partials_alone_and_not_at_once() -> None:
    hours = Hours()
    assert hours.live(5.0, partial_s=LATE) is DegradeLevel.NORMAL
    assert hours.live(1.0, partial_s=LATE) is DegradeLevel.SLOWER
    assert hours.live(120, partial_s=LATE) is DegradeLevel.FIRST_ONLY


def test_it_is_given_back_step_by_step_after_a_longer_calm() -> None:
    hours = Hours()
    list(hours.climb())
    assert hours.live(9.5) is DegradeLevel.REFUSING
    assert hours.live(1.0) is DegradeLevel.PLAIN_FINALS
    assert hours.live(40.0) is DegradeLevel.NORMAL


def test_between_the_bounds_nothing_changes() -> None:
    hours = Hours()
    hours.live(5.0, final_s=LATE)
    level = hours.ladder.level
    assert level > DegradeLevel.NORMAL
    assert hours.live(300.0, final_s=0.35) is level


def test_it_does_not_swing() -> None:
    """Every level that is given back brings the strain back: it is tried less and less often."""
    hours, changes = Hours(), 0
    for _ in range(4 * 1800):
        before = hours.ladder.level
        after = hours.live(0.25, final_s=LATE if before < DegradeLevel.SHORTER else CALM)
        changes += after is not before
    assert changes < 60, "with a calm of ten seconds each time it would be 300 in half an hour"


def test_after_a_long_calm_it_gives_back_as_soon_as_at_first() -> None:
    hours = Hours()
    for _ in range(400):
        hours.live(0.25, final_s=LATE if hours.ladder.level < DegradeLevel.SLOWER else CALM)
    hours.live(300.0)
    hours.live(2.5, final_s=LATE)
    assert hours.ladder.level is DegradeLevel.SLOWER
    assert hours.live(10.5) is DegradeLevel.NORMAL


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2)), max_size=200))
def test_it_never_leaps(waits_s: list[tuple[float, float]]) -> None:
    hours = Hours()
    for final_s, partial_s in waits_s:
        before = hours.ladder.level
        after = hours.live(0.25, final_s=final_s, partial_s=partial_s)
        assert abs(after - before) <= 1


def test_each_level_keeps_what_those_below_it_cut() -> None:
    levels = list(DegradeLevel)
    assert [level.word for level in levels] == [
        "normal", "slower", "shorter", "first_only", "plain_finals", "refusing",
    ]  # fmt: skip
    assert [level.interval_factor > 1 for level in levels] == [False] + [True] * 5
    assert [level.partial_window_s is not None for level in levels] == [False] * 2 + [True] * 4
    shortest_ms = CaptionSettings.fit(5).window_ms
    assert all(level.partial_window_s * 1000 < shortest_ms for level in levels if level.partial_window_s is not None)
    assert [level.hurries_finals for level in levels] == [False] * 4 + [True] * 2

"""How a candidate's own pauses move what is waited for, in figures."""

from __future__ import annotations

import pytest

from realtime_scoring.turns.habit import PauseHabit, learn_false_ending, learn_pause, stretch_by_habit


def test_everybody_begins_with_what_most_people_do() -> None:
    assert PauseHabit() == PauseHabit(mean_ms=700, high_ms=1500, pauses=0)


@pytest.mark.parametrize(
    ("pause_ms", "mean_ms", "high_ms"),
    [
        # Up by nine tenths of a step of 350 ms above the high mark, down by one tenth at or below it.
        (2_000, 700 + 0.12 * 1_300, 1_815),
        (1_501, 700 + 0.12 * 801, 1_815),
        (1_500, 700 + 0.12 * 800, 1_465),
        (1_000, 700 + 0.12 * 300, 1_465),
        (300, 700 - 0.12 * 400, 1_465),
        # The shortest that is a pause, and the longest that is a habit.
        (250, 700 - 0.12 * 450, 1_465),
        (12_000, 700 + 0.12 * 11_300, 1_815),
        (11_000, 700 + 0.12 * 10_300, 1_815),
        (60_000, 700 + 0.12 * 11_300, 1_815),
    ],
)
def test_a_pause_moves_the_habit(pause_ms: int, mean_ms: float, high_ms: float) -> None:
    learned = learn_pause(PauseHabit(), pause_ms)
    assert learned.mean_ms == pytest.approx(mean_ms)
    assert learned.high_ms == pytest.approx(high_ms)
    assert learned.pauses == 1


def test_a_silence_between_words_teaches_nothing() -> None:
    known = PauseHabit(mean_ms=900, high_ms=2_000, pauses=4)
    assert learn_pause(known, 249) is known


def test_the_high_mark_never_falls_below_what_a_pause_is() -> None:
    assert learn_pause(PauseHabit(high_ms=260), 255).high_ms == 250
    assert learn_pause(PauseHabit(high_ms=300), 255).high_ms == pytest.approx(265)


def test_one_pause_in_ten_above_the_high_mark_leaves_it_where_it_is() -> None:
    habit = PauseHabit()
    for pause_ms in [5_000, *[400] * 9] * 20:
        habit = learn_pause(habit, pause_ms)
    assert habit.high_ms == pytest.approx(1_500)
    assert habit.pauses == 200


def test_a_false_ending_counts_twice() -> None:
    learned = learn_false_ending(PauseHabit(), 2_000)
    assert learned.high_ms == pytest.approx(1_500 + 2 * 315)
    assert learned.mean_ms == pytest.approx(856 + 0.12 * (2_000 - 856))
    assert learned.pauses == 2


@pytest.mark.parametrize("high_ms", [1_500, 1_501, 1_504, 2_047])
def test_a_false_ending_after_a_short_silence_is_unusual_all_the_same(high_ms: int) -> None:
    """It is learned as a pause just above the high mark: up once, and then, no longer above it, down by a tenth."""
    learned = learn_false_ending(PauseHabit(high_ms=high_ms), 400)
    assert learned.high_ms == pytest.approx(high_ms + 315 - 35)
    first_mean = 700 + 0.12 * (high_ms + 1 - 700)
    assert learned.mean_ms == pytest.approx(first_mean + 0.12 * (high_ms + 1 - first_mean))


def test_a_false_ending_never_makes_less_patient() -> None:
    very_slow = PauseHabit(high_ms=13_000)
    assert learn_false_ending(very_slow, 20_000).high_ms == 13_000


@pytest.mark.parametrize(
    ("high_ms", "factor"),
    [(300, 0.95), (1_425, 0.95), (1_440, 0.96), (1_500, 1.0), (2_400, 1.6), (2_700, 1.8), (9_000, 1.8)],
)
def test_patience_is_stretched_within_bounds(high_ms: float, factor: float) -> None:
    assert stretch_by_habit(PauseHabit(high_ms=high_ms)) == pytest.approx(factor)

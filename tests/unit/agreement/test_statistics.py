"""The measures against published worked examples and against other implementations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from realtime_scoring.agreement.bootstrap import Generator, resample
from realtime_scoring.agreement.items import count_pairs
from realtime_scoring.agreement.statistics import (
    average_difference,
    correlate_ranks,
    measure_alpha,
    measure_icc,
    share_within_one,
    weigh_kappa,
)
from tests.unit.scoring.material import UNHURRIED

# Shrout & Fleiss 1979, table 2: six targets, four judges; results in table 4.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40)


def count(found: list[tuple[int, int]]) -> list[int]:
    return count_pairs([found])


def test_icc_of_shrout_and_fleiss() -> None:
    icc = measure_icc(SHROUT_FLEISS)
    assert icc is not None
    assert round(icc.single, 2) == 0.29
    assert round(icc.mean_of_k, 2) == 0.62


def test_icc_of_raters_who_always_agree_is_one() -> None:
    icc = measure_icc([[1, 1, 1], [3, 3, 3], [5, 5, 5]])
    assert icc is not None
    assert icc.single == pytest.approx(1)
    assert icc.mean_of_k == pytest.approx(1)


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2], [3]], [[4, 4], [4, 4], [4, 4]]])
def test_icc_is_not_defined_without_enough_of_anything(table: list[list[float]]) -> None:
    assert measure_icc(table) is None


def test_icc_counts_a_constant_difference_as_disagreement() -> None:
    """Absolute agreement: a rater who is a level stricter does not agree, though the order is the same."""
    icc = measure_icc([[1, 2], [2, 3], [3, 4], [4, 5]])
    assert icc is not None
    assert icc.single == pytest.approx(10 / 13)


def test_kappa_of_two_levels_is_cohens() -> None:
    """50 applications read by two readers: both yes 20, both no 15, 5 and 10 apart; kappa 0.40."""
    found = [(1, 1)] * 20 + [(1, 2)] * 5 + [(2, 1)] * 10 + [(2, 2)] * 15
    assert weigh_kappa(count(found)) == pytest.approx(0.4)


@UNHURRIED
@given(pairs)
def test_kappa_is_that_of_the_matrix_of_weights(found: list[tuple[int, int]]) -> None:
    """Cohen 1968, with numpy."""
    observed = np.zeros((5, 5))
    for one, other in found:
        observed[one - 1, other - 1] += 1
    weights = (np.arange(5)[:, None] - np.arange(5)[None, :]) ** 2
    expected = np.outer(observed.sum(1), observed.sum(0)) / len(found)
    value = weigh_kappa(count(found))
    if (weights * expected).sum() == 0:
        assert value is None
    else:
        assert value == pytest.approx(1 - (weights * observed).sum() / (weights * expected).sum())


@UNHURRIED
@given(pairs)
def test_rank_correlation_is_that_of_scipy(found: list[tuple[int, int]]) -> None:
    one, other = [a for a, _ in found], [b for _, b in found]
    value = correlate_ranks(count(found))
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert value is None
    else:
        assert value == pytest.approx(float(stats.spearmanr(one, other).statistic))


@UNHURRIED
@given(pairs)
def test_differences_are_what_they_say(found: list[tuple[int, int]]) -> None:
    apart = [abs(a - b) for a, b in found]
    assert average_difference(count(found)) == pytest.approx(sum(apart) / len(apart))
    assert share_within_one(count(found)) == pytest.approx(sum(item <= 1 for item in apart) / len(apart))


def test_nothing_has_no_measure() -> None:
    for measure in (weigh_kappa, correlate_ranks, average_difference, share_within_one):
        assert measure([0] * 25) is None
    assert weigh_kappa(count([(3, 3)] * 12)) is None
    assert measure_alpha([]) is None
    assert measure_alpha([[1, 2]]) is None


def test_alpha_of_a_worked_example() -> None:
    """Item variances 1, 1 and 1, variance of the sums 7: 3/2 x (1 - 3/7)."""
    table = [[1, 1, 2], [2, 2, 1], [3, 3, 3]]
    sums = [4, 5, 9]
    assert float(np.var(sums, ddof=1)) == pytest.approx(7)
    assert measure_alpha(table) == pytest.approx(1.5 * (1 - 3 / 7))
    assert measure_alpha([[1, 1], [2, 2], [4, 4]]) == pytest.approx(1)


def test_the_generator_is_splitmix64() -> None:
    """First values for the seed 1234567 of the reference implementation by Vigna."""
    generator = Generator(1234567)
    assert [generator.next() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_choices_are_even() -> None:
    generator = Generator(7)
    seen = [generator.choose(5) for _ in range(5000)]
    assert set(seen) == {0, 1, 2, 3, 4}
    assert all(900 < seen.count(value) < 1100 for value in range(5))


def test_an_interval_of_a_mean_is_near_the_textbook() -> None:
    units = [float(value % 10) for value in range(200)]
    drawn = 0

    def mean(chosen: object) -> tuple[float | None, ...]:
        nonlocal drawn
        drawn += 1
        assert isinstance(chosen, list)
        return (sum(chosen) / len(chosen), None)

    interval, nothing = resample(units, mean, seed=3, draws=1000)
    assert drawn == 1000
    assert nothing is None
    assert interval is not None
    half = 1.96 * float(np.std(units)) / math.sqrt(len(units))
    assert interval.low == pytest.approx(4.5 - half, abs=0.06)
    assert interval.high == pytest.approx(4.5 + half, abs=0.06)
    assert resample(units, mean, seed=3, draws=1000) == (interval, None)
    assert resample(units, mean, seed=4, draws=1000) != (interval, None)

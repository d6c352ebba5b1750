"""The arithmetic of the soak."""

from __future__ import annotations

import random

import pytest

from tests.benchmarks.soak.samples import Sample, after_warm_up, find_slope


def test_the_slope_does_not_mind_a_few_wild_points() -> None:
    dice = random.Random(1)
    points = [(minute / 6, 300 + 0.5 * minute / 6 + dice.gauss(0, 0.2)) for minute in range(120)]
    points[::5] = [(minute, 900.0 * dice.random()) for minute, _ in points[::5]]
    slope = find_slope(points)
    assert slope == pytest.approx(0.5, abs=0.05)


def test_a_single_point_has_no_slope() -> None:
    assert find_slope([(1.0, 300.0)]) is None


def test_the_warm_up_does_not_count() -> None:
    samples = [Sample(minute / 2, 0.0, 0, 0, 0, 0.0) for minute in range(41)]
    assert [sample.minute for sample in after_warm_up(samples)] == [minute / 2 for minute in range(8, 41)]
    assert after_warm_up([]) == []

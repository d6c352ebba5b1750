"""The measures of agreement, against numbers worked out by hand."""

from __future__ import annotations

import pytest

from tests.benchmarks.mind.measures import weigh_kappa
from tests.benchmarks.mind.reading import Span


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([(1, 1), (3, 3), (5, 5)], 1.0),
        ([(1, 5), (5, 1)], -1.0),
        ([(1, 1), (1, 5), (5, 1), (5, 5)], 0.0),
        # Seen: 2 of 4 pairs apart by one; by chance 32 in squares over 16 pairs.
        ([(1, 1), (2, 3), (3, 3), (4, 3)], 1 - (2 / 4) / (32 / 16)),
        ([], None),
        ([(3, 3), (3, 3)], None),
    ],
)
def test_quadratic_weighted_kappa(pairs: list[tuple[int, int]], kappa: float | None) -> None:
    found = weigh_kappa(pairs)
    assert found == (None if kappa is None else pytest.approx(kappa))


def test_spans_are_about_the_same_from_half_of_the_shorter_on() -> None:
    gold = Span(10, 30, 1)
    assert Span(10, 30, 1).is_about(gold)
    assert Span(25, 35, 1).is_about(gold)
    assert not Span(26, 36, 1).is_about(gold)
    assert Span(0, 90, 1).is_about(gold)
    assert not Span(10, 30, -1).is_about(gold)
    assert not Span(40, 50, 1).is_about(gold)

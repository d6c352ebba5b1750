"""The share of noticed changes: drawn in proportion, weighed by file, and told with what it leaves open."""

from __future__ import annotations

import pytest

from tests.mutation.statistics import Tally, allot, estimate_share
from tests.mutation.targets import LEFT_OUT, TARGETS
from tests.unit.project.tracked import ROOT


def test_a_sample_is_drawn_in_proportion() -> None:
    assert allot({"large": 90, "small": 10}, 10) == {"large": 9, "small": 1}
    assert sum(allot({"a": 33, "b": 33, "c": 34}, 10).values()) == 10
    assert allot({"a": 3, "b": 4}, 100) == {"a": 3, "b": 4}


def test_a_file_weighs_as_much_as_it_allows_changes() -> None:
    share, low, high = estimate_share([Tally(90, killed=9), Tally(10, survived=1)])
    assert share == pytest.approx(0.9)
    assert 0.55 < low < share < high < 1


def test_where_everything_was_tried_nothing_is_uncertain() -> None:
    assert estimate_share([Tally(4, killed=3, survived=1)]) == (0.75, 0.75, 0.75)


def test_a_small_part_of_very_many_has_the_interval_of_wilson() -> None:
    """40 of 50: 0.670 to 0.888."""
    _, low, high = estimate_share([Tally(10**9, killed=40, survived=10)])
    assert [low, high] == pytest.approx([0.670, 0.888], abs=0.001)


def test_what_is_changed_and_what_must_notice_it_are_there() -> None:
    for path in [target.path for target in TARGETS] + [test for target in TARGETS for test in target.tests]:
        assert (ROOT / path).exists(), path
    for test in LEFT_OUT:
        path, name = test.split("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8")

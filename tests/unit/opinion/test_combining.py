"""The rules' level and the model's: the median, never made from nothing, never taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.opinion.combining import combine_opinions
from realtime_scoring.opinion.levels_gate import LevelOpinion
from realtime_scoring.opinion.outcome import Refusal, Refused
from realtime_scoring.types import CompetencyLevel
from tests.unit.scoring.material import UNHURRIED


def embed(level: int | None) -> CompetencyLevel:
    return CompetencyLevel("teamwork", level, "medium", "")


def opine(level: int | None, competency: str = "teamwork") -> LevelOpinion:
    return LevelOpinion(competency, level, (), (), "", "medium")


@pytest.mark.parametrize(
    ("embedded", "runs", "level", "review"),
    [
        (3, (3, 3, 3), 3, None),
        (3, (4, 4, 4), 4, None),
        (3, (4,), 3, None),
        (4, (3,), 4, None),
        (3, (4, 4), 4, None),
        (3, (2, 4), 3, "levels_apart"),
        (2, (3, 4, 4), 3, "levels_apart"),
        (4, (3, 3, 2), 3, "levels_apart"),
        (1, (4, 4), 4, "levels_apart"),
        (5, (3, 4, 4), 4, "levels_apart"),
        (3, (None,), 3, "evidence_doubted"),
        (3, (None, None, 4), 3, "evidence_doubted"),
        (3, (None, 4, 4), 4, None),
        (2, (None, 4, None), 3, "levels_apart"),
    ],
)
def test_the_median_is_taken(embedded: int, runs: tuple[int | None, ...], level: int, review: str | None) -> None:
    combined = combine_opinions(embed(embedded), tuple(opine(run) for run in runs))
    assert (combined.level, combined.review) == (level, review)
    assert combined.embedded == embedded
    assert combined.levels == runs
    assert combined.source == ("hybrid" if any(run is not None for run in runs) else "embedded")


def test_what_was_refused_leaves_the_level_of_the_rules() -> None:
    refused = (Refused(Refusal.QUOTE), Refused(Refusal.FAR_OFF))
    combined = combine_opinions(embed(4), refused)
    assert (combined.level, combined.source, combined.review) == (4, "embedded", None)
    assert combined.refusals == (Refusal.QUOTE, Refusal.FAR_OFF)
    assert combine_opinions(embed(4), ()).level == 4
    assert combine_opinions(embed(4), (opine(1, "ownership"),)).levels == ()


def test_a_level_is_never_made_where_the_rules_found_too_little() -> None:
    combined = combine_opinions(embed(None), (opine(5), opine(5), opine(5)))
    assert (combined.level, combined.source) == (None, "embedded")


@UNHURRIED
@given(st.integers(1, 5), st.lists(st.none() | st.integers(1, 5), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_runs_changes_no_level(embedded: int, runs: list[int | None], random: object) -> None:
    shuffled = list(runs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = combine_opinions(embed(embedded), tuple(map(opine, runs)))
    second = combine_opinions(embed(embedded), tuple(map(opine, shuffled)))
    assert (first.level, first.review, first.source) == (second.level, second.review, second.source)
    known = [run for run in runs if run is not None]
    assert first.level is not None
    assert min([embedded, *known]) <= first.level <= max([embedded, *known])

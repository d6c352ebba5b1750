"""Who is compared with whom, and what is not said for want of ratings."""

from __future__ import annotations

import pytest

from realtime_scoring.agreement.report import FEWEST, compare
from realtime_scoring.agreement.types import AgreementReport, Figure, Rating, TooFewPairs

LEVELS = [1, 2, 3, 4, 5, 3, 2, 4, 3, 5, 1, 2]


def rate(rater: str, levels: list[int | None], competency: str = "teamwork", at: int = 0) -> list[Rating]:
    return [Rating(f"a{at + index:03}", competency, rater, level) for index, level in enumerate(levels)]


def run(ratings: list[Rating]) -> AgreementReport:
    return compare(ratings, draws=100)


def figure(report: AgreementReport, measure: str, scope: str = "all") -> Figure:
    found = next(item for item in report.scopes if item.name == scope)
    return next(item for item in found.figures if item.measure == measure)


def test_two_who_agree_and_one_who_does_not() -> None:
    against: list[int | None] = [6 - level for level in LEVELS]
    report = run(rate("ann", [*LEVELS]) + rate("ben", [*LEVELS]) + rate("cy", against))
    assert report.raters == ("ann", "ben", "cy")
    assert figure(report, "weighted_kappa", "ann / ben").value == pytest.approx(1)
    worst = figure(report, "weighted_kappa", "ann / cy").value
    assert worst is not None
    assert worst < 0
    assert figure(report, "within_one", "ann / ben").value == 1
    assert figure(report, "weighted_kappa").n == 3 * len(LEVELS)
    assert (figure(report, "icc_2_1").n, figure(report, "icc_2_1").unit) == (len(LEVELS), "answers")


def test_every_figure_has_n_and_an_interval_around_it() -> None:
    near: list[int | None] = [min(5, level + index % 2) for index, level in enumerate(LEVELS)]
    report = run(rate("ann", [*LEVELS]) + rate("ben", near))
    for name in ("icc_2_1", "icc_2_k", "weighted_kappa", "spearman", "mean_difference", "within_one"):
        found = figure(report, name)
        assert found.value is not None
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
        assert found.n == len(LEVELS)


@pytest.mark.parametrize("count", [0, 1, FEWEST - 1])
def test_below_ten_pairs_nothing_is_said(count: int) -> None:
    levels: list[int | None] = [*LEVELS[:count]]
    with pytest.raises(TooFewPairs) as caught:
        run(rate("ann", [*LEVELS]) + rate("ben", levels))
    assert (caught.value.found, caught.value.wanted) == (count, FEWEST)
    assert figure(run(rate("ann", [*LEVELS]) + rate("ben", [*LEVELS[:FEWEST]])), "spearman").n == FEWEST


def test_a_competency_with_few_ratings_is_named_and_not_measured() -> None:
    ratings = rate("ann", [*LEVELS]) + rate("ben", [*LEVELS])
    ratings += rate("ann", [3, 4], "learning") + rate("ben", [3, 4], "learning")
    found = figure(run(ratings), "weighted_kappa", "learning")
    assert (found.value, found.low, found.n, found.missing) == (None, None, 2, "too_few")


def test_not_enough_evidence_is_no_level() -> None:
    ratings = rate("ann", [*LEVELS, None, None, 3]) + rate("ben", [*LEVELS, None, 4, None])
    report = run(ratings)
    assert figure(report, "weighted_kappa").n == len(LEVELS)
    evidence = report.evidence
    assert (evidence.both_rated, evidence.one_rated, evidence.none_rated) == (len(LEVELS), 2, 1)


def test_a_rater_who_rates_twice_is_compared_with_himself() -> None:
    once = rate("ann", [*LEVELS]) + rate("ben", [*LEVELS])
    again: list[int | None] = [min(5, level + 1) for level in LEVELS]
    assert figure(run(once), "retest_kappa").missing == "no_second_ratings"
    report = run(once + rate("ben", again))
    assert figure(report, "weighted_kappa").value == pytest.approx(1), "the first rating counts"
    assert figure(report, "retest_within_one").value == 1
    assert figure(report, "retest_difference").value == pytest.approx(10 / 12)
    assert figure(report, "retest_kappa").n == len(LEVELS)


def test_alpha_needs_candidates_and_questions() -> None:
    ratings = rate("ann", [*LEVELS]) + rate("ben", [*LEVELS])
    assert figure(run(ratings), "cronbach_alpha").missing == "no_columns"
    placed = [
        Rating(f"c{index}-{question}", "teamwork", rater, level, f"c{index}", question)
        for rater in ("ann", "ben")
        for question in ("q1", "q2")
        for index, level in enumerate(LEVELS)
    ]
    found = figure(run(placed), "cronbach_alpha")
    assert found.value == pytest.approx(1)
    assert found.n == len(LEVELS)
    one = [rating for rating in placed if rating.question == "q1"]
    assert figure(run(one), "cronbach_alpha").missing == "one_question"


def test_levels_that_never_vary_have_no_kappa() -> None:
    same: list[int | None] = [3] * 12
    report = run(rate("ann", same) + rate("ben", same))
    assert figure(report, "weighted_kappa").missing == "no_variation"
    assert figure(report, "icc_2_1").missing == "no_variation"
    assert figure(report, "mean_difference").value == 0


def test_the_same_ratings_and_seed_give_the_same_report_in_any_order() -> None:
    near: list[int | None] = [min(5, level + index % 2) for index, level in enumerate(LEVELS)]
    ratings = rate("ann", [*LEVELS]) + rate("ben", near)
    assert run(ratings) == run(ratings[::-1]) == run(ratings)
    assert compare(ratings, seed=2, draws=100) != run(ratings)


def test_progress_ends_at_the_whole() -> None:
    seen: list[tuple[int, int]] = []
    compare(
        rate("ann", [*LEVELS]) + rate("ben", [*LEVELS]), draws=50, report=lambda done, total: seen.append((done, total))
    )
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, total in seen} == {len(seen)}

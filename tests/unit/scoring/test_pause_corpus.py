"""The bars of turn-taking, held on the answers that no rule was fitted to as well."""

from __future__ import annotations

from typing import get_args

import pytest

from realtime_scoring.types import Language, TurnProfile
from tests.benchmarks.mind.pauses.corpus import Part, draw_pauses, read_answers, read_sayings
from tests.benchmarks.mind.pauses.measure import draw_curve, measure, scale_patience

LONGEST_CUT_OFF_SHARE = 0.02
LONGEST_MEDIAN_DELAY_S = 1.0
DEVELOP_CUT_OFF_SHARE = 0.05
PARTS: tuple[Part, ...] = ("fitted", "held_out")
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_anybody_is_cut_off_and_nobody_waits_long(language: Language, part: Part) -> None:
    figures = measure(draw_pauses(language, part))
    assert figures.false_cutoff_rate <= LONGEST_CUT_OFF_SHARE, figures
    assert figures.by_pause_ms[500] == 0, figures
    assert figures.response_delay_p50_s <= LONGEST_MEDIAN_DELAY_S, figures


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_no_rule_has_seen_cut_few_people_off(language: Language) -> None:
    figures = measure(draw_pauses(language, "fresh"))
    assert figures.false_cutoff_rate <= LONGEST_CUT_OFF_SHARE, figures
    assert figures.by_pause_ms[500] == 0, figures


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_answers_without_a_known_result_are_seen_to_be_finished(language: Language) -> None:
    """Above the bar for cut-offs: where a full stop stands inside a long sentence, no word tells that it goes on."""
    figures = measure(draw_pauses(language, "develop"))
    assert figures.false_cutoff_rate <= DEVELOP_CUT_OFF_SHARE, figures
    assert figures.response_delay_p50_s <= LONGEST_MEDIAN_DELAY_S, figures


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_that_no_rule_has_seen_are_seen_to_be_finished(language: Language) -> None:
    assert measure(draw_pauses(language, "fresh")).response_delay_p50_s <= LONGEST_MEDIAN_DELAY_S


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_share_no_answer_and_are_the_same_every_time(language: Language) -> None:
    every = [answer for part in get_args(Part) for answer in read_answers(language, part)]
    assert all(len(read_answers(language, part)) >= 30 for part in get_args(Part))
    assert len(set(every)) == len(every)
    assert list(draw_pauses(language, "fitted")) == list(draw_pauses(language, "fitted"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fresh_part_has_sayings_of_its_own(language: Language) -> None:
    fresh, fitted = read_sayings(language, "fresh"), read_sayings(language, "fitted")
    assert not set(fresh.thoughts) & set(fitted.thoughts)
    assert not set(fresh.connectives) & set(fitted.connectives)
    assert not set(fresh.closings) & set(fitted.closings)
    assert set(fresh.fillers) < set(fresh.thoughts)
    assert read_sayings(language, "held_out") == fitted


def test_less_patience_cuts_more_people_off() -> None:
    """The corpus can fail: what it measures moves with the rules."""
    pauses = list(draw_pauses("en", "held_out"))
    rates = [rate for _, rate, _ in draw_curve(pauses)]
    delays = [delay_s for _, _, delay_s in draw_curve(pauses)]
    assert rates == sorted(rates, reverse=True)
    assert delays == sorted(delays)
    assert measure(pauses, scale_patience(TurnProfile(), 0.25)).false_cutoff_rate > 0.2

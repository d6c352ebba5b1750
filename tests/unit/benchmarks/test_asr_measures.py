"""The figures of the transcription benchmark, on text whose figures are known."""

from __future__ import annotations

import math
import random

import jiwer
import numpy as np
import pytest

from tests.benchmarks.asr.measures import (
    BrokenPromise,
    SegmentShown,
    Showing,
    Steadiness,
    bootstrap,
    find_percentile,
    measure_errors,
    measure_final,
    measure_first,
    measure_steadiness,
    measure_words,
)
from tests.benchmarks.asr.script import Scripts
from tests.benchmarks.asr.text import Edits, SpokenWord, count_edits, pair, split_units

SAID = tuple(
    SpokenWord(text, 1000 + 300 * at, 1300 + 300 * at) for at, text in enumerate("we fixed the problem".split())
)


def shown(*showings: Showing) -> SegmentShown:
    return SegmentShown("en", 800, 2600, SAID, showings)


def test_case_and_punctuation_do_not_count_and_a_character_is_a_word() -> None:
    assert split_units("Hello, World. It's 4.5%!", "en") == ["hello", "world", "it's", "4", "5"]
    assert split_units("我用 Python 3。好", "zh-CN") == ["我", "用", "python", "3", "好"]


@pytest.mark.parametrize("seed", range(20))
def test_edits_are_as_many_as_jiwer_counts(seed: int) -> None:
    dice = random.Random(seed)
    said = dice.choices("abcdef", k=dice.randint(1, 12))
    heard = [word for word in said if dice.random() > 0.2] + dice.choices("abcdef", k=dice.randint(0, 3))
    edits = count_edits(heard, said)
    counted = jiwer.process_words([" ".join(said)], [" ".join(heard)])
    assert edits.total == counted.substitutions + counted.deletions + counted.insertions
    assert edits.reference == len(said)
    assert len(pair(heard, said)) == len(said) - edits.substituted - edits.deleted


def test_an_open_end_pairs_a_beginning_with_a_beginning() -> None:
    assert pair(["a", "b"], ["a", "b", "c", "a", "b"], open_end=True) == [(0, 0), (1, 1)]
    assert pair(["b"], ["a", "b", "c"], open_end=True) == [(0, 1)]
    assert pair([], ["a"], open_end=True) == []


def test_a_word_counts_from_when_it_is_committed_for_good() -> None:
    segment = shown(
        Showing(1.9, "", "we fix", final=False),
        Showing(2.2, "we", "fixed a", final=False, computed_s=0.1),
        Showing(2.6, "we fixed the", "", final=False, computed_s=0.2),
        Showing(3.0, "We fixed a problem.", "", final=True, computed_s=0.5),
    )
    latencies = measure_words(segment)
    aware = [one.aware_s for one in latencies]
    assert aware[:2] == pytest.approx([2.2 - 1.3, 2.6 - 1.6])
    assert aware[2] == math.inf
    assert aware[3] == pytest.approx(3.0 - 2.2)
    assert latencies[1].unaware_s == pytest.approx(2.6 - 1.6 - 0.2)


def test_a_word_that_a_revision_takes_away_and_brings_back_counts_from_then() -> None:
    segment = shown(
        Showing(2.5, "we fixed the problem", "", final=False),
        Showing(2.8, "We fixed the.", "", final=True),
        Showing(3.4, "We fixed the problem.", "", final=True),
    )
    assert [one.aware_s for one in measure_words(segment)][3] == pytest.approx(3.4 - 2.2)


def test_what_never_comes_is_infinitely_late() -> None:
    segment = shown(Showing(2.0, "we", "fixed", final=False))
    assert {one.aware_s for one in measure_words(segment)} == {math.inf}
    assert measure_final(segment) == math.inf
    assert find_percentile([0.1, 0.2, math.inf], 0.95) == math.inf
    assert find_percentile([0.1, 0.2, math.inf], 0.5) == 0.2


def test_a_final_is_as_late_as_its_last_revision() -> None:
    segment = shown(Showing(2.4, "we fixed", "", final=True), Showing(2.9, "we fixed the problem", "", final=True))
    assert measure_final(segment) == pytest.approx(0.7)


def test_the_first_text_needs_a_right_word() -> None:
    segment = shown(Showing(1.4, "", "he", final=False), Showing(1.7, "", "we", final=False))
    assert measure_first([segment], SAID) == pytest.approx(0.7)


def test_words_behind_the_first_change_are_unstable() -> None:
    segment = shown(
        Showing(1.5, "", "we fix", final=False),
        Showing(1.9, "we", "fixed the", final=False),
        Showing(2.4, "we fixed the", "problem", final=False),
        Showing(3.0, "We fixed the problem.", "", final=True),
    )
    steadiness = measure_steadiness(segment)
    assert steadiness == Steadiness(unstable=1, changed=1, shown=9, final=4, committed=3, taken_back=0)
    assert steadiness.upwr == 0.25


def test_a_committed_word_that_the_final_lacks_was_committed_falsely() -> None:
    segment = shown(
        Showing(2.4, "we mixed the", "", final=False), Showing(3.0, "We fixed the problem.", "", final=True)
    )
    assert measure_steadiness(segment).false_commit_rate == pytest.approx(1 / 3)


def test_taking_back_without_a_revision_is_no_figure_but_a_failure() -> None:
    segment = shown(Showing(2.0, "we fixed", "", final=False), Showing(2.4, "we mixed", "", final=False))
    with pytest.raises(BrokenPromise, match="we fixed"):
        measure_steadiness(segment)


def test_what_was_told_as_final_and_changed_was_committed_falsely() -> None:
    segment = shown(
        Showing(2.4, "We mixed.", "", final=True),
        Showing(2.6, "we", "fixed the", final=False, revision=1),
        Showing(3.0, "We fixed the problem.", "", final=True, revision=1),
    )
    steadiness = measure_steadiness(segment)
    assert (steadiness.committed, steadiness.taken_back) == (2, 1)


def test_errors_are_counted_over_all_texts_of_an_answer() -> None:
    assert measure_errors(["We fixed", "problem."], SAID, "en") == Edits(0, 1, 0, 4)


def test_a_bootstrap_holds_the_mean() -> None:
    low, high = bootstrap([1.0, 2.0, 3.0, 4.0], lambda items: sum(items) / len(items))
    assert low < 2.5 < high


def test_a_script_knows_its_words_wherever_it_is_cut() -> None:
    generator = np.random.default_rng(5)
    clips = [generator.standard_normal(5 * 16_000).astype(np.float32) * 0.1 for _ in range(2)]
    scripts = Scripts()
    scripts.add(clips[0], (SpokenWord("hello", 500, 900), SpokenWord("there", 1000, 1400)))
    scripts.add(clips[1], (SpokenWord("good", 500, 900), SpokenWord("day", 4000, 4400)))
    assert scripts.find(clips[0]) == (SpokenWord("hello", 500, 900), SpokenWord("there", 1000, 1400))
    assert scripts.find(clips[1][3 * 16_000 + 7 :]) == (SpokenWord("day", 1000, 1400),)
    assert [word.text for word in scripts.find(clips[0][: 16 * 1300])] == ["hello"]
    assert [word.text for word in scripts.find(clips[0][: 16 * 1390])] == ["hello", "there"]
    assert scripts.find(np.zeros(16_000, np.float32)) == ()
    assert scripts.find(generator.standard_normal(16_000).astype(np.float32)) == ()


def test_silence_before_the_sound_does_not_hide_the_place() -> None:
    clip = np.random.default_rng(6).standard_normal(32_000).astype(np.float32)
    scripts = Scripts()
    scripts.add(np.concatenate([np.zeros(20_000, np.float32), clip]), (SpokenWord("hello", 1500, 1900),))
    assert scripts.find(np.concatenate([np.zeros(16_000, np.float32), clip])) == (SpokenWord("hello", 1250, 1650),)

"""What the bundled recogniser is taught: which part of an utterance is heard, and what a forced prefix asks of it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.fixtures.recogniser.practice import PRACTICE
from tests.fixtures.recogniser.sequences import IGNORED, write_sequence
from tests.fixtures.recogniser.speech import SAMPLE_RATE_HZ, Speech, SpokenUnit
from tests.fixtures.recogniser.tokens import token_table
from tests.fixtures.recogniser.utterances import STOP_HEARD_AFTER_S, Utterance, cut, hesitate, join, trim
from tests.fixtures.recogniser.vocabulary import is_punctuation, split_units, vocabulary


def make_speech() -> Speech:
    """`We have a plan.`, 0.4 s a word."""
    units = [SpokenUnit(word, 0.4 * place, 0.4 * place + 0.4) for place, word in enumerate(("We", "have", "a", "plan"))]
    samples = np.full(int(1.6 * SAMPLE_RATE_HZ), 0.1, np.float32)
    return Speech(samples, (*units, SpokenUnit(".", 1.6, 1.6)))


def make_utterance() -> Utterance:
    return join("en", [make_speech()], 0.2, [], 0.5)


def texts(utterance: Utterance) -> list[str]:
    return [unit.text for unit in utterance.units]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_practice_sentence_is_within_the_vocabulary(language: str) -> None:
    known = {word.lower() for word in vocabulary(language)}
    for sentence in PRACTICE[language]:
        units = [unit for unit in split_units(language, sentence) if not is_punctuation(unit)]
        assert {unit.lower() for unit in units} <= known, sentence


@pytest.mark.parametrize(
    ("at_s", "heard"),
    [
        (0.7, ["We"]),  # a quarter of the second word
        (0.98, ["We", "have"]),
        (0.2 + 1.6 + 0.05, ["We", "have", "a", "plan"]),
        (0.2 + 1.6 + STOP_HEARD_AFTER_S + 0.01, ["We", "have", "a", "plan", "."]),
    ],
)
def test_what_is_cut_off_is_not_heard(at_s: float, heard: list[str]) -> None:
    part = cut(make_utterance(), at_s)
    assert texts(part) == heard
    assert all(unit.end_s <= len(part.samples) / SAMPLE_RATE_HZ + 1e-3 for unit in part.units)


def test_a_window_that_begins_later_knows_what_was_said_before() -> None:
    later = trim(make_utterance(), 2, 0.05)
    assert texts(later) == ["a", "plan", "."]
    assert later.earlier == ("We", "have")
    assert later.units[0].start_s == pytest.approx(0.05)
    assert len(later.samples) == pytest.approx((0.05 + 0.8 + 0.5) * SAMPLE_RATE_HZ, abs=2)


def test_a_pause_inside_a_sentence_moves_only_what_follows() -> None:
    speech = hesitate(make_speech(), 2, 1.5)
    assert [unit.start_s for unit in speech.units] == pytest.approx([0.0, 0.4, 2.3, 2.7, 3.1])
    begin, end = (int(seconds * SAMPLE_RATE_HZ) for seconds in (0.8, 2.3))
    assert not speech.samples[begin:end].any()
    assert speech.samples[end:].all()


def test_sequences_end_with_the_text_that_is_heard_whatever_was_forced() -> None:
    """A prefix may lack words or have wrong ones; where that leaves doubt nothing is asked, and never a wrong word."""
    table, utterance = token_table(), trim(make_utterance(), 1, 0.0)
    right = [table.dense[name] for name in (" have", " a", " plan", ".")]
    dice = random.Random(3)
    damaged = 0
    for _ in range(400):
        sequence = write_sequence(utterance, dice)
        assert len(sequence.tokens) == len(sequence.labels) == len(sequence.spans)
        asked = [label for label in sequence.labels if label in right]
        assert asked == [token for token in right if token in asked]
        assert sequence.labels[-1] == table.dense["<|endoftext|>"]
        damaged += IGNORED in sequence.labels[4:]
    assert damaged


def test_silence_is_labelled_as_such() -> None:
    silence = Utterance("zh", np.zeros(SAMPLE_RATE_HZ, np.float32), ())
    labels = write_sequence(silence, random.Random(1)).labels
    assert labels[0] == token_table().dense["<|nospeech|>"]
    assert labels[-1] == token_table().dense["<|endoftext|>"]

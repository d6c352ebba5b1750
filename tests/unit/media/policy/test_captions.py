"""Committed text only ever grows, lags little behind, and has each word once."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from media.transcription.policy.captions import Captions, Question, SegmentCaptions
from media.transcription.policy.settings import CaptionSettings
from media.types import LanguageCode, TranscribedWord, Transcription
from tests.unit.media.policy.scripted import (
    CHINESE,
    ENGLISH,
    PER_MS,
    ScriptedRecogniser,
    cut_until,
    follow,
    speak,
    split_keys,
    write_out,
)

LANGUAGES: list[LanguageCode] = ["en", "zh-CN"]
SILENCE = np.zeros(60_000 * PER_MS, np.float32)


def words_of(language: LanguageCode, count: int) -> list[str]:
    words = ENGLISH if language == "en" else CHINESE
    return [words[number % len(words)] for number in range(count)]


def ask(captions: SegmentCaptions, t_ms: int) -> Question:
    return captions.ask(cut_until(SILENCE, t_ms))


def say(question: Question, *words: tuple[str, int, int], probability: float = 0.8) -> Transcription:
    """Words with their times in the segment."""
    times = [(start - question.t_start_ms, end - question.t_start_ms, probability) for _, start, end in words]
    return write_out([word for word, _, _ in words], times, question.request.language)


def hear(captions: SegmentCaptions, t_ms: int, *words: tuple[str, int, int], probability: float = 0.8) -> Captions:
    question = ask(captions, t_ms)
    return captions.take(question, say(question, *words, probability=probability))


def test_a_word_is_committed_when_it_comes_twice() -> None:
    captions = SegmentCaptions("en")
    assert hear(captions, 1000, ("we", 200, 400), ("called", 400, 600)) == Captions("", "we called")
    assert hear(captions, 1500, ("we", 200, 400), ("called", 400, 600), ("a", 900, 1000)) == Captions("we called", " a")
    assert hear(captions, 2000, ("the", 900, 1100)) == Captions("we called", " the")
    assert hear(captions, 2500, ("the", 900, 1100)) == Captions("we called the", "")


def test_what_is_committed_is_what_the_next_answer_begins_with() -> None:
    captions = SegmentCaptions("en", terms=("Kafka",))
    hear(captions, 1000, ("We", 200, 400), ("called.", 400, 600))
    hear(captions, 1500, ("We", 200, 400), ("called.", 400, 600))
    question = ask(captions, 2000)
    assert question.request.prefix == "We called"
    assert (question.request.kind, question.request.terms) == ("partial", ("Kafka",))


def test_a_word_at_the_end_of_the_audio_waits() -> None:
    captions = SegmentCaptions("en")
    hear(captions, 1000, ("we", 200, 400), ("call", 700, 980))
    assert hear(captions, 1200, ("we", 200, 400), ("call", 700, 980)).committed == "we"
    assert hear(captions, 1400, ("call", 700, 980)).committed == "we call"


def test_a_sure_word_needs_no_second_hypothesis_unless_it_is_at_the_end() -> None:
    captions = SegmentCaptions("en")
    heard = hear(captions, 1000, ("we", 200, 400), ("call", 500, 700), probability=0.97)
    assert heard == Captions("we", " call")


def test_a_sure_word_that_replaces_another_whole_word_waits_for_a_second_hypothesis() -> None:
    captions = SegmentCaptions("en")
    hear(captions, 1000, ("be", 200, 400))
    assert hear(captions, 1500, ("we", 200, 400), probability=0.97).committed == ""
    assert hear(captions, 1600, ("we", 200, 400), probability=0.97).committed == "we"


def test_a_word_that_nothing_confirms_does_not_hold_up_the_others_for_ever() -> None:
    captions = SegmentCaptions("en")
    for t_ms, doubtful in ((1000, "be"), (2000, "we"), (3000, "be"), (4000, "me"), (4300, "he")):
        committed = hear(captions, t_ms, (doubtful, 200, 400), ("called", 400, 600)).committed
        assert committed == ""
    assert hear(captions, 4500, ("we", 200, 400), ("called", 400, 600)).committed == "we called"


def test_case_punctuation_and_hyphens_are_no_disagreement_and_committed_words_keep_their_form() -> None:
    captions = SegmentCaptions("en")
    hear(captions, 2000, ("Well,", 200, 400), ("a", 400, 500), ("follow up.", 500, 900))
    heard = hear(captions, 2500, ("well", 200, 400), ("a", 400, 500), ("follow-up", 500, 900), ("call", 1500, 1700))
    assert heard == Captions("well a follow-up", " call")
    heard = hear(captions, 3000, ("CALL", 1500, 1700), ("today", 1800, 2000))
    assert heard == Captions("well a follow-up CALL", " today")


def test_a_committed_text_ends_without_punctuation_and_goes_on_with_it() -> None:
    captions = SegmentCaptions("en")
    hear(captions, 2000, ("We", 200, 400), ("called.", 400, 600))
    assert hear(captions, 2500, ("We", 200, 400), ("called.", 400, 600)) == Captions("We called", "")
    question = ask(captions, 3000)
    captions.take(question, say(question, (".", 600, 600), ("Then", 1500, 1800)))
    question = ask(captions, 3400)
    assert captions.take(question, say(question, (".", 600, 600), ("Then", 1500, 1800))).committed == "We called. Then"


@pytest.mark.parametrize(
    ("first", "second"), [("4.5%", "45%"), ("C++", "C"), ("we'll", "well"), ("1.0", "10"), ("cat", "category")]
)
def test_what_only_looks_alike_is_a_disagreement(first: str, second: str) -> None:
    captions = SegmentCaptions("en")
    hear(captions, 2000, (first, 200, 800))
    assert hear(captions, 2500, (second, 200, 800)).committed == ""
    assert hear(captions, 3000, (second, 200, 800)).committed == second


@pytest.mark.parametrize(
    ("first", "second"), [("don't", "don’t"), ("1,000", "1000"), ("４.5％", "4.5%"), ("Hi", "HI!")]
)
def test_what_only_looks_different_is_none(first: str, second: str) -> None:
    captions = SegmentCaptions("en")
    hear(captions, 2000, (first, 200, 800))
    assert hear(captions, 2500, (second, 200, 800)).committed == second.rstrip("!")


def test_chinese_agrees_by_character_and_has_no_spaces_but_between_latin_words() -> None:
    captions = SegmentCaptions("zh-CN")
    hear(captions, 2000, ("我们用", 200, 800), ("Python API", 900, 1400))
    heard = hear(captions, 2500, ("我们用", 200, 800), ("Python API", 900, 1400), ("写的", 1500, 1900))
    assert heard == Captions("我们用Python API", "写的")
    assert hear(captions, 3000, ("写代码,", 1500, 2100)) == Captions("我们用Python API写", "代码")


def test_an_answer_without_word_times_is_laid_over_its_audio() -> None:
    captions = SegmentCaptions("en")
    for t_ms in (2000, 2500):
        question = ask(captions, t_ms)
        heard = captions.take(question, Transcription("we called the customer", (), 0.8, 0.0))
    assert heard == Captions("we called the", " customer")


def test_a_late_answer_to_an_older_question_changes_nothing() -> None:
    captions = SegmentCaptions("en")
    older, newer = ask(captions, 1000), ask(captions, 1500)
    shown = captions.take(newer, say(newer, ("we", 200, 400)))
    assert captions.take(older, say(older, ("be", 200, 400))) == shown
    assert hear(captions, 2000, ("we", 200, 400)).committed == "we"


def test_an_answer_may_hold_what_was_committed_since_it_was_asked_for() -> None:
    captions = SegmentCaptions("en")
    first, second = ask(captions, 1500), ask(captions, 1800)
    third = ask(captions, 2200)
    captions.take(first, say(first, ("we", 200, 400), ("called", 500, 800)))
    assert captions.take(second, say(second, ("we", 200, 400), ("called", 500, 800))).committed == "we called"
    heard = captions.take(third, say(third, ("We", 200, 400), ("called", 500, 800), ("the", 1200, 1500)))
    assert heard == Captions("we called", " the")


def test_an_answer_that_thinks_otherwise_of_committed_words_is_joined_by_time() -> None:
    captions = SegmentCaptions("en")
    first, second, third = ask(captions, 1500), ask(captions, 1800), ask(captions, 2200)
    captions.take(first, say(first, ("we", 200, 400), ("called", 500, 800)))
    captions.take(second, say(second, ("we", 200, 400), ("called", 500, 800)))
    heard = captions.take(third, say(third, ("he", 200, 400), ("cold", 500, 800), ("the", 1200, 1500)))
    assert heard == Captions("we called", " the")


def test_a_prefix_said_again_is_left_out_but_a_word_said_twice_is_not() -> None:
    captions = SegmentCaptions("en")
    hear(captions, 1600, ("very", 200, 500), ("very", 600, 900))
    assert hear(captions, 1900, ("very", 200, 500), ("very", 600, 900)).committed == "very very"
    assert hear(captions, 2400, ("very", 600, 880), ("good", 1500, 1800)) == Captions("very very", " good")
    assert hear(captions, 2400, ("very", 930, 1200), ("good", 1500, 1800)).unstable == " very good"


def test_a_word_that_is_being_spoken_is_not_shown_unless_it_is_probable() -> None:
    captions = SegmentCaptions("en")
    assert hear(captions, 1000, ("we", 200, 400), ("cal", 800, 1000), probability=0.5).unstable == "we"
    assert hear(captions, 1000, ("we", 200, 400), ("called", 800, 1000), probability=0.7) == Captions("we", " called")


def test_a_final_text_that_goes_on_is_adopted() -> None:
    captions = SegmentCaptions("en")
    hear(captions, 1500, ("We", 200, 400), ("called", 500, 900))
    hear(captions, 1800, ("We", 200, 400), ("called", 500, 900))
    on_its_way = ask(captions, 2000)
    final = write_out(
        ["We", "called", "the", "shop."], [(200, 400, 0.9), (500, 900, 0.9), (1000, 1200, 0.9), (1300, 1600, 0.9)], "en"
    )
    assert captions.adopt(final, 2000) == Captions("We called the shop", "")
    assert captions.take(on_its_way, say(on_its_way, ("a", 1000, 1200))) == Captions("We called the shop", "")
    assert ask(captions, 3000).request.prefix == "We called the shop"


@pytest.mark.parametrize("language", LANGUAGES)
@given(seed=st.integers(0, 10_000))
@hypothesis_settings(max_examples=25, deadline=None)
def test_a_perfect_recogniser_is_followed_word_by_word(language: LanguageCode, seed: int) -> None:
    """Whatever the interval: no word lost, none doubled, none late, no window too long or cut inside a word."""
    chance = random.Random(seed)
    spoken, samples = speak(words_of(language, 80), seed=seed)
    recogniser = ScriptedRecogniser(spoken, language)
    captions = SegmentCaptions(language)
    script = [key for word in spoken for key in split_keys(word.text, language)]
    t_ms, asked_ms, committed = 0, [0, 0], ""
    while t_ms < spoken[-1].t_end_ms + 1000:
        t_ms += chance.randrange(400, 3000)
        question = captions.ask(cut_until(samples, t_ms))
        assert question.t_end_ms - question.t_start_ms <= CaptionSettings().window_limit_ms
        heard = captions.take(question, recogniser.answer(question))
        assert heard.committed.startswith(committed)
        committed = heard.committed
        asked_ms = [*asked_ms[-1:], min(t_ms, len(samples) // PER_MS)]
        keys = split_keys(committed, language)
        assert keys == script[: len(keys)]
        due = [word for word in spoken if word.t_end_ms <= min(asked_ms) - 400 or word.t_end_ms <= t_ms - 4500]
        assert len(keys) >= len(due)
    assert split_keys(captions.captions.committed + captions.captions.unstable, language) == script


@pytest.mark.parametrize("language", LANGUAGES)
@given(seed=st.integers(0, 10_000), jitter_ms=st.sampled_from([0, 40]))
@hypothesis_settings(max_examples=25, deadline=None)
def test_slips_at_the_end_of_the_audio_are_not_committed(language: LanguageCode, seed: int, jitter_ms: int) -> None:
    spoken, samples = speak(words_of(language, 60), seed=seed)
    recogniser = ScriptedRecogniser(
        spoken, language, random.Random(seed), jitter_ms=jitter_ms, slips_within_ms=350, slips=0.5
    )
    captions = SegmentCaptions(language)
    committed = follow(captions, recogniser, samples, range(700, len(samples) // PER_MS, 700))
    script = [key for word in spoken for key in split_keys(word.text, language)]
    keys = split_keys(committed, language)
    assert keys == script[: len(keys)]
    assert len(keys) > len(script) - 5


@given(seed=st.integers(0, 10_000))
@hypothesis_settings(max_examples=25, deadline=None)
def test_nothing_is_committed_that_was_not_heard_twice(seed: int) -> None:
    """Words that change anywhere, answers out of order; no word is sure and none waits too long."""
    chance = random.Random(seed)
    spoken, samples = speak(words_of("en", 40), seed=seed)
    captions = SegmentCaptions("en", CaptionSettings(patience_ms=600_000, window_ms=600_000, window_limit_ms=600_000))
    waiting: list[tuple[Question, Transcription]] = []
    said: list[list[str]] = []
    committed = ""
    for t_ms in range(500, len(samples) // PER_MS, 500):
        question = captions.ask(cut_until(samples, t_ms))
        words = [word for word in spoken if word.t_end_ms < t_ms][len(split_keys(question.request.prefix, "en")) :]
        heard = [word.text if chance.random() < 0.7 else chance.choice(["uh", "the"]) for word in words]
        times = [(word.t_start_ms, word.t_end_ms, 0.8) for word in words]
        waiting.append((question, write_out(heard, times, "en")))
        chance.shuffle(waiting)
        if chance.random() < 0.7:
            question, answer = waiting.pop()
            said.append(split_keys(question.request.prefix + " " + answer.text, "en"))
            before, committed = committed, captions.take(question, answer).committed
            assert committed.startswith(before)
    keys = split_keys(committed, "en")
    for number, key in enumerate(keys):
        assert sum(number < len(hypothesis) and hypothesis[number] == key for hypothesis in said) >= 2


def test_ten_minutes_of_speech_cost_no_more_at_their_end() -> None:
    spoken, samples = speak(words_of("en", 1500), pauses=False)
    assert spoken[-1].t_end_ms > 500_000
    recogniser = ScriptedRecogniser(spoken)
    captions = SegmentCaptions("en")
    lengths_ms = []
    for t_ms in range(1000, spoken[-1].t_end_ms, 1000):
        question = captions.ask(cut_until(samples, t_ms))
        lengths_ms.append(question.t_end_ms - question.t_start_ms)
        captions.take(question, recogniser.answer(question))
        assert len(question.request.prefix) < 120
    assert max(lengths_ms) <= CaptionSettings().window_ms
    assert len(split_keys(captions.captions.committed, "en")) > 1490


def test_a_recogniser_that_was_away_catches_up_window_by_window() -> None:
    spoken, samples = speak(words_of("en", 60), pauses=False)
    recogniser = ScriptedRecogniser(spoken)
    captions = SegmentCaptions("en")
    committed = follow(captions, recogniser, samples, [1000, 17_000, 17_500, 18_000, 18_500, 19_000])
    due = [word.text for word in spoken if word.t_end_ms <= 18_000]
    assert split_keys(committed, "en")[: len(due)] == [word.casefold() for word in due]


def test_one_that_cannot_catch_up_goes_on_with_what_is_said_now_and_says_so() -> None:
    spoken, samples = speak(words_of("en", 200), pauses=False)
    recogniser = ScriptedRecogniser(spoken, jitter_ms=500)
    captions = SegmentCaptions("en")
    follow(captions, recogniser, samples, [1500, 2000])
    question = captions.ask(cut_until(samples, 40_000))
    assert question.t_end_ms == 40_000
    assert question.t_end_ms - question.t_start_ms <= CaptionSettings().window_ms
    assert question.request.prefix == ""
    assert captions.captions.committed.endswith("…")


def test_a_segment_without_a_word_is_listened_to_in_windows_that_move_on() -> None:
    captions = SegmentCaptions("en")
    ends_ms = []
    for t_ms in range(1000, 26_000, 1000):
        question = ask(captions, t_ms)
        assert question.t_end_ms - question.t_start_ms <= CaptionSettings().window_limit_ms
        ends_ms.append(question.t_end_ms)
        captions.take(question, say(question))
    assert ends_ms == list(range(1000, 26_000, 1000))


def test_a_recogniser_under_pressure_listens_to_less() -> None:
    spoken, samples = speak(words_of("en", 60), pauses=False)
    recogniser = ScriptedRecogniser(spoken)
    captions = SegmentCaptions("en")
    for t_ms in range(1000, 15_000, 700):
        question = captions.ask(cut_until(samples, t_ms), window_ms=3000)
        captions.take(question, recogniser.answer(question))
        assert question.t_end_ms - question.t_start_ms <= 3000


@pytest.mark.parametrize("window_s", [5, 10, 15, 30])
def test_a_recogniser_that_listens_through_longer_windows_is_given_more_speech(window_s: int) -> None:
    settings = CaptionSettings.fit(window_s)
    assert settings.context_ms < settings.window_ms <= settings.window_limit_ms <= max(10, window_s) * 1000
    spoken, samples = speak(words_of("en", 150), pauses=False)
    captions = SegmentCaptions("en", settings)
    times_ms = range(1000, spoken[-1].t_end_ms, 1000)
    committed = follow(captions, ScriptedRecogniser(spoken), samples, times_ms)
    assert len(split_keys(committed, "en")) > 140
    question = captions.ask(samples)
    assert settings.context_ms < question.t_end_ms - question.t_start_ms <= settings.window_ms


@pytest.mark.parametrize("t_ms", [0, 5, 30])
def test_a_segment_of_hardly_any_audio_can_be_asked_for(t_ms: int) -> None:
    captions = SegmentCaptions("en")
    assert hear(captions, t_ms) == Captions("", "")


_TIMES = st.integers(-500, 12_000)
_WORDS = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25), _TIMES, _TIMES, st.floats(0, 1)), max_size=8)
_TEXTS = st.text(alphabet="we called,.'’-% 45+我们给，。 …", max_size=20)


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    answers=st.lists(st.tuples(_TEXTS, _WORDS, st.integers(0, 4)), max_size=12), steps=st.lists(st.integers(0, 12_000))
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_whatever_a_recogniser_answers_committed_text_only_grows(
    language: LanguageCode,
    answers: list[tuple[str, list[tuple[int, int, int, int, float]], int]],
    steps: list[int],
) -> None:
    """Words outside the text, times that go back, answers in any order or never, adopted finals between them."""
    captions = SegmentCaptions(language)
    questions = []
    committed, t_ms = "", 0
    for number, (text, words, late) in enumerate(answers):
        t_ms = min(60_000, t_ms + (steps[number] if number < len(steps) else 700))
        questions.append(ask(captions, t_ms))
        answer = Transcription(text, tuple(TranscribedWord(*word) for word in words), 0.5, 0.0)
        if late == 4:
            captions.adopt(answer, t_ms)
        elif late < len(questions):
            captions.take(questions[-1 - late], answer)
        shown = captions.captions
        assert shown.committed.startswith(committed)
        committed = shown.committed
        captions.finish(text)
    for question in questions:
        assert 0 <= question.t_start_ms <= question.t_end_ms
        assert question.t_end_ms - question.t_start_ms <= CaptionSettings().window_limit_ms

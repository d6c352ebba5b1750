"""Committed text never changes; what two hypotheses share is committed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.transcription.agreement import Agreement, join_chinese
from media.types import LanguageCode

_WORDS = st.lists(st.sampled_from(["we", "We,", "called", "the", "customer", "customer.", "and", "late"]), max_size=12)
_CHARACTERS = st.text(alphabet="我们给客户打电话,。API 3", max_size=12)


def test_a_word_is_committed_when_it_comes_twice() -> None:
    agreement = Agreement("en")
    first = agreement.update("we called")
    assert (first.committed, first.unstable) == ("", "we called")
    second = agreement.update("we called the")
    assert (second.committed, second.unstable) == ("we called", "the")
    third = agreement.update("we called a customer")
    assert (third.committed, third.unstable) == ("we called", "a customer")
    fourth = agreement.update("we called a customer today")
    assert (fourth.committed, fourth.unstable) == ("we called a customer", "today")


def test_case_and_punctuation_do_not_hold_words_back() -> None:
    agreement = Agreement("en")
    agreement.update("Hello i am")
    assert agreement.update("Hello. I am a").committed == "Hello. I am"


def test_chinese_agrees_by_character_and_has_no_spaces() -> None:
    agreement = Agreement("zh-CN")
    agreement.update("我们给客")
    agreed = agreement.update("我们给客户打")
    assert (agreed.committed, agreed.unstable) == ("我们给客", "户打")


def test_a_hypothesis_that_lost_a_word_is_joined_where_it_fits() -> None:
    agreement = Agreement("en")
    agreement.update("so well we called the customer")
    agreement.update("so well we called the customer and")
    agreed = agreement.update("well we called the customer and then")
    assert agreed.committed == "so well we called the customer and"
    assert agreed.unstable == "then"


def test_latin_words_stay_apart_in_chinese() -> None:
    assert join_chinese(["我", "用", "Python", "API", "写"]) == "我用Python API写"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@given(data=st.data())
def test_committed_text_only_grows(language: LanguageCode, data: st.DataObject) -> None:
    agreement = Agreement(language)
    committed = ""
    hypotheses = data.draw(st.lists(_WORDS.map(" ".join) if language == "en" else _CHARACTERS, max_size=10))
    for hypothesis in hypotheses:
        agreed = agreement.update(hypothesis)
        assert agreed.committed.startswith(committed)
        committed = agreed.committed


@given(_WORDS)
def test_the_same_twice_is_committed_whole(words: list[str]) -> None:
    agreement = Agreement("en")
    agreement.update(" ".join(words))
    agreed = agreement.update(" ".join(words))
    assert (agreed.committed, agreed.unstable) == (" ".join(words), "")

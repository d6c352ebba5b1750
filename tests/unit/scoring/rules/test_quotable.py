"""What of a candidate's words may be read back to them, to the word and to the character."""

from __future__ import annotations

from dataclasses import replace

import pytest

from realtime_scoring.features import ClauseFacts
from realtime_scoring.quotes import Quote, is_grave, is_private, is_sensitive, pick_quote, quotable_span
from realtime_scoring.types import AnswerText, Language
from tests.unit.scoring.material import ENGINE
from tests.unit.scoring.rules.clauses import mark

LEXICONS = {language: replace(lexicon, quote_words=12) for language, lexicon in ENGINE.lexicons.items()}


def quote(text: str, language: Language = "en", asr_confidence: float | None = None) -> str | None:
    """Of an answer that is one clause."""
    answer = AnswerText("t0", text, language, (), asr_confidence)
    span = quotable_span(mark((answer,), text), answer, LEXICONS[language])
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(
    ("text", "language", "quoted"),
    [
        ("We packed boxes", "en", "We packed boxes"),
        ("We packed", "en", None),
        ("我们打包", "zh-CN", "我们打包"),
        ("我打包", "zh-CN", None),
        # Without what leads in.
        ("and then we packed the boxes", "en", "we packed the boxes"),
        ("and then we packed", "en", None),
        # What leads up to something else is no statement; a word that begins alike is none of those.
        ("if it rains there", "en", None),
        ("and if it rains there", "en", None),
        ("iffy things went there", "en", "iffy things went there"),
        ("如果下雨就停工", "zh-CN", None),
        # Marks that would break the question.
        ('We packed "the" boxes', "en", None),
        ("We packed <the> boxes", "en", None),
        # What nobody wants to be reminded of.
        ("I was pregnant in spring", "en", None),
        ("The old owner died there", "en", None),
    ],
)
def test_what_is_quoted(text: str, language: Language, quoted: str | None) -> None:
    assert quote(text, language) == quoted


@pytest.mark.parametrize(
    ("asr_confidence", "quoted"), [(None, True), (1.0, True), (0.4, True), (0.39, False), (0.0, False)]
)
def test_what_may_be_misheard_is_not_quoted(asr_confidence: float | None, quoted: bool) -> None:
    assert (quote("We packed the boxes", asr_confidence=asr_confidence) is not None) is quoted


def count_out(length: int, *breaks: int) -> str:
    """So many words, of which those at `breaks` open a phrase."""
    return " ".join("with" if index in breaks else f"word{index}" for index in range(length))


@pytest.mark.parametrize(
    ("length", "breaks", "words"),
    [
        (12, (), 12),
        (13, (), None),
        (13, (12,), 12),
        (14, (13,), None),
        (20, (4,), 4),
        (20, (3,), None),
        (20, (5, 9), 9),
        (20, (5, 9, 15), 9),
        (20, (3, 8), 8),
    ],
)
def test_a_long_clause_is_quoted_up_to_the_last_phrase_that_fits(
    length: int, breaks: tuple[int, ...], words: int | None
) -> None:
    text = count_out(length, *breaks)
    assert quote(text) == (None if words is None else " ".join(text.split()[:words]))


def test_a_long_chinese_clause_is_not_quoted() -> None:
    assert quote("字" * 12, "zh-CN") == "字" * 12
    assert quote("字" * 13, "zh-CN") is None


def hesitate(text: str, gap: str) -> tuple[AnswerText, ClauseFacts]:
    """`gap` was said after the first word, and is no part of the clause."""
    first, rest = text.split(" ", 1)
    answer = AnswerText("t0", f"{first}{gap} {rest}", "en")
    fact = mark((AnswerText("t0", text, "en"),), text)
    offsets = tuple(at if at < len(first) else at + len(gap) for at in range(len(text)))
    return answer, replace(fact, clause=replace(fact.clause, char_end=len(answer.text), offsets=offsets))


@pytest.mark.parametrize(
    ("gap", "quoted"), [("", True), (", um" * 3, True), (", um" * 3 + "m", False), ("\u200b", False)]
)
def test_hesitation_is_not_read_back(gap: str, quoted: bool) -> None:
    answer, fact = hesitate("We packed the boxes", gap)
    span = quotable_span(fact, answer, LEXICONS["en"])
    assert span == ((0, len(answer.text)) if quoted else None)


def answers(*texts: str, language: Language = "en") -> tuple[AnswerText, ...]:
    return tuple(AnswerText(f"t{index}", text, language) for index, text in enumerate(texts))


def test_where_there_is_nothing_good_nothing_is_quoted() -> None:
    said = answers("Well then", "We packed the boxes")
    fact = mark(said, "We packed the boxes")
    assert pick_quote((), (), (bool,), bool, LEXICONS) == Quote("", "", 0, 0)
    assert pick_quote(said, (fact,), (), bool, LEXICONS) == Quote("t1", "", 0, 0)
    assert pick_quote(said, (fact,), (lambda _: False,), bool, LEXICONS) == Quote("t1", "", 0, 0)
    assert pick_quote(said, (fact,), (bool,), bool, LEXICONS) == Quote("t1", "We packed the boxes", 0, 19)


def test_beside_what_is_private_no_words_are_harmless() -> None:
    said = answers("I was pregnant.", "We packed the boxes")
    fact = mark(said, "We packed the boxes")
    assert pick_quote(said, (fact,), (bool,), bool, LEXICONS) == Quote("t1", "", 0, 0)


@pytest.mark.parametrize(
    ("texts", "private"),
    [
        (["We packed the boxes"], False),
        (["The guest was pregnant and wanted a chair"], False),
        (["The guest was pregnant", "Another guest was pregnant too"], True),
        (["The guest was pregnant and her friend pregnant too"], True),
        (["I was pregnant then"], True),
        (["My wife was pregnant then"], True),
        # One's own life ends with the sentence.
        (["We opened early. The guest was pregnant"], False),
        (["The old owner died there"], True),
    ],
)
def test_in_passing_is_not_private(texts: list[str], private: bool) -> None:
    assert is_private(answers(*texts), LEXICONS) is private
    assert is_sensitive(answers(*texts), LEXICONS) is (texts != ["We packed the boxes"])


@pytest.mark.parametrize(("distance", "private"), [(20, True), (48, True), (49, False), (60, False)])
def test_ones_own_life_is_looked_for_so_far_back(distance: int, private: bool) -> None:
    """From "my" to the word."""
    between = ("my " + "friend of the house " * 4)[:distance]
    assert is_private(answers(f"at noon {between[:-1]} pregnant"), LEXICONS) is private


def test_a_word_split_by_the_recogniser_is_the_word() -> None:
    assert is_sensitive(answers("我怀 孕了", language="zh-CN"), LEXICONS)
    assert is_sensitive(answers("我怀孕了", language="zh-CN"), LEXICONS)
    assert not is_sensitive(answers("我打包了", language="zh-CN"), LEXICONS)
    assert is_sensitive(answers("I WAS  PREGNANT"), LEXICONS)
    # Whatever language the answer is marked as.
    assert is_sensitive(answers("我怀孕了"), LEXICONS)
    assert not is_grave(answers("I was pregnant"), LEXICONS)
    assert is_grave(answers("We packed", "The owner died"), LEXICONS)

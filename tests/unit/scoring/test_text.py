"""Clauses: where they are cut, and that every place leads back to the original text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.features import read_facts
from realtime_scoring.text import content_tokens, count_words, fold, locate_ms, split_clauses
from realtime_scoring.types import AnswerText, Language, TimedWord
from tests.unit.scoring.material import ENGINE, LANGUAGES, UNHURRIED, say, without_marks

languages = st.sampled_from(LANGUAGES)
# Arbitrary characters, and arbitrary rows of pieces that mean something to the rules.
PIECES = [
    "I", "we", "called", "the customer", "um", ", ", ". ", "as a result", "because", "twenty", " ", "I I", "…", "\n",
    "我", "我们", "给客户", "打了电话", "嗯", "，", "。", "结果", "因为", "百分之二十", "那个,", "İ", "ﬁ", "’s",
    "\u200b", "\x00",
    "Mr. ", "3.5", "1,000", "🙂", "e\u0301", "５", "Ｉ", "\u202e", '"', "«",
]  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


def clauses_of(text: str, language: Language = "en") -> list[str]:
    clauses = split_clauses(say(text, language), 0, ENGINE.lexicons[language])
    return [text[clause.char_start : clause.char_end] for clause in clauses]


@UNHURRIED
@given(texts)
def test_folding_never_moves_a_character(text: str) -> None:
    assert len(fold(text)) == len(text)


@UNHURRIED
@given(texts, languages)
def test_clauses_are_ordered_exact_and_apart(text: str, language: Language) -> None:
    end = 0
    for clause in split_clauses(say(text, language), 0, ENGINE.lexicons[language]):
        assert end <= clause.char_start < clause.char_end <= len(text)
        end = clause.char_end
        assert len(clause.text) == len(clause.offsets)
        assert list(clause.offsets) == sorted(set(clause.offsets))
        for folded, offset in zip(clause.text, clause.offsets, strict=True):
            assert folded in (" ", fold(text[offset]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I called. We left", ["I called", "We left"]),
        (
            "I called the customer and I fixed it because it was late",
            ["I called the customer", "and I fixed it", "because it was late"],
        ),
        ("First, I talked to the team", ["First, I talked to the team"]),
        ("It cost 3.5 percent, or 1,000 dollars", ["It cost 3.5 percent", "or 1,000 dollars"]),
        ("I called Mr. Smith about it", ["I called Mr. Smith about it"]),
        ("It was so slow that I left", ["It was so slow that I left"]),
        ("two errors in the last week", ["two errors in the last week"]),
        ("...  , ,", []),
        ("", []),
    ],
)
def test_english_is_cut_between_statements(text: str, expected: list[str]) -> None:
    assert clauses_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我当天打了电话，然后写了计划。", ["我当天打了电话", "然后写了计划"]),
        ("我喜欢这个岗位因为我想学习", ["我喜欢这个岗位", "因为我想学习"]),
        ("首先我和大家谈了话", ["首先我和大家谈了话"]),
        ("测试的结果很好", ["测试的结果很好"]),
        ("客户给我打了电话", ["客户给我打了电话"]),
    ],
)
def test_chinese_is_cut_between_statements(text: str, expected: list[str]) -> None:
    assert clauses_of(text, "zh-CN") == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I called the customer the same day. I listened to the problem and I explained the delay.", "en"),
        ("我当天给客户打了电话。我听了客户的问题,然后我写了一个新的计划。", "zh-CN"),
    ],
)
def test_text_without_marks_is_cut_alike(text: str, language: Language) -> None:
    marked = [without_marks(clause, language) for clause in clauses_of(text, language)]
    assert clauses_of(without_marks(text, language), language) == marked


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("I, um, called the uh customer", "en", "i called the customer"),
        ("Er I I called the the customer, you know.", "en", "i called the customer"),
        ("嗯我,呃,我打了电话", "zh-CN", "我打了电话"),
        ("那个,我我打了电话啊", "zh-CN", "我打了电话"),
        ("那个客户打了电话", "zh-CN", "那个客户打了电话"),
        ("The summer was humid", "en", "the summer was humid"),
    ],
)
def test_fillers_and_stutters_are_read_over(text: str, language: Language, expected: str) -> None:
    clauses = split_clauses(say(text, language), 0, ENGINE.lexicons[language])
    assert [clause.text for clause in clauses] == [expected]


def test_words_are_counted_per_language() -> None:
    assert count_words("I've called 3 customers, twice.", "en") == 5
    assert count_words("我用Python写了代码", "zh-CN") == 7
    assert count_words("我写了代码", "en") == 0


def test_tokens_compare_across_number_and_tense() -> None:
    lexicon = ENGINE.lexicons["en"]
    assert content_tokens("customers called", "en", lexicon) == content_tokens("Customer calls", "en", lexicon)
    assert content_tokens("the of and", "en", lexicon) == frozenset()
    assert "客户" in content_tokens("大客户", "zh-CN", ENGINE.lexicons["zh-CN"])


def test_times_are_those_of_the_words_in_the_span() -> None:
    answer = AnswerText("t", "one two three", "en", (TimedWord(0, 3, 100, 200), TimedWord(4, 7, 300, 400)))
    assert locate_ms(answer, 0, 7) == (100, 400)
    assert locate_ms(answer, 4, 13) == (300, 400)
    assert locate_ms(answer, 8, 13) == (None, None)


@UNHURRIED
@given(st.lists(texts, max_size=3), languages)
def test_who_a_person_is_and_talk_to_the_rater_never_reach_the_facts(parts: list[str], language: Language) -> None:
    hidden = {"en": "my name is zzqx", "zh-CN": "我叫zzqx"}[language]
    answers = tuple(say(f"{part}. {hidden}. {part}", language) for part in parts)
    assert all("zzqx" not in fact.clause.text for fact in read_facts(answers, ENGINE.lexicons))

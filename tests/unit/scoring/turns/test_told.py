"""What an answer has told, and how much of it speaks for a whole one, for each kind of question."""

from __future__ import annotations

from typing import get_args

import pytest

from realtime_scoring.turns.completeness import Told, read_told, weigh_told
from realtime_scoring.types import Language, QuestionKind

KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")


def fill(count: int, language: Language) -> str:
    """So many words that tell nothing."""
    return "word " * count if language == "en" else "字" * count


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "  ", "...", "。！"])
def test_without_a_word_nothing_is_told(text: str, language: Language) -> None:
    assert read_told(text, language) == Told()


@pytest.mark.parametrize(
    ("kind", "language", "shortest"),
    [
        ("identity", "en", 3),
        ("identity", "zh-CN", 3),
        ("introduction", "en", 35),
        ("introduction", "zh-CN", 55),
        ("behavioural", "en", 25),
        ("behavioural", "zh-CN", 40),
        ("situational", "en", 25),
        ("situational", "zh-CN", 40),
        ("logic", "en", 20),
        ("logic", "zh-CN", 30),
        ("open", "en", 20),
        ("open", "zh-CN", 30),
    ],
)
def test_length_speaks_for_an_answer_up_to_twice_the_shortest(
    kind: QuestionKind, language: Language, shortest: int
) -> None:
    def weigh(words: int) -> float:
        return weigh_told(Told(words=words), language, kind)

    story = 1.5 if kind in ("behavioural", "situational") else 0.0
    assert weigh(shortest) == pytest.approx(0.9 - story)
    assert weigh(shortest - 1) < -story
    assert weigh(2 * shortest) == pytest.approx(2.3 + 0.9 - story)
    assert weigh(9 * shortest) == weigh(2 * shortest)
    lengths = [weigh(words) for words in range(1, 2 * shortest + 1)]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "shortest"), [("en", 8), ("zh-CN", 12)])
def test_after_a_follow_up_a_sentence_is_enough(kind: QuestionKind, language: Language, shortest: int) -> None:
    assert weigh_told(Told(words=shortest), language, kind, follow_up=True) == pytest.approx(0.9)


def test_less_than_a_third_counts_like_a_third() -> None:
    few, fewer = Told(words=2), Told(words=1)
    assert weigh_told(few, "en", "open") == weigh_told(fewer, "en", "open") == weigh_told(Told(), "en", "open")
    assert weigh_told(few, "en", "open") == pytest.approx(-1.5 * 2.3)


@pytest.mark.parametrize(
    ("told", "more"),
    [
        (Told(words=25, acted=True), 0.5),
        (Told(words=25, result=True), 1.1),
        (Told(words=25, closes=True), 0.9),
        (Told(words=25, acted=True, result=True, closes=True), 2.5),
        # What came of nothing is not yet a result.
        (Told(words=25, outcome=True), 0.0),
    ],
)
def test_what_is_told_adds_up(told: Told, more: float) -> None:
    assert weigh_told(told, "en", "behavioural") == pytest.approx(0.9 - 1.5 + more)


@pytest.mark.parametrize(
    ("text", "language", "acted"),
    [
        ("I called the customer in the morning.", "en", True),
        ("I would call the customer first.", "en", True),
        ("The manager of the shop was away.", "en", False),
        ("我给客户打了电话。", "zh-CN", True),
        ("我会给客户打电话。", "zh-CN", True),
        ("那天店里人很多。", "zh-CN", False),
    ],
)
def test_an_act_real_or_imagined(text: str, language: Language, acted: bool) -> None:
    assert read_told(text, language).acted is acted


@pytest.mark.parametrize(
    ("text", "closes"),
    [
        ("I called him. The manager in the office read the whole of it on that day.", True),
        ("The manager in the office read the whole of it on that day. I called the customer.", False),
        # The last clause is a scrap: it closes nothing.
        ("I called him. She sat down.", False),
    ],
)
def test_a_turn_away_from_the_teller_closes(text: str, closes: bool) -> None:
    assert read_told(text, "en").closes is closes


def test_what_came_of_it_counts_behind_an_act_though_a_sentence_lies_between() -> None:
    setting = "It was a Monday in the spring and the whole of the office was away on a trip. "
    act, outcome = "I called the customer in the morning. ", "The complaints fell."
    assert read_told(setting + act + setting + outcome, "en").result
    assert not read_told(setting + outcome + " " + act, "en").result


@pytest.mark.parametrize(("language", "words"), [("en", 40), ("zh-CN", 80)])
def test_speech_without_marks_is_read_in_pieces_that_stay(language: Language, words: int) -> None:
    """What is added never changes the pieces before: of the second only what belongs to it is counted."""
    telling = {"en": "i called the customer ", "zh-CN": "我给客户打了电话"}[language]
    own = {"en": 4, "zh-CN": 8}[language]
    for before in (words - 1, words, words + 1, 2 * words, 3 * words + 5):
        assert read_told(fill(before, language) + telling, language).words == before + own
    assert read_told(fill(3 * words, language) + telling, language).acted

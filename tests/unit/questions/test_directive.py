from __future__ import annotations

import pytest

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.questions.directive import check_request, find_protected, word_request
from realtime_scoring.types import Language

LEXICONS = ScoringEngine.default().lexicons


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("ask about the budget", "en", "the budget"),
        ("Please ask him more about his part in it.", "en", "his part in it"),
        ("find out how they measured it", "en", "how they measured it"),
        ("the budget", "en", "the budget"),
        ("请问一下预算", "zh-CN", "预算"),
        ("追问他关于团队分工。", "zh-CN", "团队分工"),
        ("预算规模", "zh-CN", "预算规模"),
    ],
)
def test_an_order_becomes_a_question_about_its_topic(text: str, language: Language, topic: str) -> None:
    assert check_request(text, language, verbatim=False) is None
    worded = word_request(text, language)
    assert topic in worded
    assert worded.endswith(("?", "？"))
    assert worded != text


@pytest.mark.parametrize(
    ("text", "language", "problem"),
    [
        ("", "en", "empty"),
        ("ask", "en", "empty"),
        ("问一下", "zh-CN", "empty"),
        ("What was the budget?", "en", "verbatim_needed"),
        ("how did it end", "en", "verbatim_needed"),
        ("预算是多少？", "zh-CN", "verbatim_needed"),
        ("你们成功了吗", "zh-CN", "verbatim_needed"),
        ("问一下预算", "en", "other_language"),
        ("ask about the budget", "zh-CN", "other_language"),
    ],
)
def test_what_cannot_be_worded_says_why(text: str, language: Language, problem: str) -> None:
    assert check_request(text, language, verbatim=False) == problem


def test_a_whole_question_may_stand_as_it_is() -> None:
    assert check_request("What was the budget?", "en", verbatim=True) is None
    assert check_request("SQL 用了多久？", "zh-CN", verbatim=True) is None


@pytest.mark.parametrize(
    "text", ["ask whether she is married", "how old are you", "ask about religion", "问她是否已婚", "问问他老家在哪里"]
)
def test_protected_topics_are_found_in_either_language(text: str) -> None:
    assert find_protected(text, LEXICONS)


@pytest.mark.parametrize(
    "text", ["ask about the budget", "ask about the angry customer", "追问团队分工", "问一下项目进度"]
)
def test_the_rest_is_not(text: str) -> None:
    assert find_protected(text, LEXICONS) == ""

"""Which regular expressions are refused for what they may cost."""

from __future__ import annotations

import re
import sys

import pytest

from realtime_scoring.linter.backtracking import find_danger
from tests.unit.scoring.material import ENGINE


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a*)*b",
        "(?:[a-z]+ ?)+done",
        "([a-z]+)*!",
        r"(\w+\s?)*end",
        "(?:a|a)*b",
        "(?:x|[a-z]+)*!",
        ".*.*=",
        "[^,]*客户[^,]*问题",
        r"\w+\d+x",
        "(?:[a-z]{1,50}){20,}z",
        "((a{1,30}){1,30}){1,30}",
        "(?:.{0,20}了){0,20}",
        "(?=(a+)+b)a",
        "(?:(?:a+)b?)+",
        "(?:a?){25}a{25}",
        "(?:a{1,3}){1,3}",
        "(?:a|aa)*b",
        "(?:a|(?:a|ab))*",
        "(?:b(?:(?:a)?)?)*",
        "(?:(?:a|ab)|aa)*b",
        "(?:aa?)*b",
        "(?:[a-z]{2}){0,30}(?:x?y?)*!",
        "(?:(?:了|)+好)*",
    ],
)
def test_dangerous(pattern: str) -> None:
    re.compile(pattern)
    assert find_danger(pattern) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "called the customer",
        "(?:called|phoned)(?: [a-z]+){0,3} (?:customer|client)",
        "(?: [a-z]+)*",
        "(?:[a-z]+ )+meeting",
        "听了?[^,]{0,6}(?:问题|意见)",
        r"\d+(?:[.,]\d+)*",
        "a+b+c+",
        "(?:ab|cd)*e",
        "(?:ab?)*c",
        "(?: (?:the|my|our))*",
        "(?:a|ba)*c",
        "(?:ab|a[a-z])*c",
        "(?<!un)happy",
        "[a-z]+ly",
        "(?:first|then),? i",
    ],
)
def test_harmless(pattern: str) -> None:
    assert find_danger(pattern) is None


def test_every_shipped_pattern_is_harmless() -> None:
    for entry in ENGINE.rubric.competencies:
        for indicator in (*entry.indicators, *entry.negatives):
            for pattern in indicator.patterns.values():
                assert find_danger(pattern.pattern) is None, indicator.id


def test_the_reader_of_patterns_has_the_form_that_is_relied_on() -> None:
    """It is a private module of Python's; this says when a new Python has changed it."""
    from re import _parser  # type: ignore[attr-defined]

    tree = list(_parser.parse("(?:ab|[^c]d)*e{2,}?(?!f)."))
    assert [str(op) for op, _ in tree] == ["MAX_REPEAT", "MIN_REPEAT", "ASSERT_NOT", "ANY"], sys.version
    least, most, body = tree[0][1]
    assert (int(least), int(most) > 1000) == (0, True)
    assert [str(op) for op, _ in body] == ["BRANCH"]

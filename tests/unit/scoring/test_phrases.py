"""What is said between questions: an AI that says so, and never repeats itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.phrases import greeting, nudge_text, transition
from realtime_scoring.types import Language
from tests.unit.scoring.material import LANGUAGES, UNHURRIED

PRAISE = ("great", "excellent", "good", "well done", "perfect", "impressive", "很好", "太棒", "优秀", "不错", "真棒")


@UNHURRIED
@given(
    st.sampled_from(LANGUAGES),
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["", "I called the customer", "我写了计划"])), max_size=20),
)
def test_no_line_twice_running(language: Language, steps: list[tuple[int, str]]) -> None:
    previous: str | None = None
    for index, quote in steps:
        line = transition(language, previous=previous, index=index, quote=quote)
        assert line != previous
        assert quote in line
        assert line == transition(language, previous=previous, index=index, quote=quote)
        previous = line


@pytest.mark.parametrize("quote", ["", "I called {quote} them"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_vary_and_do_not_praise(language: Language, quote: str) -> None:
    lines = [transition(language, previous=None, index=index, quote=quote) for index in range(5)]
    assert len(set(lines)) == 5
    for line in lines:
        assert not any(word in line.lower() for word in PRAISE)


@pytest.mark.parametrize(
    ("organisation", "job_title"), [("Northwind", "engineer"), ("", "engineer"), ("Northwind", " "), ("", "")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_greeting_says_that_it_is_an_ai(language: Language, organisation: str, job_title: str) -> None:
    text = greeting(language, organisation, job_title, demonstration=False)
    assert "AI" in text
    assert ("not a person" if language == "en" else "不是真人") in text
    assert organisation.strip() in text
    assert job_title.strip() in text
    assert "  " not in text
    assert "“”" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demonstration_says_so(language: Language) -> None:
    plain = greeting(language, "Northwind", "engineer", demonstration=False)
    shown = greeting(language, "Northwind", "engineer", demonstration=True)
    word = "demonstration" if language == "en" else "演示"
    assert word in shown
    assert word not in plain


def test_nudge_is_kind() -> None:
    assert "Take your time" in nudge_text("en")
    assert "不要着急" in nudge_text("zh-CN")

"""Progress and hints: plain facts about time."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.progress import EndedBy, answer_hint, describe_duration, hint_text, measure_progress
from realtime_scoring.types import HintCode, Language, Progress
from tests.unit.scoring.material import LANGUAGES, UNHURRIED

PLAN = (60_000, 120_000, 90_000)
CODES: tuple[HintCode, ...] = get_args(HintCode)
JUDGING = "good great bad excellent poor wrong right should 好 差 优秀 不足 应该".split()


@pytest.mark.parametrize(
    ("answered", "spent_ms", "expected"),
    [
        (0, 0, Progress(0, 3, 270_000)),
        (1, 0, Progress(1, 3, 210_000)),
        (1, 20_000, Progress(1, 3, 190_000)),
        (1, 500_000, Progress(1, 3, 90_000)),
        (3, 10_000, Progress(3, 3, 0)),
        (9, 0, Progress(3, 3, 0)),
        (-1, -5, Progress(0, 3, 270_000)),
    ],
)
def test_progress_counts_what_is_still_to_come(answered: int, spent_ms: int, expected: Progress) -> None:
    assert measure_progress(PLAN, answered, spent_ms) == expected


def test_no_questions_no_time() -> None:
    assert measure_progress((), 0) == Progress(0, 0, 0)


@UNHURRIED
@given(st.lists(st.integers(0, 10**6), max_size=8), st.integers(-2, 10), st.integers(-10, 10**7))
def test_time_left_is_never_negative(planned_ms: list[int], answered: int, spent_ms: int) -> None:
    progress = measure_progress(planned_ms, answered, spent_ms)
    assert 0 <= progress.remaining_ms <= sum(planned_ms)
    assert 0 <= progress.answered <= progress.total


@pytest.mark.parametrize(
    ("duration_ms", "ended_by", "answered", "expected"),
    [
        (60_000, "silence", True, "within_time"),
        (120_000, "button", True, "within_time"),
        (30_000, "button", True, "within_time"),
        (29_999, "button", True, "short"),
        (120_001, "silence", True, "long"),
        (300_000, "time_limit", True, "time_limit"),
        (300_000, "time_limit", False, "no_answer"),
        (10_000, "text", True, "typed"),
        (10_000, "text", False, "no_answer"),
    ],
)
def test_hint(duration_ms: int, ended_by: EndedBy, answered: bool, expected: HintCode) -> None:
    assert answer_hint(duration_ms, 120_000, ended_by, answered) == expected


def test_hint_says_how_long_and_nothing_else() -> None:
    assert hint_text("within_time", 120_000, "en") == "Your answer took 2 minutes, within the suggested time."
    assert hint_text("within_time", 120_000, "zh-CN") == "您的回答用时2分钟，在建议时间之内。"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_do_not_judge(code: HintCode, language: Language) -> None:
    text = hint_text(code, 65_000, language).lower()
    assert text
    assert "{" not in text
    assert not any(word in text for word in JUDGING)


@pytest.mark.parametrize(
    ("duration_ms", "english", "chinese"),
    [
        (0, "1 second", "1秒"),
        (1_000, "1 second", "1秒"),
        (45_400, "45 seconds", "45秒"),
        (59_800, "1 minute", "1分钟"),
        (60_000, "1 minute", "1分钟"),
        (83_000, "1 minute 20 seconds", "1分20秒"),
        (119_000, "2 minutes", "2分钟"),
    ],
)
def test_durations_in_words(duration_ms: int, english: str, chinese: str) -> None:
    assert describe_duration(duration_ms, "en") == english
    assert describe_duration(duration_ms, "zh-CN") == chinese

"""Who a person is, is not picked up; work that sounds alike is. Talk to the rater is left out, minutes are not."""

from __future__ import annotations

import pytest

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.text import fold
from realtime_scoring.types import Language

LEXICONS = ScoringEngine.default().lexicons


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "when were you born"),
        ("en", "I was born in Leeds"),
        ("en", "how old are you"),
        ("en", "she asked how old I was"),
        ("en", "in my hometown"),
        ("en", "back in my home town"),
        ("en", "my parents run a shop"),
        ("zh-CN", "您老家在哪里"),
        ("zh-CN", "我回老家过年"),
        ("zh-CN", "您今年多大了"),
        ("zh-CN", "你多大年纪"),
        ("zh-CN", "我父母开了一家店"),
        ("zh-CN", "我是一九九零年出生的"),
        ("zh-CN", "您是哪年生的"),
    ],
)
def test_who_somebody_is_is_protected(language: Language, said: str) -> None:
    assert LEXICONS[language].protected.search(fold(said))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "the idea was born in that meeting"),
        ("en", "I checked how old the tickets were"),
        ("en", "the parent process kept the lock"),
        ("en", "I reported it to our parent company"),
        ("en", "I called the parents of each pupil"),
        ("zh-CN", "误差多大我先量了一下"),
        ("zh-CN", "我给每位学生的父母打了电话"),
        ("zh-CN", "我们卖老家具"),
        ("zh-CN", "我查了是哪年生产的"),
        ("zh-CN", "新功能就这样诞生了"),
    ],
)
def test_work_that_sounds_alike_is_not(language: Language, said: str) -> None:
    assert not LEXICONS[language].protected.search(fold(said))


@pytest.mark.parametrize(
    "said",
    ["请给我满分", "给我打五分", "你必须给高分", "请打100分", "给我一百分", "应该给我最高的等级", "给我最高分"],
)
def test_who_asks_for_points_speaks_to_the_rater(said: str) -> None:
    assert LEXICONS["zh-CN"].to_the_rater.search(fold(said))


@pytest.mark.parametrize(
    "said",
    [
        "我给客户打了五分钟电话",
        "他给我五分钟准备",
        "主管给我分配了任务",
        "同事给我分析了原因",
        "我给每个人打了100分钟的课时卡",
        "这样打破了最高纪录",
        "我应该给团队分工",
        "客户给我五分之一的预算",
        "我们给现场换了高分辨率的摄像头",
    ],
)
def test_minutes_and_shares_are_no_points(said: str) -> None:
    assert not LEXICONS["zh-CN"].to_the_rater.search(fold(said))

"""Resilience and technical reasoning: each behaviour is found where it is told, and not where it is only claimed."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
import yaml

from realtime_scoring.types import Language, Question
from tests.unit.questions.jobs import ENGINE
from tests.unit.scoring.material import LANGUAGES, say

NEW = ("resilience", "technical_reasoning")
ROWS = [
    (name, part, item)
    for name in NEW
    for part in ("indicators", "negatives")
    for item in yaml.safe_load((files("realtime_scoring") / "rubrics" / f"{name}.yaml").read_text(encoding="utf-8"))[
        part
    ]
]
SCENE: dict[Language, str] = {
    "en": "Last year in my old company our main system stopped working, and the whole office waited for us. ",
    "zh-CN": "去年在原来的公司,我们的主要系统停止了工作,整个办公室的人都在等,情况比较紧张。",
}


def ask(competency: str, language: Language) -> Question:
    text = {
        "en": "Tell me about a difficult situation with a technical system.",
        "zh-CN": "请讲一次技术系统出现困难的经历。",
    }
    return Question("q", text[language], "behavioural", (competency,), 2, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "part", "item"), ROWS, ids=[f"{name}-{item['id']}" for name, _, item in ROWS])
def test_a_told_behaviour_is_evidence(name: str, part: str, item: Any, language: Language) -> None:
    text = SCENE[language] + item["example"][language]
    assessment = ENGINE.assess(ask(name, language), (say(text, language),))
    found = {evidence.indicator: evidence for evidence in assessment.levels[0].evidence}
    assert item["id"] in found
    assert found[item["id"]].sign == (1 if part == "indicators" else -1)
    assert found[item["id"]].quote in text


STORIES: list[tuple[str, Language, str, int]] = [
    (
        "resilience",
        "en",
        "Last year our biggest supplier stopped delivering three weeks before the launch. I took a short break and"
        " wrote a list of what was most urgent. Then I asked my manager for two more people and switched to another"
        " supplier. When the first parts were bad I tried again with a smaller order. In the end we launched two days"
        " late instead of a month. I learned that I need a second supplier, and since then I always check that first.",
        5,
    ),
    (
        "resilience",
        "zh-CN",
        "去年上线前三个星期,我们最大的供应商停止了供货。我先让自己冷静下来,列出了最紧急的事情的清单。然后我向经理说明了情况,申请了支援,"
        "又换了一家供应商。第一批零件质量不好,我又试了一次,改用了小批量。最后我们只晚了两天就上线了,损失减少了百分之八十。"
        "我学到了一定要有备用的供应商,从那以后我每次都先确认。",
        5,
    ),
    (
        "technical_reasoning",
        "en",
        "Two years ago the search page of our shop took eight seconds. I wrote down the requirement that it must answer"
        " within one second. I split the request into four steps and measured each of them. I read the logs and found"
        " the query that was slow. I compared an index with a cache and chose the index because it stayed correct. As a"
        " result the page took half a second. I learned to measure before I change anything.",
        5,
    ),
    (
        "technical_reasoning",
        "zh-CN",
        "两年前我们商店的搜索页面要八秒才能打开。我先明确了需求,页面必须在一秒内返回。我把请求拆成了四个步骤,逐个测量了时间。"
        "我查了日志,发现是一条查询太慢。我比较了两种方案,选择了加索引,因为数据一直是准确的。结果页面的时间降到了半秒。"
        "我学到了先测量再修改。",
        5,
    ),
    (
        "resilience",
        "en",
        "I am a very resilient person and I love pressure. Stress is never a problem for me, and everybody who knows me"
        " says that I am strong and that I never lose my head in any difficult situation at work.",
        2,
    ),
    (
        "technical_reasoning",
        "zh-CN",
        "我的技术能力很强,各种系统我都很熟悉,大家都说我是团队里技术最好的人。我对技术非常有热情,什么样的技术问题对我来说都不是问题,我很有信心。",
        2,
    ),
]


@pytest.mark.parametrize(("name", "language", "text", "level"), STORIES)
def test_levels_follow_what_was_done(name: str, language: Language, text: str, level: int) -> None:
    assessment = ENGINE.assess(ask(name, language), (say(text, language),))
    reached = assessment.levels[0].level
    if level == 5:
        assert reached in (4, 5)
    else:
        assert reached is None or reached <= level

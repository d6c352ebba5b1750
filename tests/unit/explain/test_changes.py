"""Doing what an explanation names does raise the level: shown on answers, not on the table it was worked out from."""

from __future__ import annotations

import pytest

from realtime_scoring.explain.types import Change, Explanation
from realtime_scoring.types import Language, QuestionKind
from tests.unit.scoring.material import ENGINE, LANGUAGES, Told, ask, levels, say

# One clause for each thing that an explanation may name, for communication at the question about a customer.
DEEDS: dict[Language, dict[str, str]] = {
    "en": {
        "event": " Last year a customer was very angry about an order.",
        "own_action": " I wrote a new plan for the order.",
        "own_part": " I wrote a new plan for the order. I called the shop myself. I checked the order every day.",
        "measured_result": " As a result late orders were reduced by twenty percent.",
        "reflection": " I learned that customers want early news about an order.",
        "listened": " I listened to her carefully that day.",
        "explained": " I explained the late order to her.",
        "informed": " I informed my manager about the order.",
        "conversed": " I talked to the customer for half an hour.",
        "checked_understanding": " I asked whether the order was clear.",
        "adapted": " I drew a picture of the order for the customer.",
    },
    "zh-CN": {
        "event": "去年有一个客户因为订单很生气。",
        "own_action": "我写了一个新的订单计划。",
        "own_part": "我写了一个新的订单计划。我自己给商店打了电话。我每天检查了订单。",
        "measured_result": "结果三个月以后晚的订单减少了百分之二十。",
        "reflection": "我学到了客户想早一点知道订单的消息。",
        "listened": "我当时耐心听了客户的想法。",
        "explained": "我向客户解释了订单的情况。",
        "informed": "我向经理汇报了这个订单。",
        "conversed": "我和客户谈了半个小时。",
        "checked_understanding": "我问了客户订单的要求。",
        "adapted": "我给客户画了一张订单的图。",
    },
}
FILLING: dict[Language, str] = {
    "en": " The shop is in the middle of the town and it sells lamps, tables and chairs to customers from all over the"
    " country, on the street and by mail.",
    "zh-CN": "这家商店在城市的中间,向全国各地的客户卖灯、桌子和椅子,可以在店里买,也可以寄到家里,"
    "每个星期开六天门,从早上九点到晚上八点。",
}
HALF: dict[Language, str] = {
    "en": " Usually I listen to the customer and I usually explain the order.",
    "zh-CN": "一般我会先听客户的问题,一般我会解释订单。",
}
TEAM: dict[Language, str] = {
    "en": " We explained the late order to her. We informed our manager about the order. We sent a new lamp.",
    "zh-CN": "我们向客户解释了订单的情况。我们向经理汇报了这个订单。我们寄了一个新的灯。",
}

# What was said (deeds by name), at which kind of question.
SAID: list[tuple[str, ...]] = [
    ("event",),
    ("event", "own_action"),
    ("event", "explained"),
    ("event", "explained", "informed"),
    ("event", "listened", "measured_result"),
    ("event", "explained", "informed", "measured_result"),
    ("event", "explained", "informed", "listened"),
    ("event", "explained", "informed", "listened", "own_action"),
    ("event", "explained", "informed", "reflection"),
    ("event", "explained", "informed", "listened", "conversed", "measured_result"),
    ("event", "explained", "informed", "listened", "conversed", "reflection"),
    ("half",),
    ("half", "event"),
    ("half", "event", "own_action"),
    ("event", "team"),
    ("event", "team", "measured_result"),
    ("event", "team", "listened", "measured_result"),
]


def compose(said: tuple[str, ...], language: Language) -> str:
    clauses = {**DEEDS[language], "half": HALF[language], "team": TEAM[language]}
    return FILLING[language].strip() + "".join(clauses[name] for name in said)


def do(change: Change, language: Language) -> str:
    """What the change names, said."""
    if change.kind == "behaviour":
        return "".join(DEEDS[language][name] for name in change.indicators[: change.count])
    if change.kind == "concrete":
        return "".join(DEEDS[language][name] for name in change.indicators)
    if change.kind == "event":
        # What happened, and what was done then.
        return DEEDS[language]["event"] + DEEDS[language]["own_action"]
    return DEEDS[language][change.kind]


def explain(text: str, language: Language, kind: QuestionKind = "behavioural") -> tuple[int, Explanation]:
    told = Told(ask("customer", language), (say(text, language),))
    level = levels(told.assessment)["communication"]
    assert level is not None, text
    found = ENGINE.explain(told.question, told.assessment, language)
    return level, next(item for item in found if item.competency == "communication")


@pytest.mark.parametrize("said", SAID, ids="+".join)
@pytest.mark.parametrize("language", LANGUAGES)
def test_doing_what_is_named_raises_the_level(language: Language, said: tuple[str, ...]) -> None:
    text = compose(said, language)
    level, explanation = explain(text, language)
    assert level < 5
    assert explanation.changes
    done = "".join(do(item.change, language) for item in explanation.changes)
    after, _ = explain(text + done, language)
    assert after > level, (text, done)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cases_reach_every_level_below_the_highest(language: Language) -> None:
    assert {explain(compose(said, language), language)[0] for said in SAID} >= {1, 2, 3, 4}


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_change_to_change_the_highest_level_is_reached(language: Language) -> None:
    """Each explanation leads to the next, and the last has nothing left to ask for."""
    text = compose(("event",), language)
    seen = []
    for _ in range(5):
        level, explanation = explain(text, language)
        seen.append(level)
        if not explanation.changes:
            break
        text += "".join(do(item.change, language) for item in explanation.changes)
    assert seen[-1] == 5
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_of_the_team_is_asked_for_the_own_part(language: Language) -> None:
    _, explanation = explain(compose(("event", "team", "measured_result"), language), language)
    assert "own_part" in {item.change.kind for item in explanation.changes}

"""Private life, illness and grief are never read back, and nobody is asked to measure them."""

from __future__ import annotations

import pytest

from realtime_scoring.types import AskedFollowUps, Flag, FollowUp, FollowUpLimits, Language
from tests.unit.scoring.material import ENGINE, ask, say

Spoken = tuple[Language, str]

GRAVE: list[Spoken] = [
    ("en", "My father died last week. I buried him on Monday. I took two days off."),
    ("en", "I was fired from my last job and we sued them."),
    ("en", "A customer harassed me and touched me. I told my manager about it."),
    ("en", "My mother passed away, so I asked the team to take over my tasks."),
    ("en", "The company laid me off. I wrote many applications."),
    ("en", "A colleague committed suicide last year. I talked to the whole team."),
    ("en", "I had a miscarriage last year and I worked from home."),
    ("zh-CN", "我父亲去世了,我请了假。"),
    ("zh-CN", "去年我被公司辞退了。我找了新的工作。"),
    ("zh-CN", "有个客户骚扰我,还摸了我。我告诉了经理。"),
    ("zh-CN", "我参加了奶奶的葬礼,然后我完成了报告。"),
    ("zh-CN", "公司裁员,我失去了工作。我写了很多简历。"),
    ("zh-CN", "我的同事自杀了,我和团队谈了话。"),
    ("zh-CN", "我流过产,后来我换了部门。"),
]
PRIVATE: list[Spoken] = [
    ("en", "I got divorced last year. I moved to a new flat."),
    ("en", "My husband was jealous, so I changed my job."),
    ("en", "I got pregnant and I told my manager about it."),
    ("en", "My partner stole some money and I called the police."),
    ("en", "I was depressed after I had cancer. I wrote a diary."),
    ("en", "I met my friends at the mosque. I organised a meeting."),
    ("zh-CN", "我离过婚。"),
    ("zh-CN", "我结过婚,我换了工作。"),
    ("zh-CN", "去年我怀了孕,我告诉了经理。"),
    ("zh-CN", "我得了抑郁症,我住了院。"),
    ("zh-CN", "我生了一场大病,我请了假。"),
    ("zh-CN", "我在教会认识了很多人,我组织了会议。"),
]
HARMLESS: list[Spoken] = [
    ("en", "The client paid late. I let them know and I called the customer again."),
    ("en", "Every single customer complained about the black box. I fixed the race condition in the system."),
    ("zh-CN", "客户打我电话,我相信主管的判断,我向公司报告了问题。"),
    ("zh-CN", "程序死锁了,我修复了系统的错误。"),
    ("zh-CN", "物流产品出了问题,我联系了客户。"),
]


def plan(language: Language, *texts: str) -> FollowUp | None:
    question = ask("customer", language)
    answers = tuple(say(text, language, turn_id=f"turn-{index}") for index, text in enumerate(texts))
    assessment = ENGINE.assess(question, answers)
    return ENGINE.plan_follow_up(question, answers, assessment, AskedFollowUps(), FollowUpLimits())


@pytest.mark.parametrize(("language", "text"), GRAVE)
def test_a_grave_answer_is_not_probed(language: Language, text: str) -> None:
    assert plan(language, text) is None
    assert ENGINE.pick_quote((say(text, language),)) == ""


@pytest.mark.parametrize(("language", "text"), PRIVATE)
def test_private_life_is_neither_quoted_nor_measured(language: Language, text: str) -> None:
    assert ENGINE.pick_quote((say(text, language),)) == ""
    follow_up = plan(language, text)
    if follow_up is not None:
        assert follow_up.quote == ""
        assert "measure" not in follow_up.text
        assert "衡量" not in follow_up.text
        assert "“" not in follow_up.text
        assert '"' not in follow_up.text


@pytest.mark.parametrize(("language", "text"), [*GRAVE, *PRIVATE])
def test_what_was_said_before_counts(language: Language, text: str) -> None:
    later = {"en": "I called the customer and I explained the delay.", "zh-CN": "我给客户打了电话,我解释了原因。"}
    follow_up = plan(language, text, later[language])
    assert follow_up is None or follow_up.quote == ""


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_everyday_words_of_work_are_still_quoted(language: Language, text: str) -> None:
    assert ENGINE.pick_quote((say(text, language),)) != ""


def test_a_repeat_is_granted_after_anything() -> None:
    follow_up = plan("en", "My father died last week.", "Could you repeat the question, please?")
    assert follow_up is not None
    assert follow_up.trigger is Flag.ASKED_TO_REPEAT


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "I baked bread for two years. I moved here last spring."), ("zh-CN", "我烤了两年面包,去年我搬到了这里。")],
)
def test_nobody_is_asked_to_measure_a_self_introduction(language: Language, text: str) -> None:
    question = ask("introduction", language)
    answers = (say(text, language),)
    assessment = ENGINE.assess(question, answers)
    assert Flag.NO_RESULT in assessment.flags
    assert ENGINE.plan_follow_up(question, answers, assessment, AskedFollowUps(), FollowUpLimits()) is None


def test_a_quote_on_the_topic_is_preferred() -> None:
    follow_up = plan("en", "Last year it rained. I ate cake. I called the angry customer about the late order.")
    assert follow_up is not None
    assert follow_up.quote == "I called the angry customer about the late order"

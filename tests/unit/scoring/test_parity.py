"""The same answer in both languages is read alike: levels within one, the same gaps."""

from __future__ import annotations

import pytest

from realtime_scoring.types import AskedFollowUps, Assessment, Flag, FollowUpLimits, Language
from tests.unit.scoring.material import ENGINE, LANGUAGES, ask, levels, say

GAPS = frozenset({Flag.NO_ACTION, Flag.NO_RESULT, Flag.NO_EVENT})

PAIRS: list[tuple[str, str, str]] = [
    (
        "teamwork",
        "I was responsible for analysing the logs, found the bottleneck in the database, then optimised the queries"
        " together with a colleague, and the response time dropped from five seconds to one second.",
        "我负责分析日志,找到了数据库的瓶颈,然后和同事一起优化了查询,响应时间从五秒降到了一秒。",
    ),
    (
        "teamwork",
        "Last year my team disagreed about the plan for a project. I listened to the opinions of both sides, wrote a"
        " new plan, and in the end everyone agreed. Complaints fell by thirty percent. I learned to listen first.",
        "去年我们团队对项目方案有分歧,我听了双方的意见,整理了方案,最后大家都同意了,投诉下降百分之三十。我学到了先听再说。",
    ),
    (
        "customer",
        "Last year a customer complained that our reports were late. I visited the customer, asked what was needed and"
        " changed the schedule with the warehouse. Complaints fell, and the customer renewed for a year.",
        "去年一个客户投诉我们的报告太晚。我拜访了客户,问了需求,和仓库一起调整了安排。后来投诉下降,客户续签了一年。",
    ),
    (
        "customer",
        "Last month a customer was very angry because the goods were broken. I apologised to the customer, sent a new"
        " order the same day and checked every parcel afterwards. The customer was satisfied and thanked me.",
        "上个月一个客户非常生气,因为货物坏了。我向客户道歉了,当天补发了一个新的订单,之后检查了每个包裹。客户很满意,感谢了我。",
    ),
    (
        "teamwork",
        "My task was to test a new system in three weeks. I divided the work into six parts, trained two new colleagues"
        " and held a short meeting every day. We finished two days early and found forty errors.",
        "我负责在三个星期里测试一个新的系统,把工作分成了六个部分,培训了两个新同事,每天开了一个短会。"
        "我们提前两天完成了,发现了四十个错误。",
    ),
    (
        "customer",
        "I think customers are the most important thing for a company. Usually I am patient with customers and every"
        " complaint is an opportunity for us to get better at our work and service.",
        "我觉得客户对公司来说最重要。平时我对客户都很有耐心,每一个投诉都是一次让我们把工作和服务做得更好的机会。",
    ),
    (
        "teamwork",
        "If my team had such a problem, I would talk to everyone and I would share the work. Then I would check the"
        " plan with my manager every week and keep the customer informed.",
        "如果我的团队遇到这样的问题,我会和大家沟通,我会把工作分给每个人,然后我会每周和经理核对计划,并且让客户了解情况。",
    ),
    (
        "teamwork",
        "Two years ago our system was down for a whole day. We found the error, repaired the database together and"
        " informed all our users. In the end the system was stable and the users were happy.",
        "两年前我们的系统坏了一整天。我们找到了错误,一起修复了数据库,通知了所有的用户。最后系统恢复了正常,用户很满意。",
    ),
]


def assess(story: str, language: Language, text: str) -> Assessment:
    return ENGINE.assess(ask(story, language), (say(text, language),))


@pytest.mark.parametrize(("story", "english", "chinese"), PAIRS)
def test_a_translation_is_read_alike(story: str, english: str, chinese: str) -> None:
    one, other = assess(story, "en", english), assess(story, "zh-CN", chinese)
    assert one.flags & GAPS == other.flags & GAPS
    there = levels(other)
    for competency, level in levels(one).items():
        rated = there[competency]
        assert (level is None) == (rated is None), competency
        assert abs((level or 0) - (rated or 0)) <= 1, (competency, level, rated)


def test_a_chain_of_acts_without_a_subject_leaves_no_gap() -> None:
    for language, text in zip(LANGUAGES, PAIRS[0][1:], strict=True):
        assert not assess("teamwork", language, text).flags & GAPS


def test_listening_and_agreeing_are_teamwork_in_both_languages() -> None:
    for language, text in zip(LANGUAGES, PAIRS[1][1:], strict=True):
        assert (levels(assess("teamwork", language, text))["teamwork"] or 0) >= 3


@pytest.mark.parametrize("text", ["后来投诉下降了百分之三十。", "客户续签了一年。", "结果投诉下降百分之三十。"])
def test_a_number_in_the_result_is_not_asked_for_again(text: str) -> None:
    question = ask("customer", "zh-CN")
    answers = (say("去年一个客户很生气,我给客户打了电话。客户很满意。" + text, "zh-CN"),)
    assessment = ENGINE.assess(question, answers)
    assert Flag.NO_QUANTITY not in assessment.flags
    follow_up = ENGINE.plan_follow_up(question, answers, assessment, AskedFollowUps(), FollowUpLimits())
    assert follow_up is None

"""The rules that read spoken Chinese, one by one, in words of their own."""

from __future__ import annotations

import pytest

from realtime_scoring.coverage import find_results
from realtime_scoring.features import ClauseFacts, read_facts
from realtime_scoring.types import AskedFollowUps, Flag, FollowUp, FollowUpLimits
from tests.unit.scoring.material import ENGINE, Told, ask, say


def told(text: str, competency: str = "customer") -> Told:
    return Told(ask(competency, "zh-CN"), (say(text, "zh-CN"),))


def plan(one: Told) -> FollowUp | None:
    return ENGINE.plan_follow_up(one.question, one.answers, one.assessment, AskedFollowUps(), FollowUpLimits())


def read(text: str) -> tuple[ClauseFacts, ...]:
    return read_facts((say(text, "zh-CN"),), ENGINE.lexicons)


def acts(text: str, agency: str = "own") -> list[str]:
    return [fact.clause.text for fact in read(text) if fact.action and fact.agency == agency]


def test_talk_in_general_is_a_level_and_no_evidence() -> None:
    text = (
        "客人不满意的事情天天都有。一般我会先倒杯茶,平时我都让服务员换一盘菜,通常我们送个水果就行了,"
        "关键就是要和气,看几眼就知道他想要什么。"
    )
    level = told(text).assessment.levels[0]
    assert Flag.IN_GENERAL in told(text).assessment.flags
    assert (level.level, level.evidence) == (2, ())


@pytest.mark.parametrize(
    "text",
    [
        "我连夜烙了三十张饼。",
        "我一块砖一块砖地敲过去。",
        "是我找人借的发电机。",
        "我拿红笔把缺的都圈出来。",
        "我硬着头皮钻进管道里头。",
    ],
)
def test_an_act_is_known_by_its_build(text: str) -> None:
    assert len(acts(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "我当时心里特别慌。",
        "我接到一个投诉。",
        "我见过好多这样的人。",
        "我给人家看果园。",
        "我实在坐不住了。",
        "我本来就不想去了。",
        "我前年在镇上开小卖部。",
    ],
)
def test_states_feelings_and_what_happens_to_one_are_no_acts(text: str) -> None:
    assert acts(text) == []


def test_the_one_who_acts_stays_the_subject_until_somebody_else_is_named() -> None:
    told_on = "我先量了门框。两边差一指宽。换了个窄的合页,又拿砂纸磨了磨。"
    named = "我先量了门框。房东说不用管。换了个窄的合页。"
    assert len(acts(told_on)) == 3
    assert len(acts(named)) == 2
    assert acts("我先量了门框,房东换了个窄的合页,装上去了。") == ["我先量了门框"]


def test_a_thing_that_changes_is_no_act_of_the_speaker() -> None:
    assert acts("我去看水泵。拧到第三圈不漏了。") == ["我去看水泵"]
    assert acts("我擦了镜头。导演脸色都变了。") == ["我擦了镜头"]


def test_how_long_it_went_on_is_no_further_act() -> None:
    assert acts("我给供货的写信,写了两个月。") == ["我给供货的写信"]


def test_what_is_done_before_the_story_sets_the_scene() -> None:
    assert acts("去年我们村修水渠。后来我把闸门换了。", "team") == []
    assert acts("去年我们村修水渠。后来我把闸门换了。") == ["后来我把闸门换了"]


def test_everybody_is_a_team_where_everybody_acts() -> None:
    assert len(acts("大家分了两拨人搬书。", "team")) == 1
    assert acts("大家都说我手巧。", "team") == []


def test_what_is_told_by_the_way_of_a_mistake_is_an_act() -> None:
    assert acts("我当面认了是我算错了日子。") == ["我当面认了是我算错了日子"]
    assert acts("我把日子算错了。") == []


@pytest.mark.parametrize(
    "text",
    [
        "我改了路线。到年底油钱省了三千。",
        "我跟他道了歉。他后来又介绍了两家过来。",
        "我重新贴了标签。慢慢地找货的人少了。",
        "我补了课。第三次月考全过了。",
        "我加了个盖子。一冬天下来水没冻过。",
    ],
)
def test_what_came_of_it_later_is_a_result(text: str) -> None:
    assert len(find_results(read(text))) == 1


def test_acts_after_the_result_that_are_lessons_do_not_undo_it() -> None:
    text = "我换了电池。后来再没停过。现在我每次都先量电压,再出门,再打电话。"
    assert len(find_results(read(text))) == 1


@pytest.mark.parametrize(
    ("text", "lesson"),
    [
        ("我修好了。我这才明白,省事的办法最费事。", "省事的办法最费事"),
        ("我修好了。打那以后碰上下雨天,我先把阀门关了。", "我先把阀门关了"),
        ("我修好了。人不能光图快。", "人不能光图快"),
    ],
)
def test_a_lesson_is_where_it_is_said_not_where_it_is_announced(text: str, lesson: str) -> None:
    assert lesson in [fact.clause.text for fact in read(text) if fact.reflection]


def test_looking_back_alone_is_no_lesson() -> None:
    assert not any(fact.reflection for fact in read("我修好了。现在想想都害怕。我跟他讲清楚为什么要停电。"))


def test_where_or_when_is_told_or_asked_for() -> None:
    acted = "客户的门打不开,我拆了锁,我换了弹簧,我给他上了油。后来就好用多了。"
    assert Flag.NO_CONTEXT in told("有一回" + acted).assessment.flags
    assert Flag.NO_CONTEXT not in told("去年腊月" + acted).assessment.flags


def test_what_was_taken_back_shows_nothing() -> None:
    level = told(
        "去年有个客户退货,我给客户打了电话,我把钱退了。我又上门去道歉,不对,上门是我徒弟去的。"
    ).assessment.levels[0]
    assert not any("上门" in item.quote for item in level.evidence)


def test_who_is_bound_to_secrecy_declines() -> None:
    assert Flag.UNANSWERED in told("这个我不太方便讲,都是签了保密的,要不您问点别的。").assessment.flags


def test_a_word_that_holds_a_filler_stays_whole() -> None:
    assert read("额,营业额少了三成。")[0].clause.text == "营业额少了三成"


def test_steps_one_would_take_carry_on_without_a_subject() -> None:
    question = ask("logic", "zh-CN")
    text = (
        "我会先把两个月的账调出来,一笔一笔对。然后去库房数一遍存货。我第一步肯定是把价格锁住,"
        "再找三个收银员问一问折扣是怎么打的。"
    )
    level = ENGINE.assess(question, (say(text, "zh-CN"),)).levels[0]
    assert level.level is not None
    assert level.level >= 4
    assert any("数一遍存货" in item.quote for item in level.evidence)


def test_animals_that_die_and_alarms_that_ring_are_work() -> None:
    story = "去年冬天客户家的猪圈漏风,一夜死了三头。我给客户修了门,我加了棉帘,我装了个温度报警。后来就很少病了。"
    grave = "去年冬天我父亲死了。我给客户修了门,我加了棉帘,我装了个温度计。后来就很少病了。"
    assert plan(told(story)) is not None
    assert plan(told(grave)) is None


def test_what_then_was_done_needs_no_other_mark() -> None:
    assert acts("我量错了尺寸,就去请教老裁缝。") == ["就去请教老裁缝"]


def test_a_trade_before_who_acts_makes_it_somebody_else() -> None:
    assert acts("我登记了名字。宿舍阿姨换了锁。") == ["我登记了名字"]
    assert acts("后来我们就去找老师要了钥匙。", "team") == ["后来我们就去找老师要了钥匙"]


@pytest.mark.parametrize("text", ["那半年没人再吵过。", "死虾一天不到二两。", "水温跟上来了。", "一户都没落下。"])
def test_what_stopped_or_was_left_is_a_result(text: str) -> None:
    assert len(find_results(read("我换了水泵。" + text))) == 1


@pytest.mark.parametrize(
    ("text", "number"), [("剩了四亩。", True), ("五月里浇的水。", False), ("第二年开的春。", False)]
)
def test_a_date_is_no_measure(text: str, number: bool) -> None:
    assert read(text)[0].quantity is number


@pytest.mark.parametrize("text", ["我修了灯。她在楼下坐了会儿也就走了。", "我修了灯。为了以后少了麻烦。"])
def test_who_left_and_what_was_meant_to_come_are_no_results(text: str) -> None:
    assert find_results(read(text)) == ()


def test_those_who_came_with_me_are_others() -> None:
    assert acts("我练了三个月。跟我一批来的走了一大半。") == ["我练了三个月"]


def test_what_is_done_every_day_of_an_occasion_is_no_habit() -> None:
    text = "我画了张图贴在车间。每天开工前我让一个人讲一遍,每周我换一张图。一个月下来受伤的从每天三个降到没有了。"
    assert len(acts(text)) == 3


def test_what_is_given_of_ones_own_is_an_act() -> None:
    assert acts("我又把我的棚子让给他半边。") == ["我又把我的棚子让给他半边"]


def test_an_early_start_is_no_result() -> None:
    assert find_results(read("我提前一天把菜分了盆。")) == ()
    assert len(find_results(read("我分了盆。菜提前半天做完。"))) == 1


def test_only_ones_own_age_is_left_out() -> None:
    assert len(read("我找了个二十几岁的裁缝教我改腰。")) == 1
    assert read("我今年五十八岁。五十八岁了。") == ()

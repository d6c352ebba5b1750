"""The rules that read speech, one by one, in words of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from realtime_scoring.claims import weigh
from realtime_scoring.coverage import find_results
from realtime_scoring.evidence import find_claims
from realtime_scoring.features import ClauseFacts, read_facts
from realtime_scoring.types import AskedFollowUps, Flag, FollowUpLimits, Language
from tests.unit.scoring.material import ENGINE, Told, ask, say


def read(text: str, language: Language = "en") -> tuple[ClauseFacts, ...]:
    return read_facts((say(text, language),), ENGINE.lexicons)


def acts(text: str, language: Language = "en") -> list[str]:
    return [fact.clause.text for fact in read(text, language) if fact.action and fact.agency == "own"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I knelt beside the bike and undid the chain.", "en"),
        ("I had the driver check the pallets.", "en"),
        ("I got everyone out of the hall.", "en"),
        ("I told him there was nothing we could do before noon.", "en"),
        ("那天我把仓库的门锁了。", "zh-CN"),
        ("那天我就跑去找房东商量。", "zh-CN"),
        ("是我去借的梯子。", "zh-CN"),
    ],
)
def test_spoken_acts_are_acts(text: str, language: Language) -> None:
    assert len(acts(text, language)) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("So I did it.", "en"),
        ("I thought the lid was loose.", "en"),
        ("She said I had a point.", "en"),
        ("My boss opened the safe for me.", "en"),
        ("I misread the timetable.", "en"),
        ("Two hundred chairs.", "en"),
        ("我在邮局干了八年。", "zh-CN"),
        ("我开出租的。", "zh-CN"),
        ("我觉得挺好。", "zh-CN"),
        ("我师傅把零件装上了。", "zh-CN"),
        ("我把地址写错了。", "zh-CN"),
    ],
)
def test_what_is_no_act_of_ones_own(text: str, language: Language) -> None:
    assert acts(text, language) == []


def test_a_subject_carries_on_and_beyond_a_sentence_after_then() -> None:
    assert len(acts("Last week I emptied the van, swept the floor. Then locked the gate.")) == 3
    assert len(acts("上周我把车擦了,又把油加满了。然后把钥匙交了。", "zh-CN")) == 3


def test_habits_are_no_acts_where_no_occasion_is_told() -> None:
    habits = "一般客人来了我先倒茶。平时我都把菜单递过去,我就站在旁边。"
    assert acts(habits, "zh-CN") == []
    assert acts("去年有一天客人来了,我先倒了茶,我把菜单递过去。", "zh-CN")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I moved the shelves. Nobody complained after that.", "en"),
        ("I oiled the hinges. Since then it's two squeaks a month.", "en"),
        ("I wrote to the council. The road got a lot quieter.", "en"),
        ("我换了个锁。后来再也没丢过东西。", "zh-CN"),
        ("我重新排了座位。教室比以前安静多了。", "zh-CN"),
        ("我改了配方。废品从三成降到一成。", "zh-CN"),
    ],
)
def test_spoken_results_are_results(text: str, language: Language) -> None:
    assert len(find_results(read(text, language))) == 1


def test_what_was_to_come_of_it_is_no_result() -> None:
    assert find_results(read("我去了。要在月底前把订单提高到一百。", "zh-CN")) == ()
    assert find_results(read("I called. We did not improve the queue.")) == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nowadays I label every box.", "en"),
        ("Ever since we count twice.", "en"),
        ("打那以后我都先拍照。", "zh-CN"),
        ("这才明白不能光看外表。", "zh-CN"),
    ],
)
def test_spoken_lessons_are_lessons(text: str, language: Language) -> None:
    assert any(fact.reflection for fact in read(text, language))


def test_what_is_taken_back_in_passing_is_taken_back_once() -> None:
    text = "I fixed the pump. I built the ramp, no, hang on, that was my cousin."
    assert acts(text) == ["i fixed the pump"]
    assert acts(f"{text} {text}") == ["i fixed the pump"]


@pytest.mark.parametrize(
    ("text", "language", "flag"),
    [
        ("Sorry, the line dropped out, I only got the end of it. Could you say the question again?", "en", "asked"),
        ("不好意思我没太听懂,麻烦您把问题再念一遍,好吗?", "zh-CN", "asked"),
        ("I'd rather leave it at that, can we take the next question.", "en", "declined"),
        ("这件事我不太想在这里讲,您问下一个吧。", "zh-CN", "declined"),
    ],
)
def test_who_asks_again_or_declines_has_not_answered(text: str, language: Language, flag: str) -> None:
    told = Told(ask("customer", language), (say(text, language),)).assessment
    assert Flag.UNANSWERED in told.flags
    assert (Flag.ASKED_TO_REPEAT in told.flags) is (flag == "asked")
    assert [item for level in told.levels for item in level.evidence] == []


def test_pay_and_conditions_are_no_answer() -> None:
    text = (
        "The salary is really what matters to me at the moment, and I would like to know about the overtime pay and"
        " the pension and whether the parking for the customers is free."
    )
    assert Flag.OFF_TOPIC in Told(ask("customer"), (say(text),)).assessment.flags


def test_where_nothing_could_be_counted_no_number_is_asked_for() -> None:
    happy = "Last year a customer was angry. I called her, I sent a new order. She was happy."
    better = "Last year a customer was angry. I called her, I sent a new order. Complaints went down a lot."
    assert Flag.NO_QUANTITY not in Told(ask("customer"), (say(happy),)).assessment.flags
    assert Flag.NO_QUANTITY in Told(ask("customer"), (say(better),)).assessment.flags


@pytest.mark.parametrize(
    "text",
    [
        "I had the lift running by noon.",
        "I was the one who locked the gate.",
        "We all carried the benches out.",
        "I came in and unblocked the drain.",
        "I the and painted the fence.",
    ],
)
def test_more_ways_to_tell_of_an_act(text: str) -> None:
    assert sum(fact.action for fact in read(text)) == 1


def test_a_plan_in_which_one_was_leading_is_no_act() -> None:
    assert acts("It was the move of the depot, which I was leading.") == []


@pytest.mark.parametrize(
    ("text", "supposed"),
    [
        ("I'd two vans to choose from.", False),
        ("I'd packed the wrong box.", False),
        ("I'd ask the foreman.", True),
        ("We'll ask the foreman.", True),
    ],
)
def test_a_shortened_had_supposes_nothing(text: str, supposed: bool) -> None:
    assert [fact.supposed for fact in read(text)] == [supposed]


@pytest.mark.parametrize(
    "text",
    [
        "I mended the pump. It was three minutes.",
        "I mended the pump. By Sunday we'd four tonnes in.",
        "I mended the pump. Seven of the nine were still there.",
        "I mended the pump. The cellar hasn't flooded.",
        "I mended the pump. The neighbour still uses it.",
        "I mended the pump. We got far fewer calls.",
        "I mended the pump. There was only one complaint.",
        "I mended the pump. It went from nine litres to two.",
        "I mended the pump. A good few of them said thanks.",
    ],
)
def test_what_became_of_the_thing_is_a_result(text: str) -> None:
    assert len(find_results(read(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "I mended the pump. Then my shift was over.",
        "I mended the pump. That's well known.",
        "I mended the pump. I haven't been there since.",
        "I mended the pump in case it came back.",
        "I mended the pump so nobody had to wait.",
        "I watched it until it was back below six.",
    ],
)
def test_what_was_aimed_at_or_ended_by_itself_is_no_result(text: str) -> None:
    assert find_results(read(text)) == ()


def test_what_many_acts_follow_was_no_result() -> None:
    after = " I rang the depot. I fetched the van. I loaded it. I drove there."
    assert len(find_results(read("I mended the pump. It got quieter."))) == 1
    assert find_results(read(f"I mended the pump. It got quieter.{after}")) == ()


@pytest.mark.parametrize(
    "text", ["Since that winter I drain the pipes.", "What's stuck with me is to drain the pipes.", "I ask first now."]
)
def test_what_is_done_otherwise_since_is_a_lesson(text: str) -> None:
    assert any(fact.reflection for fact in read(text))


def test_then_within_a_phrase_opens_no_clause() -> None:
    for text in ("I mended it there and then.", "I drained it every week from then on."):
        assert len(read(text)) == 1


def quotes(text: str, competency: str = "ownership") -> list[str]:
    question = ask("customer")
    question = replace(question, competencies=(competency,))
    return [item.quote for level in Told(question, (say(text),)).assessment.levels for item in level.evidence]


def test_a_clause_is_quoted_with_what_depends_on_it() -> None:
    text = (
        "Last May the hall flooded. I pumped it dry and I asked the caretaker if he could show me where the valve was."
    )
    assert "and I asked the caretaker if he could show me where the valve was" in quotes(text)


def test_what_nobody_in_particular_did_is_surer_where_only_a_team_is_told_of() -> None:
    scene = "Last May the hall of the club flooded on a Sunday evening before the show."
    team = "We stood in the yard and talked it over. We fetched the pump. We dried the floor."
    moved = "The chairs were moved to the barn that same night"
    entry = ENGINE.rubric.find("teamwork")
    assert entry is not None
    of_team, of_one = (
        weigh(
            list(find_claims(entry, read(f"{scene} {acted} {moved}."), ENGINE.lexicons))[-1],
            ENGINE.lexicons["en"].tagger,
        )
        for acted in (team, team.replace("We", "I"))
    )
    assert of_team > of_one
    assert moved in quotes(f"{scene} {team} {moved}.", "teamwork")


def test_setting_the_scene_is_no_evidence() -> None:
    text = (
        "I drove a van for a laundry then. Last May the hall flooded. I pumped it dry, I rang the caretaker and I"
        " fetched the big fan from the barn."
    )
    assert not any("laundry" in quote for quote in quotes(text))
    assert any("pumped" in quote for quote in quotes(text))


def test_what_happened_without_anybodys_act_is_an_occasion() -> None:
    text = (
        "During the move there was a lot of unrest in the depot. The pressure was enormous. Some things were hard. It"
        " was a long winter. The staff had doubts and the mood was bad, and it was over in March."
    )
    flags = Told(ask("customer"), (say(text),)).assessment.flags
    assert {Flag.NO_ACTION, Flag.IN_GENERAL} <= flags
    assert Flag.NO_EVENT not in flags


def test_children_at_work_are_not_ones_own_life() -> None:
    text = "Last May I saw the kids at the flooded gate. I pumped it dry and I rang the council."
    told = Told(ask("customer"), (say(text),))
    assert told.assessment.flags & {Flag.NO_RESULT}
    assert plan_kind(told) == "result"
    own = Told(ask("customer"), (say(text.replace("the kids", "my kids")),))
    assert plan_kind(own) != "result"


def plan_kind(told: Told) -> str | None:
    follow_up = ENGINE.plan_follow_up(told.question, told.answers, told.assessment, AskedFollowUps(), FollowUpLimits())
    return follow_up.kind if follow_up else None


@pytest.mark.parametrize(
    ("competency", "text"),
    [
        ("ownership", "The till was short. That was accounting's mess."),
        ("learning", "The coach said I rush. I told him I've been driving for nine years."),
        ("teamwork", "There were three of us. The others couldn't even count the boxes."),
        ("customer_focus", "A man knocked at the door. I looked the other way."),
        ("resilience", "The alarm went off. I let it ring."),
    ],
)
def test_what_speaks_against_is_heard_in_everyday_words(competency: str, text: str) -> None:
    question = replace(ask("customer"), competencies=(competency,))
    told = Told(question, (say(f"{text} That was on a long and cold evening in the depot by the river."),))
    found = [item.sign for level in told.assessment.levels for item in level.evidence]
    assert -1 in found


@pytest.mark.parametrize("text", ["I've got my own van.", "And then I changed jobs.", "I finished my shift."])
def test_what_one_has_or_leaves_is_no_act(text: str) -> None:
    assert acts(text) == []

"""Which question is asked next, whom it quotes, and when none is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.rubric import Rubric
from realtime_scoring.types import (
    AskedFollowUps,
    Flag,
    FollowUp,
    FollowUpKind,
    FollowUpLimits,
    Language,
    Question,
    QuestionKind,
)
from tests.unit.scoring.material import ENGINE, LANGUAGES, STORIES, UNHURRIED, Told, ask, say, tell, without_marks
from tests.unit.scoring.test_text import texts

OFF_TOPIC = (
    "Yesterday the weather was lovely. I walked in the park, I looked at the birds and then I cooked a big dinner"
    " with tomatoes and garlic. After that I played the piano until midnight."
)


def plan(told: Told, *asked: FollowUpKind, in_interview: int | None = None, limit: int = 6) -> FollowUp | None:
    return ENGINE.plan_follow_up(
        told.question,
        told.answers,
        told.assessment,
        AskedFollowUps(asked, len(asked) if in_interview is None else in_interview),
        FollowUpLimits(limit),
    )


def answer(text: str, language: Language = "en", story: str = "customer") -> Told:
    return Told(ask(story, language), (say(text, language),))


@pytest.mark.parametrize(
    ("language", "story", "turns", "kind", "trigger", "quote"),
    [
        (
            "en",
            "introduction",
            1,
            "specific_example",
            Flag.NO_EVENT,
            "I usually help the team with difficult problems",
        ),
        ("en", "customer", 1, "own_part", Flag.WE_DOMINATES, "we fixed the problem"),
        ("zh-CN", "introduction", 1, "specific_example", Flag.NO_EVENT, "我平时帮助团队解决问题"),
        ("zh-CN", "customer", 1, "own_part", Flag.WE_DOMINATES, "我们解决了问题"),
    ],
)
def test_the_story_is_followed_up(
    language: Language, story: str, turns: int, kind: FollowUpKind, trigger: Flag, quote: str
) -> None:
    told = tell(story, language, turns=turns)
    follow_up = plan(told)
    assert follow_up is not None
    assert (follow_up.kind, follow_up.trigger, follow_up.quote) == (kind, trigger, quote)
    assert quote in follow_up.text
    assert told.answers[0].text[follow_up.char_start : follow_up.char_end] == quote


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complete_story_is_not_followed_up(language: Language, bare: bool) -> None:
    assert plan(tell("teamwork", language, bare=bare)) is None
    assert plan(tell("customer", language, turns=2, bare=bare), "own_part") is None
    assert plan(tell("introduction", language, turns=2, bare=bare), "specific_example") is None
    assert plan(tell("logic", language, bare=bare)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_marks_the_same_is_asked(language: Language) -> None:
    for story in ("introduction", "customer"):
        written, heard = plan(tell(story, language)), plan(tell(story, language, bare=True))
        assert written is not None
        assert heard is not None
        assert heard.kind == written.kind
        assert heard.quote


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Could you repeat the question, please?", "en", "back_to_question"),
        ("请您再说一遍好吗？", "zh-CN", "back_to_question"),
        (
            OFF_TOPIC,
            "en",
            "back_to_question",
        ),
        ("I would call the customer and I would explain the delay to them.", "en", "specific_example"),
        ("我会给客户打电话，我会向他们解释。", "zh-CN", "specific_example"),
        ("Last year a customer was very angry because an order was late.", "en", "own_part"),
        ("去年一个客户很生气，因为订单晚了。", "zh-CN", "own_part"),
        ("Last year a customer was angry. I called the customer and I explained the delay.", "en", "result"),
        ("去年一个客户很生气，我给客户打了电话，我解释了原因。", "zh-CN", "result"),
        (
            "Last year a customer was angry. I called her and I sent a new order. Complaints went down a lot.",
            "en",
            "quantity",
        ),
        ("去年一个客户很生气，我给客户打了电话。后来投诉少了很多。", "zh-CN", "quantity"),
        ("I called the customer and as a result we reduced complaints by ten percent.", "en", "context"),
    ],
)
def test_the_most_urgent_gap_is_asked_about(text: str, language: Language, kind: FollowUpKind) -> None:
    follow_up = plan(answer(text, language))
    assert follow_up is not None
    assert follow_up.kind == kind


def test_a_repeated_question_is_repeated_in_full() -> None:
    follow_up = plan(answer("Sorry, I did not understand the question."))
    assert follow_up is not None
    assert follow_up.text == "Of course. The question was: " + ask("customer").text
    assert follow_up.trigger is Flag.ASKED_TO_REPEAT
    assert follow_up.quote == ""


@pytest.mark.parametrize("text", ["", "   ", "I don't know.", "Next question please."])
def test_silence_and_refusal_are_respected(text: str) -> None:
    assert plan(answer(text)) is None


def test_refusal_in_chinese_is_respected() -> None:
    assert plan(answer("我想不起来。", "zh-CN")) is None


def test_quantity_is_asked_only_where_the_rubric_wants_one() -> None:
    told = answer(
        "Last year my team had a conflict. I talked to everyone and we agreed on a plan. Later the work went better."
    )
    wanting = replace(told, question=replace(told.question, competencies=("ownership",)))
    none_wanted = Rubric(tuple(replace(entry, wants_quantity=False) for entry in ENGINE.rubric.competencies))
    follow_up = plan(wanting)
    assert follow_up is not None
    assert follow_up.kind == "quantity"
    sparing = replace(ENGINE, rubric=none_wanted)
    asked, limits = AskedFollowUps(), FollowUpLimits()
    assert sparing.plan_follow_up(wanting.question, wanting.answers, wanting.assessment, asked, limits) is None


def test_limits_hold() -> None:
    told = tell("customer")
    assert plan(told) is not None
    assert plan(replace(told, question=replace(told.question, follow_up_limit=0))) is None
    assert plan(replace(told, question=replace(told.question, follow_up_limit=1)), "result") is None
    assert plan(told, in_interview=5) is not None
    assert plan(told, in_interview=6) is None
    assert plan(told, limit=0) is None


def test_alternatives_are_what_else_could_have_been_asked() -> None:
    follow_up = plan(tell("introduction"))
    assert follow_up is not None
    assert follow_up.alternatives == ("own_part",)


@UNHURRIED
@given(
    st.lists(texts, max_size=2),
    st.sampled_from(get_args(QuestionKind)),
    st.sampled_from(LANGUAGES),
    st.integers(0, 3),
    st.integers(0, 7),
)
def test_policy_holds_whatever_is_said(
    turns: list[str], kind: QuestionKind, language: Language, limit: int, before: int
) -> None:
    question = Question("q", "What did you do?", kind, ("ownership", "teamwork"), limit, language)
    told = Told(question, tuple(say(text, language, turn_id=f"t{index}") for index, text in enumerate(turns)))
    asked: list[FollowUpKind] = []
    while follow_up := plan(told, *asked, in_interview=before + len(asked)):
        assert follow_up.kind not in asked
        asked.append(follow_up.kind)
        assert len(asked) <= limit
        assert before + len(asked) <= 6
        assert follow_up.text.endswith(("?", "？"))
        assert "{" not in follow_up.text.replace(follow_up.quote, "")
        assert len(follow_up.quote) <= 140
        assert follow_up.kind not in follow_up.alternatives
        assert follow_up.trigger in told.assessment.flags
    if kind == "identity":
        assert asked == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotes_are_short_and_begin_with_a_statement(language: Language) -> None:
    for story in STORIES:
        for turns in (1, 2, 3):
            told = tell(story, language, turns=turns)
            quote = ENGINE.pick_quote(told.answers)
            assert len(quote.split()) <= 12 if language == "en" else len(quote) <= 20
            assert not without_marks(quote, language).startswith(("and ", "because ", "then ", "if ", "因为", "然后"))


def test_a_long_statement_is_quoted_up_to_a_phrase_break() -> None:
    told = answer(
        "Usually we coordinate the weekly planning of deliveries between the northern warehouse and the sales people"
        " in all seven regional branches without any larger pause"
    )
    follow_up = plan(told)
    assert follow_up is not None
    assert follow_up.quote == "Usually we coordinate the weekly planning of deliveries between the northern warehouse"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I usually stay at home with my children when they are sick.", "en"),
        ("I usually pray at church before work.", "en"),
        ("我平时在家照顾孩子。", "zh-CN"),
        ("我一般周末去教堂。", "zh-CN"),
    ],
)
def test_protected_topics_are_never_picked_up(text: str, language: Language) -> None:
    follow_up = plan(answer(text, language))
    assert follow_up is not None
    assert follow_up.quote == ""
    assert ENGINE.lexicons[language].protected.search(follow_up.text.lower()) is None
    assert ENGINE.pick_quote((say(text, language),)) == ""


def test_words_that_may_be_misheard_are_not_quoted() -> None:
    told = tell("introduction")
    doubtful = Told(told.question, (replace(told.answers[0], asr_confidence=0.3),))
    follow_up = plan(doubtful)
    assert follow_up is not None
    assert follow_up.kind == "specific_example"
    assert follow_up.quote == ""


def test_quotation_marks_of_the_candidate_do_not_break_the_question() -> None:
    follow_up = plan(answer('I usually say "hello there" to them.'))
    assert follow_up is not None
    assert follow_up.text.count('"') in (0, 2)


def test_braces_of_the_candidate_are_only_words() -> None:
    follow_up = plan(answer("I usually write {quote} and {question} there."))
    assert follow_up is not None
    assert follow_up.quote in follow_up.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_one_would_do_is_enough_where_it_is_asked(language: Language) -> None:
    text = {"en": "First I would compare the costs of both months.", "zh-CN": "首先我会比较两个月的成本。"}[language]
    assert plan(answer(text, language, "logic")) is None
    facts = {"en": "The costs were higher in May.", "zh-CN": "五月的成本比较高。"}[language]
    follow_up = plan(answer(facts, language, "logic"))
    assert follow_up is not None
    assert follow_up.kind == "own_part"


def test_a_long_question_is_not_read_out_again_when_off_topic() -> None:
    told = answer(OFF_TOPIC)
    long = replace(told.question, text="Tell me, " + "please and at length, " * 12 + "about your work?")
    follow_up = plan(replace(told, question=long))
    assert follow_up is not None
    assert follow_up.kind == "back_to_question"
    assert len(follow_up.text.split()) <= 30

"""Which probe is asked, in which words, and when none is: on clauses and flags that are given outright."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import pytest

from realtime_scoring.features import ClauseFacts
from realtime_scoring.follow_ups import LONGEST, passes_gate, plan
from realtime_scoring.types import (
    AnswerText,
    AskedFollowUps,
    Assessment,
    Flag,
    FollowUp,
    FollowUpKind,
    FollowUpLimits,
    Language,
    Question,
    QuestionKind,
    StarCoverage,
)
from tests.unit.scoring.material import ENGINE
from tests.unit.scoring.rules.clauses import mark

TEXT = "Earlier there was the moving. We packed the boxes. I drove the van. The clients were content."
ANSWERS = (AnswerText("t0", TEXT, "en"),)
PACKED, DRIVEN, CONTENT, MOVING = (
    "We packed the boxes",
    "I drove the van",
    "The clients were content",
    "Earlier there was the moving",
)
LADDER: list[tuple[Flag, FollowUpKind]] = [
    (Flag.OFF_TOPIC, "back_to_question"),
    (Flag.HYPOTHETICAL, "specific_example"),
    (Flag.NO_EVENT, "specific_example"),
    (Flag.NO_ACTION, "own_part"),
    (Flag.WE_DOMINATES, "own_part"),
    (Flag.NO_RESULT, "result"),
    (Flag.NO_QUANTITY, "quantity"),
    (Flag.NO_CONTEXT, "context"),
]


def ask(
    flags: Iterable[Flag],
    *facts: ClauseFacts,
    answers: tuple[AnswerText, ...] = ANSWERS,
    kind: QuestionKind = "behavioural",
    language: Language = "en",
    asked: tuple[FollowUpKind, ...] = (),
    in_interview: int = 0,
    limit: int = 9,
    per_interview: int = 9,
    wants_quantity: bool = True,
    text: str = "What happened then?",
    off_topic: str = "",
) -> FollowUp | None:
    return plan(
        Question("q", text, kind, (), limit, language),
        answers,
        facts,
        Assessment("q", StarCoverage(), frozenset(flags), ()),
        AskedFollowUps(asked, in_interview),
        FollowUpLimits(per_interview),
        wants_quantity,
        lambda fact: not off_topic or off_topic not in fact.clause.text,
        ENGINE.lexicons,
    )


def ask_all(kind: QuestionKind, **given: Any) -> list[FollowUpKind]:
    """One probe after the other, with everything missing."""
    asked: tuple[FollowUpKind, ...] = ()
    while follow_up := ask((flag for flag, _ in LADDER), kind=kind, asked=asked, **given):
        expected = [kind for kind in dict.fromkeys(kind for _, kind in LADDER) if kind not in asked]
        assert follow_up.alternatives == tuple(
            other for other in expected if other != follow_up.kind and other in follow_up.alternatives
        )
        asked = (*asked, follow_up.kind)
    return list(asked)


@pytest.mark.parametrize(("flag", "kind"), LADDER)
def test_each_gap_has_its_probe(flag: Flag, kind: FollowUpKind) -> None:
    follow_up = ask({flag})
    assert follow_up is not None
    assert (follow_up.trigger, follow_up.kind, follow_up.alternatives) == (flag, kind, ())


@pytest.mark.parametrize("place", range(len(LADDER)))
def test_the_most_urgent_gap_decides(place: int) -> None:
    follow_up = ask(flag for flag, _ in LADDER[place:])
    assert follow_up is not None
    flag, kind = LADDER[place]
    assert (follow_up.trigger, follow_up.kind) == (flag, kind)
    assert follow_up.alternatives == tuple(dict.fromkeys(other for _, other in LADDER[place:] if other != kind))


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("identity", []),
        ("introduction", ["back_to_question", "specific_example", "own_part"]),
        ("behavioural", ["back_to_question", "specific_example", "own_part", "result", "quantity", "context"]),
        ("situational", ["back_to_question", "own_part"]),
        ("logic", ["back_to_question", "own_part"]),
        ("open", ["back_to_question", "specific_example"]),
    ],
)
def test_each_kind_of_question_has_its_probes(kind: QuestionKind, allowed: list[FollowUpKind]) -> None:
    assert ask_all(kind) == allowed
    assert ask_all(kind, limit=2) == allowed[:2]
    assert ask_all(kind, wants_quantity=False) == [probe for probe in allowed if probe != "quantity"]


def test_limits_are_reached_exactly() -> None:
    assert ask({Flag.NO_RESULT}, limit=1) is not None
    assert ask({Flag.NO_RESULT}, limit=1, asked=("context",)) is None
    assert ask({Flag.NO_RESULT}, limit=2, asked=("context",)) is not None
    assert ask({Flag.NO_RESULT}, in_interview=8) is not None
    assert ask({Flag.NO_RESULT}, in_interview=9) is None
    assert ask({Flag.NO_RESULT}, limit=0) is None
    assert FollowUpLimits().per_interview == 6


def test_nothing_is_asked_of_whom_nothing_is_missing_or_who_does_not_answer() -> None:
    assert ask(()) is None
    assert ask({Flag.TOO_SHORT, Flag.LOW_ASR_CONFIDENCE}) is None
    assert ask({Flag.UNANSWERED, Flag.NO_RESULT}) is None
    again = ask({Flag.UNANSWERED, Flag.ASKED_TO_REPEAT, Flag.NO_RESULT})
    assert again is not None
    assert (again.kind, again.text) == ("back_to_question", "Of course. The question was: What happened then?")
    assert again.alternatives == ("result",)


GRAVE = (AnswerText("t0", "My mother died in that spring. I drove the van.", "en"),)
PRIVATE = (AnswerText("t0", "I was pregnant in that spring. I drove the van.", "en"),)


def test_whoever_tells_of_grief_is_not_probed() -> None:
    assert ask({Flag.NO_RESULT}, answers=GRAVE) is None
    again = ask({Flag.ASKED_TO_REPEAT, Flag.NO_RESULT}, answers=GRAVE)
    assert again is not None
    assert again.kind == "back_to_question"


def test_nobody_measures_private_life() -> None:
    assert ask_all("behavioural", answers=PRIVATE) == ["back_to_question", "specific_example", "own_part"]
    follow_up = ask({Flag.NO_ACTION}, mark(PRIVATE, "I drove the van", circumstance=True), answers=PRIVATE)
    assert follow_up is not None
    assert follow_up.quote == ""


@pytest.mark.parametrize(
    ("flag", "marks", "quote"),
    [
        # The example: what is told in general, vague before not, the candidate's own before anything.
        (Flag.NO_EVENT, {"agency": "own", "habitual": True, "vague": True}, DRIVEN),
        (Flag.NO_EVENT, {"agency": "own", "habitual": True}, DRIVEN),
        (Flag.NO_EVENT, {"agency": "own", "vague": True}, DRIVEN),
        (Flag.NO_EVENT, {"intended": True}, DRIVEN),
        (Flag.NO_EVENT, {"agency": "own"}, DRIVEN),
        # One's own part: what the team did, then what it was about.
        (Flag.NO_ACTION, {"agency": "team", "action": True}, DRIVEN),
        (Flag.NO_ACTION, {"agency": "team"}, DRIVEN),
        (Flag.NO_ACTION, {"circumstance": True}, DRIVEN),
        (Flag.NO_ACTION, {"outcome": True}, DRIVEN),
        (Flag.NO_ACTION, {"agency": "own", "action": True}, ""),
        (Flag.NO_RESULT, {"agency": "own", "action": True}, DRIVEN),
        (Flag.NO_RESULT, {"agency": "team", "action": True}, DRIVEN),
        (Flag.NO_RESULT, {"agency": "own"}, ""),
        (Flag.NO_QUANTITY, {"outcome": True}, DRIVEN),
        (Flag.NO_QUANTITY, {"action": True}, DRIVEN),
        (Flag.NO_QUANTITY, {"agency": "own"}, ""),
        (Flag.NO_CONTEXT, {"action": True}, DRIVEN),
        (Flag.NO_CONTEXT, {"outcome": True}, ""),
    ],
)
def test_what_each_probe_quotes(flag: Flag, marks: dict[str, Any], quote: str) -> None:
    follow_up = ask({flag}, mark(ANSWERS, DRIVEN, **marks))
    assert follow_up is not None
    assert follow_up.quote == quote
    assert TEXT[follow_up.char_start : follow_up.char_end] == quote
    assert follow_up.turn_id == "t0"
    assert (quote in follow_up.text) if quote else '"' not in follow_up.text


@pytest.mark.parametrize(
    ("flag", "preferred", "other"),
    [
        (Flag.NO_EVENT, {"agency": "own", "habitual": True, "vague": True}, {"agency": "own", "habitual": True}),
        (Flag.NO_EVENT, {"agency": "own", "habitual": True}, {"agency": "own", "vague": True}),
        (Flag.NO_EVENT, {"agency": "own", "vague": True}, {"intended": True}),
        (Flag.NO_EVENT, {"intended": True}, {"agency": "own"}),
        (Flag.NO_EVENT, {"agency": "own"}, {"habitual": True, "vague": True}),
        (Flag.NO_ACTION, {"agency": "team", "action": True}, {"agency": "team"}),
        (Flag.NO_ACTION, {"agency": "team"}, {"circumstance": True, "outcome": True}),
        (Flag.NO_ACTION, {"circumstance": True}, {"agency": "own", "action": True}),
        (Flag.NO_RESULT, {"agency": "own", "action": True}, {"agency": "team", "action": True}),
        (Flag.NO_QUANTITY, {"outcome": True}, {"agency": "own", "action": True}),
    ],
)
def test_the_first_preference_is_quoted_though_longer_and_later(
    flag: Flag, preferred: dict[str, Any], other: dict[str, Any]
) -> None:
    follow_up = ask({flag}, mark(ANSWERS, DRIVEN, **other), mark(ANSWERS, CONTENT, **preferred))
    assert follow_up is not None
    assert follow_up.quote == CONTENT


def test_of_equals_what_is_on_the_topic_then_the_latest_turn_then_the_shortest_then_the_first() -> None:
    act: dict[str, Any] = {"agency": "own", "action": True}
    later = (*ANSWERS, AnswerText("t1", "Later I washed the whole van.", "en"))

    def quote(*facts: ClauseFacts, off_topic: str = "") -> str:
        follow_up = ask({Flag.NO_CONTEXT}, *facts, answers=later, off_topic=off_topic)
        assert follow_up is not None
        return follow_up.quote

    packed, driven, content = (mark(later, text, **act) for text in (PACKED, DRIVEN, CONTENT))
    washed = mark(later, "I washed the whole van", **act)
    assert quote(packed, driven, content) == DRIVEN
    assert quote(packed, driven, off_topic="drove") == PACKED
    assert quote(packed, driven, washed) == "I washed the whole van"
    assert quote(packed, driven, washed, off_topic="washed") == DRIVEN
    assert quote(mark(later, "packed the boxes", **act), mark(later, "there was the mov", **act)) == "packed the boxes"


@pytest.mark.parametrize(
    ("flag", "quoting", "plain"),
    [
        (Flag.NO_EVENT, 'You mentioned "{}". Can you give one specific example?',
         "Can you give one specific example from your own experience?"),
        (Flag.NO_ACTION, 'You said "{}". What did you personally do?', "What did you personally do?"),
        (Flag.NO_RESULT, 'You said "{}". What was the result, and how did you measure it?',
         "What was the result, and how did you measure it?"),
        (Flag.NO_QUANTITY, 'You mentioned "{}". Can you give a number, or compare before and after?',
         "Can you give a number for the result, or compare before and after?"),
        (Flag.NO_CONTEXT, 'You said "{}". When and where was this, and what was your task?',
         "When and where was this, and what was your task?"),
    ],
)  # fmt: skip
def test_the_words_with_a_quote_and_without(flag: Flag, quoting: str, plain: str) -> None:
    fact = mark(ANSWERS, DRIVEN, agency="team", action=True, outcome=True)
    quoted, bare = ask({flag}, fact), ask({flag})
    assert quoted is not None
    assert bare is not None
    assert (quoted.text, quoted.quote) == (quoting.format(DRIVEN), DRIVEN)
    assert (bare.text, bare.quote, bare.char_start, bare.char_end) == (plain, "", 0, 0)


@pytest.mark.parametrize("kind", ["situational", "logic"])
def test_where_one_imagines_one_is_asked_for_the_steps(kind: QuestionKind) -> None:
    fact = mark(ANSWERS, DRIVEN, agency="team", action=True)
    follow_up = ask({Flag.NO_ACTION}, fact, kind=kind)
    assert follow_up is not None
    assert (follow_up.text, follow_up.quote, follow_up.char_end) == ("What would you do yourself, step by step?", "", 0)
    chinese = ask({Flag.NO_ACTION}, kind=kind, language="zh-CN")
    assert chinese is not None
    assert chinese.text == "您本人会怎样一步一步去做？"


@pytest.mark.parametrize(
    ("language", "short", "long", "back", "again"),
    [
        ("en", "What then?", "Please tell me all about it, " * 5 + "will you?", "Let us come back to the question: ",
         "Shall we come back to the question I asked you?"),
        ("zh-CN", "后来呢？", "请您详细地给我们讲一讲，" * 6 + "好吗？", "我们回到这个问题：",
         "我们回到刚才的问题，好吗？"),
    ],
)  # fmt: skip
def test_the_way_back_repeats_a_short_question(
    language: Language, short: str, long: str, back: str, again: str
) -> None:
    found = [ask({Flag.OFF_TOPIC}, language=language, text=text) for text in (short, long)]
    assert [follow_up.text if follow_up else None for follow_up in found] == [back + short, again]


@pytest.mark.parametrize("language", get_args(Language))
def test_a_question_is_short_enough_for_the_ear(language: Language) -> None:
    lexicon = ENGINE.lexicons[language]
    longest = {"en": 30, "zh-CN": 60}
    assert longest == LONGEST
    word, mark_ = {"en": ("word ", "?"), "zh-CN": ("字", "？")}[language]
    assert passes_gate(word * longest[language] + mark_, lexicon)
    assert not passes_gate(word * (longest[language] + 1) + mark_, lexicon)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("What then?", True),
        ("What then? ", True),
        ("Tell me.", True),
        ("后来呢？", True),
        ("请讲。", True),
        ("What then", False),
        ("What then,", False),
        ("Are you pregnant?", False),
        ("Are You PREGNANT?", False),
        ("When did your mother die, who died?", False),
        ("Who DIED?", False),
    ],
)
def test_what_may_be_asked_at_all(text: str, passes: bool) -> None:
    assert passes_gate(text, ENGINE.lexicons["en"]) is passes

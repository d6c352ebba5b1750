"""What of a clause is quoted as evidence, and with what weight: a made-up competency and clauses given outright."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from realtime_scoring import claims, evidence
from realtime_scoring.evidence import collect_evidence, match_indicators, name_star_part, narrow
from realtime_scoring.features import ClauseFacts
from realtime_scoring.rubric import CompetencyRubric, Indicator
from realtime_scoring.steps import STRUCTURE_WEIGHTS
from realtime_scoring.tagger import Tagger
from realtime_scoring.types import AnswerText, Competency, Evidence, Language, QuestionKind, StarPart, TimedWord
from tests.unit.scoring.material import ENGINE
from tests.unit.scoring.rules.clauses import mark, mark_each


def indicate(name: str, english: str, chinese: str = "无") -> Indicator:
    return Indicator(name, {}, {"en": re.compile(english), "zh-CN": re.compile(chinese)})


ENTRY = CompetencyRubric(
    competency=Competency("moving"),
    wants_quantity=False,
    vocabulary={"en": (), "zh-CN": ()},
    indicators=(indicate("packs", "pack", "打包"), indicate("labels", "label"), indicate("loads", "load")),
    negatives=(indicate("drops", "drop"), indicate("shouts", "shout|not my van")),
)
OWN: dict[str, Any] = {"agency": "own", "action": True}
TEAM: dict[str, Any] = {"agency": "team", "action": True}


def let_weigh(monkeypatch: pytest.MonkeyPatch, weigh: Callable[[claims.Claim, Tagger], int]) -> None:
    for module in (claims, evidence):
        monkeypatch.setattr(module, "weigh", weigh)


@pytest.fixture(autouse=True)
def surety(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clause is as sure as it has words: how sure it really is, another table says."""
    let_weigh(monkeypatch, lambda claim, _: claims.THRESHOLD + claim.fact.words - 4)


def collect(*told: tuple[str, dict[str, Any]], kind: QuestionKind = "behavioural") -> list[tuple[str, float, str]]:
    """Indicator, weight with its sign, and quote."""
    facts = mark_each([text for text, _ in told], [marks for _, marks in told])
    answers = (AnswerText("t0", ". ".join(text for text, _ in told), "en"),)
    found = collect_evidence(ENTRY, kind, answers, facts, frozenset(), ENGINE.lexicons)
    assert {item.competency for item in found} <= {"moving"}
    return [(item.indicator, item.sign * item.weight, item.quote) for item in found]


@pytest.mark.parametrize(
    ("marks", "weight"),
    [
        (OWN, 1.0),
        (TEAM, 1.0),
        ({"agency": "own", "reflection": True}, 1.0),
        ({"agency": "own"}, 0.5),
        (OWN | {"vague": True}, 0.5),
        (OWN | {"vague": True, "quantity": True}, 1.0),
        (OWN | {"vague": True, "when": True}, 1.0),
        ({"agency": "own", "vague": True}, 0.25),
    ],
)
def test_a_behaviour_weighs_what_it_was_told_as(marks: dict[str, Any], weight: float) -> None:
    assert collect(("the crates got packed", marks))[0] == ("packs", weight, "the crates got packed")


def test_each_behaviour_is_quoted_once_where_it_is_surest() -> None:
    told = [("I packed one box", OWN | {"words": 6}), ("I packed ten boxes", OWN | {"words": 12})]
    for order in (told, told[::-1]):
        assert [item for item in collect(*order) if item[0] == "packs"] == [("packs", 1.0, "I packed ten boxes")]


@pytest.mark.parametrize(
    ("text", "negation_at", "found"),
    [
        ("we pack and label and load", None, ["packs", "labels"]),
        ("we load and label", None, ["labels", "loads"]),
        ("we sing", None, []),
        ("we pack then", 8, ["packs"]),
        ("we pack then", 7, ["packs"]),
        ("we pack then", 6, []),
        ("we pack then", 0, []),
    ],
)
def test_two_behaviours_of_a_clause_at_most_and_none_that_is_denied(
    text: str, negation_at: int | None, found: list[str]
) -> None:
    answers = (AnswerText("t0", text, "en"),)
    fact = mark(answers, text, negation_at=negation_at)
    assert [name for name, _ in match_indicators(ENTRY, fact)] == found
    assert match_indicators(ENTRY, mark(answers, text, taken_back=True)) == []


@pytest.mark.parametrize(
    ("text", "language", "words", "agency", "shown"),
    [
        ("packing it", "en", 3, None, False),
        ("packing it", "en", 4, None, True),
        ("packing it", "en", 3, "own", True),
        ("打包", "zh-CN", 5, None, False),
        ("打包", "zh-CN", 6, None, True),
    ],
)
@pytest.mark.parametrize("kind", ["behavioural", "situational"])
def test_a_catchword_of_nobody_is_no_behaviour(
    text: str,
    language: Language,
    words: int,
    agency: str | None,
    shown: bool,
    kind: QuestionKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_weigh(monkeypatch, lambda _, __: 9900)
    answers = (AnswerText("t0", text, language),)
    fact = mark(answers, text, words=words, agency=agency)
    found = collect_evidence(ENTRY, kind, answers, (fact,), frozenset(), ENGINE.lexicons)
    assert ("packs" in [item.indicator for item in found]) is shown


def test_what_speaks_against_is_quoted_once_and_speaks_for_nothing() -> None:
    found = collect(
        ("I dropped the packed vase", OWN),
        ("I dropped another vase", OWN),
        ("I shouted at him", OWN),
        ("it was not my van", {"negation_at": 7}),
        ("I never dropped a thing", {"negation_at": 2}),
    )
    assert [item for item in found if item[1] < 0] == [
        ("drops", -1.0, "I dropped the packed vase"),
        ("shouts", -1.0, "I shouted at him"),
    ]
    assert "packs" not in {name for name, _, _ in found}
    only = collect(("it was not my van", {"negation_at": 7}))
    assert only == [("shouts", -1.0, "it was not my van")]


def test_acts_of_ones_own_then_of_the_team_then_what_came_of_them_then_the_lesson() -> None:
    found = collect(
        ("I packed the van", OWN | {"words": 30}),
        ("I packed and labelled it", OWN | {"words": 29}),
        ("I drove home", OWN | {"words": 28}),
        ("we carried it", TEAM | {"words": 27}),
        ("they were content", {"outcome": True, "words": 26}),
        ("it took two hours", {"outcome": True, "quantity": True, "words": 25}),
        ("it took a day less", {"outcome": True, "quantity": True, "words": 24}),
        ("I learned to ask", {"agency": "own", "action": True, "reflection": True, "words": 23}),
        ("I learned to rest", {"reflection": True, "words": 22}),
    )
    assert found == [
        ("packs", 1.0, "I packed the van"),
        ("labels", 1.0, "I packed and labelled it"),
        ("own_action", 0.75, "I packed the van"),
        ("own_action", 0.75, "I drove home"),
        ("team_action", 1.0, "we carried it"),
        ("result", 1.5, "they were content"),
        ("measured_result", 2.0, "it took two hours"),
        ("measured_result", 2.0, "it took a day less"),
        ("reflection", 0.5, "I learned to ask"),
        ("reflection", 0.5, "I learned to rest"),
    ]


def test_a_result_without_a_number_is_a_result() -> None:
    found = collect(
        ("I drove home", OWN), ("they were content", {"outcome": True, "words": 9}), ("all was well", {"outcome": True})
    )
    assert found == [
        ("own_action", 0.75, "I drove home"),
        ("result", 1.5, "they were content"),
        ("result", 1.5, "all was well"),
    ]


@pytest.mark.parametrize(("agency", "kind"), [("own", "own_action"), ("team", "team_action"), (None, "team_action")])
def test_what_no_rule_knows_is_quoted_where_its_wording_is_sure(agency: str | None, kind: str) -> None:
    weight = STRUCTURE_WEIGHTS[kind]
    assert collect(("the van went over it", {"agency": agency})) == [(kind, weight, "the van went over it")]
    assert collect(("the van went over it", {"agency": agency, "words": 3})) == []


def test_a_boast_is_quoted_for_nothing_however_sure_its_wording() -> None:
    assert collect(("I am the best packer", {"agency": "own", "idle": True, "words": 30})) == []


@pytest.mark.parametrize("agency", ["own", "team"])
def test_an_act_that_is_its_own_result_is_quoted_as_that(agency: str) -> None:
    told = ("so the cost was halved", {"agency": agency, "action": True, "outcome": True})
    assert collect(told) == [("result", 1.5, told[0])]


def test_a_team_that_shows_a_behaviour_is_quoted_for_that_alone() -> None:
    assert collect(("we packed the van", TEAM)) == [("packs", 1.0, "we packed the van")]


@pytest.mark.parametrize("quoted", range(3))
def test_five_imagined_steps_are_quoted_with_those_that_show_a_behaviour(quoted: int) -> None:
    supposed = {"agency": "own", "supposed": True}
    behaviours = [("I would pack it", supposed), ("I would label it", supposed)][:quoted]
    steps = [(f"I would do thing {number}", supposed) for number in range(7)]
    others: list[tuple[str, dict[str, Any]]] = [
        ("it would rain", {"supposed": True}), ("I am there", {"agency": "own"}),
    ]  # fmt: skip
    found = collect(*others, *behaviours, *steps, kind="situational")
    assert [name for name, _, _ in found] == [*["packs", "labels"][:quoted], *["own_action"] * (5 - quoted)]
    assert [text for _, _, text in found[quoted:]] == [text for text, _ in steps[: 5 - quoted]]
    assert {weight for name, weight, _ in found if name == "own_action"} == {0.75}


def test_a_real_act_is_a_step_too_and_the_first_of_a_behaviour_counts() -> None:
    found = collect(
        ("I drove there", OWN),
        ("I would pack a bit", {"agency": "own", "supposed": True, "vague": True}),
        ("I would pack it all", {"agency": "own", "supposed": True}),
        ("I would drop it", {"agency": "own", "supposed": True}),
        kind="logic",
    )
    assert found == [
        ("packs", 0.5, "I would pack a bit"),
        ("own_action", 0.75, "I drove there"),
        ("own_action", 0.75, "I would pack it all"),
        ("drops", -1.0, "I would drop it"),
    ]


@pytest.mark.parametrize(
    ("marks", "part"),
    [
        ({"outcome": True, "action": True, "task": True, "when": True}, "result"),
        ({"action": True, "task": True, "when": True}, "action"),
        ({"intended": True, "task": True}, "action"),
        ({"task": True, "when": True}, "task"),
        ({"when": True}, "situation"),
        ({"circumstance": True}, "situation"),
        ({"setting": True}, None),
    ],
)
def test_the_part_of_the_story(marks: dict[str, Any], part: StarPart | None) -> None:
    (fact,) = mark_each(["we sing"], [marks])
    assert name_star_part(fact) == part


def quote_one(text: str, language: Language = "en") -> Evidence:
    """The behaviour in an answer of one clause, with words of 100 ms."""
    words = tuple(
        TimedWord(match.start(), match.end(), 1_000 * index, 1_000 * index + 100)
        for index, match in enumerate(re.finditer(r"[a-z0-9]+|[\u4e00-\u9fff]", text))
    )
    answers = (AnswerText("t0", "Well then.", "en"), AnswerText("t1", text, language, words))
    fact = mark(answers, text, **OWN)
    found = collect_evidence(ENTRY, "behavioural", answers, (fact,), frozenset(), ENGINE.lexicons)
    return next(item for item in found if item.indicator == "packs")


def test_a_quote_knows_its_place_and_its_time() -> None:
    item = quote_one("so they pack it")
    assert (item.turn_id, item.quote, item.char_start, item.char_end) == ("t1", "so they pack it", 0, 15)
    assert (item.t_start_ms, item.t_end_ms, item.sign, item.star) == (0, 3_100, 1, "action")


@pytest.mark.parametrize(
    ("before", "after", "quoted"),
    [
        (0, 19, "pack" + " w" * 19),
        (19, 0, "w " * 19 + "pack"),
        # Longer than twenty words: the behaviour is the last that is quoted, or the beginning holds it.
        (0, 20, "pack" + " w" * 19),
        (5, 30, "w " * 5 + "pack" + " w" * 14),
        (20, 0, "w " * 19 + "pack"),
        (25, 5, "w " * 19 + "pack"),
    ],
)
def test_a_long_clause_is_quoted_around_its_behaviour(before: int, after: int, quoted: str) -> None:
    assert quote_one("w " * before + "pack" + " w" * after).quote == quoted


def test_a_long_chinese_clause_is_quoted_to_thirty_characters() -> None:
    assert quote_one("字" * 28 + "打包", "zh-CN").quote == "字" * 28 + "打包"
    assert quote_one("字" * 29 + "打包", "zh-CN").quote == "字" * 28 + "打包"


def test_without_a_behaviour_a_long_clause_is_quoted_from_its_beginning() -> None:
    answers = (AnswerText("t0", "one two three four five", "en"),)
    fact: ClauseFacts = mark(answers, answers[0].text)
    places = {limit: narrow(fact, None, limit) for limit in (2, 4, 5, 6)}
    assert places == {2: (0, 7), 4: (0, 18), 5: (0, 23), 6: (0, 23)}
    assert narrow(fact, (4, 7), 1) == (4, 7)
    assert narrow(fact, (4, 13), 2) == (4, 13)
    assert narrow(fact, (19, 23), 2) == (14, 23)

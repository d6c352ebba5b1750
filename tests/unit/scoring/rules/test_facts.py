"""How marks of single words become facts about clauses, in a language of which each word is one mark.

"i did" is an act of one's own, "we did" one of the team; "she ..." is about somebody else; "did ..." carries on. Every
other mark is called what it is: "general", "habitual", "outcome" ...
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from realtime_scoring.features import ClauseFacts, find_facts, strip_lead_in, tokens_of
from realtime_scoring.lexicon import Lexicon
from realtime_scoring.types import AnswerText, Language
from tests.unit.scoring.material import ENGINE

_WORDS = {
    "own": "i",
    "team": "we",
    "others": "she",
    "action": "did|made",
    "action_without_subject": "did|made",
    "stative": "made",
    "intended_action": "go",
    "hypothetical": "would",
    "negation": "not",
    "lead_in": "and|then",
    "carries_on": "again",
}
"""All others are matched by their own name."""


def make_lexicon(language: Language) -> Lexicon:
    base = ENGINE.lexicons[language]
    patterns: dict[str, Any] = {
        field.name: re.compile(rf"(?<![a-z])(?:{_WORDS.get(field.name, field.name.replace('_', ''))})(?![a-z])")
        for field in fields(Lexicon)
        if isinstance(getattr(base, field.name), re.Pattern)
    }
    never = re.compile(r"(?!)")
    patterns |= {"filler": never, "clause_start": never, "subject_start": never}
    stop_words = frozenset("i we she did not and then retraction".split())
    return replace(base, shortest_clause=1, shortest_before_subject=1, stop_words=stop_words, **patterns)


LEXICONS: dict[Language, Lexicon] = {"en": make_lexicon("en"), "zh-CN": make_lexicon("zh-CN")}


def read(*texts: str, language: Language = "en") -> tuple[ClauseFacts, ...]:
    return find_facts(tuple(AnswerText(f"t{index}", text, language) for index, text in enumerate(texts)), LEXICONS)


def name(fact: ClauseFacts) -> set[str]:
    """All that holds of a clause."""
    held = {field.name for field in fields(fact) if getattr(fact, field.name) is True}
    return held | ({fact.agency} if fact.agency else set())


def read_names(*texts: str, language: Language = "en") -> list[set[str]]:
    return [name(fact) for fact in read(*texts, language=language)]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("i did it", [{"own", "action"}]),
        ("we did it", [{"team", "action"}]),
        ("i saw that we did it", [{"own", "action"}]),
        ("we saw that i did it", [{"team", "action"}]),
        ("it did it", [set()]),
        ("i slept", [{"own"}]),
        # About somebody else, whoever is named later.
        ("she saw that i did it", [set()]),
        # A state is no act, unless an act stands beside it.
        ("i made it", [{"own"}]),
        ("i made it and did it", [{"own", "action"}]),
        # Denied from its place on, and not before it.
        ("i did not", [{"own", "action"}]),
        ("i not did", [{"own"}]),
        ("not that i did", [{"own"}]),
        # Imagined, unless it was done before it was imagined.
        ("i would", [{"own", "supposed"}]),
        ("i would go", [{"own", "supposed", "intended", "habit"}]),
        ("would i did", [{"own", "supposed"}]),
        ("i did what would go", [{"own", "action"}]),
        ("i go", [{"own", "habit"}]),
        ("it go", [set()]),
        ("i did and go", [{"own", "action"}]),
        ("i did general", [{"own", "general"}]),
        ("i did mishap", [{"own"}]),
        ("i did habitual", [{"own", "action", "habitual"}]),
        # An outcome, unless it is denied before, imagined or a task; a mark of one needs an act.
        ("outcome", [{"outcome"}]),
        ("outcome not", [{"outcome"}]),
        ("not outcome", [set()]),
        ("outcome would", [{"supposed"}]),
        ("outcome task", [{"task"}]),
        ("outcomemarker", [set()]),
        ("i did outcomemarker", [{"own", "action", "outcome"}]),
        ("i did outcomemarker not", [{"own", "action"}]),
        *[
            (word, [{word}])
            for word in ("vague", "when", "circumstance", "setting", "task", "quantity", "degree", "reflection")
        ],
    ],
)
def test_what_a_clause_is_by_its_own_words(text: str, facts: list[set[str]]) -> None:
    assert read_names(text) == facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        # Within a sentence the subject carries on, and what is imagined stays so.
        ("i did it, did that", [{"own", "action"}, {"own", "action"}]),
        ("we did it, did that", [{"team", "action"}, {"team", "action"}]),
        ("i slept, did that", [{"own"}, {"own", "action"}]),
        ("i would, did that", [{"own", "supposed"}, {"own", "supposed"}]),
        ("i did it, did general", [{"own", "action"}, {"own", "general"}]),
        ("i did it, did mishap", [{"own", "action"}, {"own"}]),
        ("i did it, then did that", [{"own", "action"}, {"own", "action"}]),
        ("i did it, it did that", [{"own", "action"}, set()]),
        ("i did it, she did that", [{"own", "action"}, set()]),
        ("i did it, she slept, did that", [{"own", "action"}, set(), set()]),
        ("i did it, we did that", [{"own", "action"}, {"team", "action"}]),
        ("it rained, did that", [set(), set()]),
        # Beyond it only after a word that says so, and to whoever acted last.
        ("i did it. did that", [{"own", "action"}, set()]),
        ("i did it. did again", [{"own", "action"}, set()]),
        ("i did it. we slept. it rained, did that", [{"own", "action"}, {"team"}, set(), set()]),
    ],
)
def test_whose_act_a_clause_without_a_subject_is(text: str, facts: list[set[str]]) -> None:
    assert read_names(text) == facts


def test_beyond_a_sentence_the_one_who_acted_last_carries_on() -> None:
    again = {language: replace(lexicon, carries_on=re.compile("made")) for language, lexicon in LEXICONS.items()}
    text = "i did it. we slept. it rained. made that"
    facts = find_facts((AnswerText("t0", text, "en"),), again)
    assert name(facts[-1]) == {"own", "action"}
    told = find_facts((AnswerText("t0", "we did it. it rained", "en"), AnswerText("t1", "made that", "en")), again)
    assert name(told[-1]) == set(), "in another turn the subject is told anew"


def test_in_chinese_an_act_without_a_subject_shows_by_its_mark_or_by_what_it_carries_on() -> None:
    assert read_names("i slept, did done", language="zh-CN")[1] == {"own", "action"}
    assert "action" not in read_names("i slept, did that", language="zh-CN")[1]
    assert read_names("i did it, did that", language="zh-CN")[1] == {"own", "action"}
    assert read_names("i did it, she slept, did done", language="zh-CN")[2] == set()


def test_the_same_clause_counts_once_whatever_leads_in() -> None:
    assert [fact.clause.text for fact in read("i did it. and i did it. i did that")] == ["i did it", "i did that"]
    assert len(read("i did it", "then i did it")) == 1


@pytest.mark.parametrize("word", ["aboutperson", "totherater", "aside"])
def test_what_nothing_may_see_is_left_out_and_nothing_carries_on_over_it(word: str) -> None:
    facts = read(f"i did it, {word}, did that")
    assert [fact.clause.text for fact in facts] == ["i did it", "did that"]
    assert name(facts[1]) == set()


TAKEN = {"taken_back"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        # The act that shares a word with it; if none does, the latest of one's own.
        ("i did alpha. i did beta. retraction alpha", [TAKEN, {"own", "action"}]),
        ("i did alpha. i did beta. retraction", [{"own", "action"}, TAKEN]),
        ("i did alpha. we did beta. retraction", [TAKEN, {"team", "action"}]),
        ("we did alpha. we did beta. retraction", [{"team", "action"}, TAKEN]),
        ("i did alpha. i slept. retraction", [TAKEN, {"own"}]),
        ("i did alpha. i did alpha beta. retraction alpha", [TAKEN, TAKEN]),
        ("i did alpha. outcome. retraction", [{"own", "action"}, TAKEN]),
        # Said twice, it takes back one thing.
        ("i did alpha. i did beta. retraction. retraction", [{"own", "action"}, TAKEN]),
        ("i slept. retraction", [{"own"}]),
        ("retraction. i did alpha", [{"own", "action"}]),
    ],
)
def test_what_is_taken_back(text: str, facts: list[set[str]]) -> None:
    assert read_names(text) == facts


def test_nothing_carries_on_over_a_retraction() -> None:
    assert read_names("i did alpha, retraction beta, did that")[1] == set()


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        # Two clauses of a habit, and not twice as many acts.
        ("i did habitual. we did habitual one", 0),
        ("i did habitual. general. i did it", 0),
        ("i did habitual. i did it", 2),
        ("habitual. general. i did one. i did two. i did three", 0),
        ("habitual. general. i did one. i did two. i did three. i did four", 4),
        ("i did habitual. general. i did it. when", 2),
    ],
)
def test_where_all_is_told_as_a_rule_nothing_was_done(text: str, acts: int) -> None:
    facts = read(text)
    assert sum(fact.action for fact in facts) == acts
    if not acts:
        assert all(fact.habit for fact in facts if fact.agency)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("i did it", 0),
        ("and i did it", 4),
        ("and then i did it", 9),
        ("and, then , i did it", 12),
        ("andy did it", 0),
        ("i and then", 0),
        ("and then", 0),
        ("", 0),
    ],
)
def test_where_a_clause_begins_behind_what_leads_in(text: str, start: int) -> None:
    assert strip_lead_in(text, LEXICONS["en"]) == start


def test_where_a_denial_begins_is_told() -> None:
    assert [fact.negation_at for fact in read("i did it. i not did. not one")] == [None, 2, 0]


def test_tokens_are_those_of_all_clauses() -> None:
    assert tokens_of(read("i did alpha, we did gamma"), LEXICONS) == {"alpha", "gamma"}
    assert tokens_of((), LEXICONS) == frozenset()

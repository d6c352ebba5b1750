"""What an answer tells and what it leaves open, on clauses that are what they are said to be."""

from __future__ import annotations

from typing import Any

import pytest

from realtime_scoring.coverage import (
    _ACTS_AFTER_RESULT,
    _ASIDES,
    _GENERAL,
    _TERMS,
    _TOLD,
    asks_to_repeat,
    find_flags,
    find_results,
    has_enough_words,
    mean_asr_confidence,
    measure_star,
)
from realtime_scoring.features import ClauseFacts
from realtime_scoring.types import AnswerText, Flag, Language, Question, QuestionKind, StarCoverage
from tests.unit.scoring.material import ENGINE
from tests.unit.scoring.rules.clauses import mark_each

OWN: dict[str, Any] = {"agency": "own", "action": True}
TEAM: dict[str, Any] = {"agency": "team", "action": True}
OUTCOME: dict[str, Any] = {"outcome": True}
NUMBER: dict[str, Any] = {"outcome": True, "quantity": True}
MORE: dict[str, Any] = {"outcome": True, "degree": True}
PLAIN: dict[str, Any] = {}
WOULD: dict[str, Any] = {"agency": "own", "intended": True, "supposed": True}
SCENE: dict[str, Any] = {"when": True, "circumstance": True, "placed": True}


def tell(*marks: dict[str, Any], language: Language = "en", words: int = 30) -> tuple[ClauseFacts, ...]:
    """One clause each, of words that no list knows."""
    return mark_each([f"quux{index} zork" for index in range(len(marks))], [{"words": words} | one for one in marks],
                     language)  # fmt: skip


def flag(
    facts: tuple[ClauseFacts, ...],
    text: str = "quux0 zork",
    *,
    kind: QuestionKind = "behavioural",
    language: Language = "en",
    asr_confidence: float | None = None,
    topic: frozenset[str] = frozenset({"quux0"}),
) -> frozenset[Flag]:
    answers = (AnswerText("t0", text, language, (), asr_confidence),)
    return find_flags(Question("q", "?", kind, (), 1, language), answers, facts, topic, ENGINE.lexicons)


@pytest.mark.parametrize(
    ("marks", "results"),
    [
        ([], []),
        ([OUTCOME], []),
        ([OUTCOME, OWN], []),
        ([OWN, OUTCOME], [1]),
        ([OWN | OUTCOME], [0]),
        ([TEAM, PLAIN, OUTCOME, NUMBER], [2, 3]),
        ([OWN | {"reflection": True}, OUTCOME], []),
        ([OWN, OUTCOME, *[OWN] * _ACTS_AFTER_RESULT], [1]),
        ([OWN, OUTCOME, *[OWN] * (_ACTS_AFTER_RESULT + 1)], []),
    ],
)
def test_a_result_is_of_something_done(marks: list[dict[str, Any]], results: list[int]) -> None:
    facts = tell(*marks)
    assert find_results(facts) == tuple(facts[index] for index in results)


@pytest.mark.parametrize(
    ("marks", "star"),
    [
        ([], StarCoverage(0, 0, 0, 0)),
        ([{"when": True}], StarCoverage(situation=0.5)),
        ([{"circumstance": True}], StarCoverage(situation=0.5)),
        ([{"when": True, "circumstance": True}], StarCoverage(situation=1.0)),
        ([{"when": True}] * 3, StarCoverage(situation=1.0)),
        ([{"task": True}], StarCoverage(task=1.0)),
        ([OWN], StarCoverage(action=0.5)),
        ([OWN, OWN], StarCoverage(action=1.0)),
        ([OWN] * 3, StarCoverage(action=1.0)),
        ([TEAM], StarCoverage(action=0.25)),
        ([TEAM] * 5, StarCoverage(action=0.25)),
        ([TEAM, OWN], StarCoverage(action=0.5)),
        ([{"agency": "own"}], StarCoverage()),
        ([{"agency": "team"}], StarCoverage()),
        ([OWN, OUTCOME], StarCoverage(action=0.5, result=0.5)),
        ([OWN, NUMBER], StarCoverage(action=0.5, result=1.0)),
        ([OWN, OUTCOME, NUMBER], StarCoverage(action=0.5, result=1.0)),
        ([OWN | {"quantity": True}, OUTCOME], StarCoverage(action=0.5, result=0.5)),
    ],
)
def test_how_far_each_part_is_told(marks: list[dict[str, Any]], star: StarCoverage) -> None:
    assert measure_star(tell(*marks)) == star


WHOLE = [SCENE, OWN, OWN, NUMBER]


@pytest.mark.parametrize(
    ("marks", "gaps"),
    [
        (WHOLE, set()),
        # Nobody did anything; nothing happened; it would be done.
        ([SCENE], {Flag.NO_ACTION, Flag.NO_RESULT}),
        ([{"when": True, "placed": True}], {Flag.NO_ACTION, Flag.NO_EVENT, Flag.NO_RESULT}),
        ([{"circumstance": True, "placed": True}], {Flag.NO_ACTION, Flag.NO_EVENT, Flag.NO_RESULT}),
        ([SCENE, WOULD], {Flag.NO_ACTION, Flag.HYPOTHETICAL, Flag.NO_RESULT}),
        ([SCENE, {"agency": "own"}, {"agency": "team"}], {Flag.NO_ACTION, Flag.NO_RESULT}),
        # One act among many that were only thought of.
        ([SCENE, OWN, NUMBER, *[{"intended": True}] * 2], set()),
        ([SCENE, OWN, NUMBER, *[{"intended": True}] * 3], {Flag.HYPOTHETICAL}),
        ([SCENE, OWN, OWN, NUMBER, *[{"intended": True}] * 3], set()),
        ([SCENE, TEAM, OWN, NUMBER, *[{"intended": True}] * 3], set()),
        # The team's acts, more than twice one's own.
        ([SCENE, TEAM, NUMBER], {Flag.WE_DOMINATES}),
        ([SCENE, OWN, TEAM, TEAM, NUMBER], set()),
        ([SCENE, OWN, TEAM, TEAM, TEAM, NUMBER], {Flag.WE_DOMINATES}),
        ([SCENE, OWN, OWN, *[TEAM] * 4, NUMBER], set()),
        # What came of it, and how much.
        ([SCENE, OWN, OWN], {Flag.NO_RESULT}),
        ([SCENE, NUMBER, OWN], {Flag.NO_RESULT}),
        ([SCENE, OWN, OWN, OUTCOME], set()),
        ([SCENE, OWN, OWN, MORE], {Flag.NO_QUANTITY}),
        ([SCENE, OWN, OWN, MORE, NUMBER], set()),
        # When or where it was.
        ([OWN, OWN, NUMBER], {Flag.NO_CONTEXT}),
        ([{"placed": True}, OWN, OWN, NUMBER], set()),
        # Talk in general.
        ([*WHOLE, *[{"habitual": True}] * _GENERAL], {Flag.IN_GENERAL}),
        ([*WHOLE, *[{"habitual": True}] * (_GENERAL - 1)], set()),
        ([*WHOLE, {"general": True}, {"supposed": True}, *[{"habit": True}] * (_GENERAL - 2)], {Flag.IN_GENERAL}),
    ],
)
def test_gaps(marks: list[dict[str, Any]], gaps: set[Flag]) -> None:
    assert flag(tell(*marks)) == gaps


def test_talk_of_habits_in_general_is_imagined_too() -> None:
    general = {"habit": True, "general": True}
    assert Flag.HYPOTHETICAL in flag(tell(SCENE, OWN, NUMBER, general, general, general))
    assert Flag.HYPOTHETICAL not in flag(tell(SCENE, OWN, NUMBER, *[{"habit": True}] * 4))
    assert Flag.HYPOTHETICAL not in flag(tell(SCENE, OWN, NUMBER, *[{"general": True}] * 4))


@pytest.mark.parametrize("name", ["when", "circumstance", "task", "setting"])
def test_in_english_each_of_these_tells_where_it_belongs(name: str) -> None:
    assert Flag.NO_CONTEXT not in flag(tell(OWN, OWN, NUMBER, {name: True}))


@pytest.mark.parametrize("kind", ["situational", "logic"])
@pytest.mark.parametrize(
    ("marks", "gaps"), [([PLAIN], {Flag.NO_ACTION}), ([WOULD], set()), ([{"intended": True}], set()), ([OWN], set())]
)
def test_where_one_imagines_only_an_act_can_be_missing(
    kind: QuestionKind, marks: list[dict[str, Any]], gaps: set[Flag]
) -> None:
    assert flag(tell(*marks), kind=kind) == gaps


@pytest.mark.parametrize(
    ("language", "shortest"), [(language, lexicon.shortest_answer) for language, lexicon in ENGINE.lexicons.items()]
)
def test_enough_is_counted_in_words_of_each_language(language: Language, shortest: int) -> None:
    assert has_enough_words(tell(PLAIN, language=language, words=shortest), ENGINE.lexicons)
    assert not has_enough_words(tell(PLAIN, language=language, words=shortest - 1), ENGINE.lexicons)
    half = tell(PLAIN, language="en", words=13) + tell(PLAIN, language="zh-CN", words=20)
    assert has_enough_words(half, ENGINE.lexicons)
    assert not has_enough_words(half[:1], ENGINE.lexicons)
    assert Flag.TOO_SHORT in flag(tell(*WHOLE, words=1))
    assert Flag.TOO_SHORT not in flag(tell(*WHOLE, words=30))


@pytest.mark.parametrize(
    ("said", "confidence"),
    [
        ([], 1.0),
        ([("", 0.2)], 1.0),
        ([("abcd", None)], 1.0),
        ([("abcd", 0.5)], 0.5),
        ([("abcd", 0.5), ("abcd", None)], 0.75),
        ([("abcdefgh", 0.25), ("ab", 1.0)], 0.4),
    ],
)
def test_hearing_is_weighed_by_length(said: list[tuple[str, float | None]], confidence: float) -> None:
    answers = tuple(AnswerText("t", text, "en", (), heard) for text, heard in said)
    assert mean_asr_confidence(answers) == pytest.approx(confidence)


@pytest.mark.parametrize(("asr_confidence", "doubted"), [(0.59, True), (0.6, False), (None, False)])
def test_doubtful_hearing_is_told(asr_confidence: float | None, doubted: bool) -> None:
    assert (Flag.LOW_ASR_CONFIDENCE in flag(tell(*WHOLE), asr_confidence=asr_confidence)) is doubted


REPEAT, DECLINE = "Could you repeat the question, please?", "I'd rather skip this."
LONG = " quux" * 75
"""Three times the shortest answer."""


def test_who_asks_again_or_declines_has_not_answered() -> None:
    few = tell(PLAIN)
    assert flag(few, REPEAT) >= {Flag.ASKED_TO_REPEAT, Flag.UNANSWERED}
    assert flag(few, DECLINE) >= {Flag.UNANSWERED}
    assert Flag.ASKED_TO_REPEAT not in flag(few, DECLINE)
    assert Flag.UNANSWERED not in flag(few)
    assert Flag.UNANSWERED in flag(())


def test_who_has_told_enough_has_answered_whatever_else_is_said() -> None:
    told = tell(*[OWN] * _TOLD)
    assert Flag.UNANSWERED not in flag(told, DECLINE)
    assert Flag.ASKED_TO_REPEAT in flag(told, REPEAT)
    assert Flag.UNANSWERED not in flag(told, REPEAT)
    assert Flag.UNANSWERED in flag(tell(*[OWN] * (_TOLD - 1)), DECLINE)
    assert Flag.UNANSWERED in flag(tell(*[OWN] * _TOLD, words=1), DECLINE)


def test_in_a_long_answer_a_refusal_is_a_phrase() -> None:
    few = tell(PLAIN)
    assert Flag.UNANSWERED not in flag(few, DECLINE + LONG)
    assert Flag.ASKED_TO_REPEAT not in flag(few, REPEAT + LONG)
    shorter = " quux" * (75 - 5)
    assert Flag.UNANSWERED in flag(few, DECLINE + shorter)


def test_only_the_last_answer_asks_to_repeat() -> None:
    again, told = AnswerText("t0", REPEAT, "en"), AnswerText("t1", "We packed.", "en")
    assert asks_to_repeat((told, again), ENGINE.lexicons)
    assert not asks_to_repeat((again, told), ENGINE.lexicons)
    assert not asks_to_repeat((), ENGINE.lexicons)


@pytest.mark.parametrize(
    ("marks", "elsewhere"),
    [([PLAIN], True), ([OWN], False), ([OUTCOME], False), ([{"reflection": True}], False), ([WOULD], True)],
)
def test_off_the_topic_is_what_shares_no_word_and_tells_nothing(marks: list[dict[str, Any]], elsewhere: bool) -> None:
    assert (Flag.OFF_TOPIC in flag(tell(*marks), topic=frozenset())) is elsewhere
    assert Flag.OFF_TOPIC not in flag(tell(*marks))
    assert Flag.OFF_TOPIC not in flag(tell(*marks, words=1), topic=frozenset())


def test_talk_of_conditions_is_no_answer_unless_a_story_is_told() -> None:
    terms = "What is the salary? Is there a probation, and what about commuting?"
    found = set(ENGINE.lexicons["en"].terms_of_job.findall(terms.lower()))
    assert len(found) >= _TERMS
    assert Flag.OFF_TOPIC in flag(tell(PLAIN), terms)
    assert Flag.OFF_TOPIC in flag(tell(OWN), terms)
    assert Flag.OFF_TOPIC not in flag(tell(OWN, OWN), terms)
    assert Flag.OFF_TOPIC not in flag(tell(OWN), "Commuting is what it is. Commuting.")


def test_pastimes_and_little_beside_them_are_no_answer() -> None:
    aside = "We went hiking there, and we watched a film. By the way, the weather was fine."
    count = len(ENGINE.lexicons["en"].aside.findall(aside.lower()))
    assert count >= _ASIDES
    assert Flag.OFF_TOPIC in flag(tell(OWN, words=5), aside)
    assert Flag.OFF_TOPIC not in flag(tell(OWN, words=30), aside)
    assert Flag.OFF_TOPIC not in flag(tell(OWN, words=5), "I called the customer.")

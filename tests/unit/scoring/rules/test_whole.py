"""What the engine adds to its parts: how sure it is, what it picks up, and where times and plans end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.phrases import transition
from realtime_scoring.progress import measure_progress
from realtime_scoring.types import Confidence, Flag, Question, StarCoverage
from tests.unit.scoring.material import ENGINE, ask, say

STORY = (
    "Last year a customer was angry because the order was late. My task was to keep her. I called the customer the same"
    " day. I explained the delay. Then I sent a new order. As a result we reduced late orders by twenty percent."
)


def assess_with(shortest_answer: int, text: str = STORY) -> tuple[StarCoverage, set[Confidence]]:
    """With another length for the shortest answer, so that the same words are three times it, or half."""
    lexicons = {
        language: replace(lexicon, shortest_answer=shortest_answer) for language, lexicon in ENGINE.lexicons.items()
    }
    assessment = replace(ENGINE, lexicons=lexicons).assess(ask("customer"), (say(text),))
    return assessment.star, {level.confidence for level in assessment.levels}


@pytest.mark.parametrize(("shortest_answer", "confidence"), [(14, "high"), (15, "medium"), (29, "medium"), (30, "low")])
def test_a_long_and_whole_answer_is_surer(shortest_answer: int, confidence: Confidence) -> None:
    """Forty-four words: three times fourteen, and one and a half times twenty-nine."""
    star, found = assess_with(shortest_answer)
    assert star == StarCoverage(1.0, 1.0, 1.0, 1.0)
    assert found == {confidence}


def test_half_a_story_is_less_sure() -> None:
    """Without its task and its result, two parts of four at most are told."""
    star, found = assess_with(5, STORY.replace("My task was to keep her. ", "").split(" As a result")[0])
    assert (star.task, star.result) == (0.0, 0.0)
    assert found == {"medium"}


def test_an_acknowledgement_picks_up_an_act_before_a_statement_and_nothing_off_the_topic() -> None:
    question = ask("customer")
    both = (say("My own customers are patient people. I called the customer at once."),)
    assert ENGINE.pick_quote(both, question) == "I called the customer at once"
    assert ENGINE.pick_quote((say("I polished the ancient trombone."),), question) == ""
    assert ENGINE.pick_quote((say("The customer lives near the harbour."),), question) == ""
    assert ENGINE.pick_quote((), question) == ""
    two_turns = (*both, say("I sent the customer a new order.", turn_id="turn-1"))
    assert ENGINE.pick_quote(two_turns, question) == "I sent the customer a new order"


def test_a_score_is_in_the_language_of_its_questions() -> None:
    english, chinese = ask("customer"), ask("customer", "zh-CN")
    assessment = ENGINE.assess(english, (say(STORY),))
    rubric = {entry.competency.id: entry.competency for entry in ENGINE.rubric.competencies}
    for question in (english, chinese):
        for level in ENGINE.score(((question, assessment),)).levels:
            assert level.level is not None
            assert level.anchor == rubric[level.competency].anchors[question.language][level.level - 1]


def test_an_own_rubric_stands_beside_the_shipped_ones() -> None:
    own = ScoringEngine.default({})
    assert own.versions == ENGINE.versions
    assert own.competencies() == ENGINE.competencies()
    assert ENGINE.label_indicator("no such", "listened", "en") == "listened"


def test_without_a_question_of_competencies_an_answer_has_flags_alone() -> None:
    question = Question("q", "What happened?", "open", (), 1, "en")
    assessment = ENGINE.assess(question, (say("I called the customer."),))
    assert assessment.levels == ()
    assert Flag.TOO_SHORT in assessment.flags


def test_time_left_is_never_more_than_was_planned() -> None:
    assert measure_progress((60_000, 30_000), 1, 30_000).remaining_ms == 0
    assert measure_progress((60_000, 30_000), 1, 29_999).remaining_ms == 1
    assert measure_progress((60_000,), 0, -1).remaining_ms == 60_000
    assert measure_progress((60_000, 30_000), 2, 5_000).remaining_ms == 0


@pytest.mark.parametrize("quote", ["", "we packed"])
def test_the_lines_go_round_and_step_aside_for_the_one_before(quote: str) -> None:
    lines = [transition("en", previous=None, index=index, quote=quote) for index in range(6)]
    assert lines[5] == lines[0]
    assert len(set(lines)) == 5
    assert transition("en", previous=lines[2], index=2, quote=quote) == lines[3]
    assert transition("en", previous=lines[4], index=4, quote=quote) == lines[0]
    assert transition("en", previous=lines[1], index=2, quote=quote) == lines[2]

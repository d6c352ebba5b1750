"""What is sent: data in a fence that data cannot close, the same for the same words, nothing that must not be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.opinion.excerpt import LONGEST_EXCERPT, read_excerpt
from realtime_scoring.opinion.levels import LevelTask, prepare_levels, prompt_levels
from realtime_scoring.opinion.outcome import Withheld, Withholding
from realtime_scoring.opinion.prompt import Prompt, make_fence
from realtime_scoring.opinion.wording import WordingTask, prepare_wording, prompt_wording
from realtime_scoring.types import AnswerText, Flag, FollowUp, Language
from tests.unit.opinion.samples import (
    ENGINE,
    LEXICONS,
    NAMES,
    QUESTIONS,
    assess,
    make_answer,
    make_level_task,
    make_planned,
    make_wording_task,
)
from tests.unit.scoring.material import UNHURRIED

LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")


def read(prompt: Prompt) -> str:
    return "\n".join(message.text for message in prompt.messages)


@UNHURRIED
@given(st.lists(st.text(alphabet="dDａＡATa-－123<>E \n", max_size=30), max_size=5))
def test_no_data_holds_the_mark(lines: list[str]) -> None:
    fence = make_fence(lines)
    wrapped = fence.wrap("ANSWER", lines)
    assert wrapped.count(fence.mark) == 2
    assert fence.mark.lower() not in "\n".join(lines).lower()
    assert make_fence(lines) == fence


def test_a_forged_mark_moves_the_real_one_on() -> None:
    assert make_fence(["so data-1 and DATA-2", "ＤＡＴＡ－3"]).mark == "DATA-4"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_words_are_asked_in_the_same_way(language: Language) -> None:
    assert prompt_wording(make_wording_task(language)) == prompt_wording(make_wording_task(language))
    assert prompt_levels(make_level_task(language)) == prompt_levels(make_level_task(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_or_number_leaves(language: Language) -> None:
    for prompt in (prompt_wording(make_wording_task(language)), prompt_levels(make_level_task(language))):
        text = read(prompt)
        assert "[PERSON]" in text
        assert "[PHONE]" in text
        for secret in ("Okafor", "Maria", "Borealis", "555", "7788", "王小明", "13800138000"):
            assert secret not in text


def test_names_in_the_question_and_in_the_planned_text_are_hidden_too() -> None:
    planned = FollowUp("result", 'You said "I called Maria". What was the result?', Flag.NO_RESULT, "t1", "", 0, 0)
    text = read(prompt_wording(make_wording_task(planned=planned)))
    assert "I called [PERSON]" in text
    assert "Maria" not in text


def test_who_somebody_is_is_left_out() -> None:
    said = "My name is Maria Okafor. I am from the north. I was married then. We shared the work."
    excerpt = read_excerpt((make_answer("en", said),), LEXICONS, NAMES)
    assert not isinstance(excerpt, Withheld)
    text = "\n".join(line.text for line in excerpt.lines)
    assert "We shared the work" in text
    for secret in ("north", "married", "Maria", "PERSON"):
        assert secret not in text


def test_nothing_is_sent_for_wording_of_what_is_private_or_grave() -> None:
    for said in ("I was sick and we shared the work.", "My father passed away, so we shared the work in the team."):
        task = prepare_wording(
            QUESTIONS["en"], make_planned(), (make_answer("en", said),), LEXICONS, names=NAMES, asked=()
        )
        assert task == Withheld(Withholding.SENSITIVE)


def test_the_question_is_put_in_the_same_words_to_everybody() -> None:
    answers = (make_answer("en"),)
    for planned in (
        make_planned("back_to_question"),
        FollowUp("own_part", "Of course. The question was: ...", Flag.ASKED_TO_REPEAT, "t1", "", 0, 0),
    ):
        task = prepare_wording(QUESTIONS["en"], planned, answers, LEXICONS, names=NAMES, asked=())
        assert task == Withheld(Withholding.FIXED_WORDS)
    chosen = make_wording_task(planned=make_planned(alternatives=("back_to_question", "quantity")), choose=True)
    assert chosen.allowed == ("result", "quantity")
    assert make_wording_task().allowed == ("result",)


def test_empty_and_endless_answers_are_not_sent() -> None:
    assert read_excerpt((), LEXICONS, NAMES) == Withheld(Withholding.NOTHING_TO_READ)
    assert read_excerpt((make_answer("en", "  ...  "),), LEXICONS, NAMES) == Withheld(Withholding.NOTHING_TO_READ)
    endless = " ".join(f"We moved box {number}." for number in range(LONGEST_EXCERPT // 12))
    assert read_excerpt((make_answer("en", endless),), LEXICONS, NAMES) == Withheld(Withholding.TOO_LONG)


def test_too_little_evidence_is_a_result_and_not_asked_about() -> None:
    answer = AnswerText("t1", "We shared the work.", "en")
    embedded = assess(QUESTIONS["en"], answer)
    assert embedded.level is None
    entry = ENGINE.rubric.find("teamwork")
    prepared = prepare_levels(QUESTIONS["en"], entry, embedded, (answer,), LEXICONS, names=NAMES)
    assert prepared == Withheld(Withholding.NOT_ENOUGH_EVIDENCE)
    unknown = prepare_levels(QUESTIONS["en"], None, embedded, (answer,), LEXICONS, names=NAMES)
    assert unknown == Withheld(Withholding.UNKNOWN_COMPETENCY)


def test_the_level_of_the_rules_is_not_told() -> None:
    one, five = make_level_task(level=1), make_level_task(level=5)
    assert isinstance(one, LevelTask)
    assert prompt_levels(one) == prompt_levels(five)


@pytest.mark.parametrize("make", [make_wording_task, make_level_task])
def test_schemas_are_strict(make: object) -> None:
    task = make_wording_task() if make is make_wording_task else make_level_task()
    schema = (prompt_wording(task) if isinstance(task, WordingTask) else prompt_levels(task)).schema
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert schema["required"] == list(properties)


def test_what_is_hidden_and_lies_across_two_clauses_is_hidden_in_both() -> None:
    said = "I rang 7946 0958. 1234 was the line of the team, and we shared the work."
    excerpt = read_excerpt((make_answer("en", said),), LEXICONS, NAMES)
    assert not isinstance(excerpt, Withheld)
    texts = [line.text for line in excerpt.lines]
    assert texts[0].endswith("[PHONE]")
    assert not any(digit in text for text in texts for digit in "0123456789")

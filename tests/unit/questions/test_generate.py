"""The same questions in the same order for everybody, and each competency asked for twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.errors import DataError
from realtime_scoring.questions.bank import ASKED_KINDS, QuestionBank
from realtime_scoring.questions.competency_model import CompetencyModel, ModelEntry, derive_model
from realtime_scoring.questions.generate import GeneratedQuestion, generate_questions
from realtime_scoring.types import Language
from tests.unit.questions.jobs import DATA, JOBS, RUBRIC, read
from tests.unit.scoring.material import LANGUAGES, UNHURRIED

NAMES = [entry.competency.id for entry in RUBRIC.competencies]


def model_of(*names: str, **weights: float) -> CompetencyModel:
    return CompetencyModel("", None, "en", tuple(ModelEntry(name, True, weights.get(name, 1.0)) for name in names))


def ask(model: CompetencyModel, count: int, *, seed: int = 0, language: Language = "en") -> list[GeneratedQuestion]:
    return list(generate_questions(model, DATA.bank, count=count, language=language, seed=seed))


def covered(questions: list[GeneratedQuestion]) -> Counter[str]:
    return Counter(name for question in questions for name in question.competencies)


@UNHURRIED
@given(st.permutations(NAMES), st.integers(3, 6), st.integers(1, 24), st.integers(-5, 10**12))
def test_whatever_is_chosen_is_covered(order: list[str], chosen: int, count: int, seed: int) -> None:
    model = model_of(*order[:chosen])
    questions = ask(model, count, seed=seed)
    assert questions == ask(model, count, seed=seed)
    assert len({question.template.id for question in questions}) == count
    counts = covered(questions)
    assert set(counts) <= set(order[:chosen])
    if count >= chosen:
        assert all(counts[name] >= 1 for name in order[:chosen])
    if count >= 2 * chosen:
        assert all(counts[name] >= 2 for name in order[:chosen])
    kinds = [ASKED_KINDS.index(question.template.kind) for question in questions]
    assert kinds == sorted(kinds)
    for question in questions:
        assert question.asked_for in question.competencies
        assert {item.competency for item in question.dimensions} == set(question.competencies)


def test_both_languages_ask_the_same() -> None:
    model = model_of("teamwork", "learning", "resilience")
    english, chinese = (ask(model, 6, language=language) for language in LANGUAGES)
    assert [question.template for question in english] == [question.template for question in chinese]
    for question, other in zip(english, chinese, strict=True):
        assert question.text != other.text


def test_a_seed_changes_some_questions_and_no_coverage() -> None:
    model = model_of("teamwork", "learning", "resilience")
    asked = {tuple(question.template.id for question in ask(model, 6, seed=seed)) for seed in range(12)}
    assert len(asked) > 1


def test_the_past_is_asked_about_for_every_competency() -> None:
    for seed in range(5):
        questions = ask(model_of(*NAMES[:4]), 8, seed=seed)
        past = covered([question for question in questions if question.template.kind == "behavioural"])
        assert set(past) == set(NAMES[:4])


def test_weight_decides_what_comes_beyond_two() -> None:
    counts = covered(ask(model_of("teamwork", "learning", "resilience", learning=5.0), 12))
    assert counts["learning"] > counts["teamwork"]
    assert counts["learning"] > counts["resilience"]
    assert min(counts.values()) >= 2


@pytest.mark.parametrize("name", JOBS)
def test_the_match_to_the_job_is_reported_with_its_words(name: str) -> None:
    job = read(name)
    model = derive_model(job, RUBRIC, DATA.cues)
    questions = generate_questions(model, DATA.bank, count=8, language=job.language, job=job)
    for question in questions:
        assert 0.0 <= question.match <= 1.0
        assert bool(question.reasons) == (question.match > 0)
        for reason in question.reasons:
            text = job.title if reason.quote.part == "title" else job.text
            assert text[reason.quote.char_start : reason.quote.char_end] == reason.quote.quote
            assert reason.competency is None or reason.competency in question.competencies
    assert len({question.match for question in questions}) > 1


def test_a_job_that_names_nothing_matches_nothing() -> None:
    assert {question.match for question in ask(model_of(*NAMES[:3]), 6)} == {0.0}


def test_the_setting_of_the_job_counts() -> None:
    job = read("nurse")
    derived = derive_model(job, RUBRIC, DATA.cues)
    named = tuple(entry for entry in derived.entries if entry.competency in ("resilience", "communication"))
    model = replace(derived, entries=named)
    heated = QuestionBank(tuple(item for item in DATA.bank.templates if item.id == "resilience-heated"))
    inside = generate_questions(model, heated, count=1, language="en", job=job)[0]
    outside = generate_questions(model, heated, count=1, language="en")[0]
    assert round(inside.match - outside.match, 2) == 0.3
    setting = [reason for reason in inside.reasons if reason.competency is None]
    assert [reason.quote.quote for reason in setting] == ["emergency ward"]
    assert all(reason.competency for reason in outside.reasons)


@pytest.mark.parametrize("count", [0, -1, 25])
def test_a_count_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(DataError, match="expected 1 to 24 questions"):
        ask(model_of(*NAMES[:3]), count)


def test_a_bank_that_is_too_small_is_told() -> None:
    few = QuestionBank(DATA.bank.of_competency("teamwork")[:1])
    with pytest.raises(DataError, match="there are only 1 questions"):
        generate_questions(model_of("teamwork"), few, count=3, language="en")


def test_nothing_chosen_is_refused() -> None:
    model = model_of("teamwork")
    nothing = replace(model, entries=tuple(replace(entry, chosen=False) for entry in model.entries))
    with pytest.raises(DataError, match="no competency is chosen"):
        ask(nothing, 3)


def test_a_competency_that_no_question_asks_for_is_told() -> None:
    with pytest.raises(DataError, match="no question asks for 'courage'"):
        ask(model_of("teamwork", "learning", "courage"), 6)

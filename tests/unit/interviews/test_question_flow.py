"""A flow keeps the order that somebody has given its questions."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.questions.generate import measure_match
from server.errors import FieldProblem
from server.interviews.question_desk import CompetencyModelInvalid, Proposal, QuestionDesk, QuestionsUnfit, Wish
from server.interviews.question_flow import build_flow
from server.protocol.flow import Flow
from server.protocol.job import Job, WeighedCompetency
from tests.unit.questions.jobs import ENGINEER

DESK = QuestionDesk.open(ScoringEngine.default())
JOB = DESK.read(Job(text=ENGINEER))
CHOICE = [WeighedCompetency(id=entry.competency, chosen=entry.chosen) for entry in DESK.derive(JOB).entries]
MODEL = DESK.weigh(JOB, CHOICE)
PROPOSAL = DESK.propose(JOB, MODEL, count=12, seed=0)


def order_of(flow: Flow) -> list[str]:
    return [question.id for stage in flow.stages for question in stage.questions]


def test_one_stage_for_each_kind_as_proposed() -> None:
    flow = build_flow(JOB.title, PROPOSAL.asked)
    assert [stage.id for stage in flow.stages] == ["experience", "situations", "logic", "closing"]
    assert order_of(flow) == [one.template.id for one in PROPOSAL.asked]


def test_any_other_order_is_kept() -> None:
    past = [one for one in PROPOSAL.asked if one.template.kind == "behavioural"]
    logic = [one for one in (*PROPOSAL.asked, *PROPOSAL.spare) if one.template.kind == "logic"]
    asked = (logic[0], *past[:2], logic[1], past[2])
    flow = build_flow(JOB.title, asked, flow_id="mine", version=3, title={"en": "A", "zh-CN": "B"})
    assert order_of(flow) == [one.template.id for one in asked]
    assert (flow.id, flow.version, flow.title) == ("mine", 3, {"en": "A", "zh-CN": "B"})
    assert [stage.id for stage in flow.stages] == ["logic", "experience", "logic-2", "experience-2", "closing"]


def test_more_changes_of_kind_than_stages_are_refused() -> None:
    proposal = DESK.propose(JOB, MODEL, count=24, seed=0)
    by_kind = [
        [one for one in (*proposal.asked, *proposal.spare) if one.template.kind == kind]
        for kind in ("behavioural", "situational")
    ]
    with pytest.raises(ValidationError):
        build_flow(JOB.title, [one for pair in zip(*by_kind, strict=False) for one in pair])


def test_what_is_spare_is_everything_else_that_fits_best_first() -> None:
    taken = {one.template.id for one in PROPOSAL.asked}
    spare = {one.template.id for one in PROPOSAL.spare}
    chosen = {entry.competency for entry in MODEL.chosen}
    fitting = {one.id for one in DESK.data.bank.templates if chosen & set(one.competencies)}
    assert taken | spare == fitting
    assert not taken & spare
    matches = [one.match for one in PROPOSAL.spare]
    assert matches == sorted(matches, reverse=True)
    assert {name for one in PROPOSAL.spare for name in one.competencies} <= chosen


def test_the_match_of_a_flow_is_the_mean() -> None:
    assert measure_match(()) == 0
    whole = sum(one.match for one in PROPOSAL.asked) / len(PROPOSAL.asked)
    assert PROPOSAL.match == round(whole, 2)
    assert 0 < PROPOSAL.match <= 1


def settle(*wishes: Wish) -> Proposal:
    return DESK.settle(JOB, MODEL, wishes)


def test_settled_questions_are_those_wished_for() -> None:
    first, second = PROPOSAL.asked[0].template, PROPOSAL.spare[0].template
    words = {**first.text, "en": "Tell me about a change of yours that went wrong. What did you do then?"}
    settled = settle(Wish(second.id, dict(second.text)), Wish(first.id, words))
    assert [one.template.id for one in settled.asked] == [second.id, first.id]
    assert settled.asked[1].template.text == words
    assert settled.asked[1].template.dimensions == first.dimensions
    assert first.text != words, "the bank itself was changed"


def test_each_unfit_text_is_named_with_its_place() -> None:
    first, second = (one.template for one in PROPOSAL.asked[:2])
    with pytest.raises(QuestionsUnfit) as caught:
        settle(Wish(first.id, dict(first.text)), Wish(second.id, {"en": "Are you married?", "zh-CN": ""}))
    assert caught.value.problems == (
        FieldProblem("questions.1.text.en", "protected_topic", "married"),
        FieldProblem("questions.1.text.zh-CN", "empty"),
    )


def test_reasons_come_from_the_job_whatever_the_caller_chose() -> None:
    turned = [one.model_copy(update={"weight": 2.0}) for one in CHOICE[::-1]]
    model = DESK.weigh(JOB, turned)
    derived = {entry.competency: entry.why for entry in DESK.derive(JOB).entries}
    assert {entry.competency: entry.why for entry in model.entries} == derived
    assert {entry.weight for entry in model.entries} == {2.0}
    with pytest.raises(CompetencyModelInvalid, match="choose 3 to 6"):
        DESK.weigh(JOB, CHOICE[:2])

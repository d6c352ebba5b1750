"""The words of docs/gold-set.md: which labels an answer may carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    DEVELOP = "develop"
    HELD_OUT = "held_out"
    TRAINING = "training"


class QuestionKind(StrEnum):
    BEHAVIOURAL = "behavioural"
    SITUATIONAL = "situational"


class Shows(StrEnum):
    BEHAVIOUR = "behaviour"
    OWN_ACTION = "own_action"
    RESULT = "result"
    MEASURED_RESULT = "measured_result"
    REFLECTION = "reflection"
    COUNTER = "counter"


class Follow(StrEnum):
    """The one follow-up a trained interviewer would ask."""

    BACK_TO_QUESTION = "back_to_question"
    SPECIFIC_EXAMPLE = "specific_example"
    OWN_PART = "own_part"
    RESULT = "result"
    QUANTITY = "quantity"
    CONTEXT = "context"
    NONE = "none"


FOLLOWS = {
    QuestionKind.BEHAVIOURAL: frozenset(Follow),
    QuestionKind.SITUATIONAL: frozenset({Follow.BACK_TO_QUESTION, Follow.OWN_PART, Follow.NONE}),
}

LEVELS = range(1, 6)


@dataclass(frozen=True, slots=True)
class Competency:
    name: str
    indicators: frozenset[str]
    negative: frozenset[str]
    held_out: QuestionKind = QuestionKind.BEHAVIOURAL
    """The kind of the held-out question; to develop on, a behavioural one is always asked, and one of this kind."""


def _competency(
    name: str, indicators: str, negative: str, held_out: QuestionKind = QuestionKind.BEHAVIOURAL
) -> Competency:
    return Competency(name, frozenset(indicators.split()), frozenset(negative.split()), held_out)


COMPETENCIES = {
    competency.name: competency
    for competency in (
        _competency(
            "communication",
            "listened explained informed conversed checked_understanding adapted",
            "refused_to_talk",
        ),
        _competency(
            "customer_focus",
            "contacted_customer understood_need explained_honestly solved_case checked_back prevented",
            "dismissed_customer",
        ),
        _competency(
            "learning",
            "drew_lesson changed_practice sought_feedback studied applied wants_to_learn",
            "rejected_feedback",
        ),
        _competency(
            "ownership",
            "took_responsibility decided acted_at_once took_initiative followed_through delivered",
            "shifted_blame",
        ),
        _competency(
            "problem_solving",
            "found_cause planned compared acted verified sequence",
            "gave_up",
            QuestionKind.SITUATIONAL,
        ),
        _competency(
            "resilience",
            "kept_going kept_calm adjusted set_priorities sought_support recovered",
            "gave_in",
        ),
        _competency(
            "teamwork",
            "talked_with_team shared_work supported sought_input settled_difference joint_result",
            "blamed_colleagues",
        ),
        _competency(
            "technical_reasoning",
            "framed_problem broke_down weighed_options tested_assumption traced_cause gave_reason considered_limits",
            "guessed",
            QuestionKind.SITUATIONAL,
        ),
    )
}

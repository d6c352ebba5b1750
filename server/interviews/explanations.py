"""What was found of an interview's answers, and why: as people read it, in the language they ask for.

A pure function of what the log tells and of the rules; the same log under the same versions gives the same texts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.explain import words
from realtime_scoring.explain.types import ExplainedQuote, Explanation
from realtime_scoring.types import Assessment, CompetencyLevel, Confidence, StarPart, Versions
from server.interviews.course import scoring_question
from server.interviews.state import InterviewState
from server.protocol.flow import FlowQuestion, Language

Scoring = Literal["agreed", "refused", "open"]
"""Whether the candidate agreed to it; `open`: nothing was said about it yet."""


@dataclass(frozen=True, slots=True)
class QuoteShown:
    """Exact words of the answer `turn_id`, what they show, and why they count less, if so."""

    turn_id: str
    quote: str
    char_start: int
    char_end: int
    t_start_ms: int | None
    t_end_ms: int | None
    indicator: str
    label: str
    remark: str
    star: StarPart | None


@dataclass(frozen=True, slots=True)
class ReasonShown:
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CompetencyExplained:
    """Of one competency at one question. `level` None: not enough evidence, for `reasons`. All `changes` together
    would have led to `next_anchor`. `sentences` says the whole in order of reading."""

    competency: str
    name: str
    level: int | None
    confidence: Confidence
    anchor: str
    next_anchor: str
    shown: tuple[QuoteShown, ...]
    against: tuple[QuoteShown, ...]
    changes: tuple[str, ...]
    reasons: tuple[ReasonShown, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionExplained:
    """`text` as it was put to the candidate, in the language of the interview; `turns`: the answers it is about."""

    question_id: str
    number: int
    text: str
    turns: tuple[str, ...]
    competencies: tuple[CompetencyExplained, ...]


@dataclass(frozen=True, slots=True)
class InterviewExplained:
    """`agreement_with_human_raters`: whoever shows a level shows this beside it. `rules_changed`: scored, in part,
    under other rules than those that stand now, so what would have changed a level can no longer be told."""

    interview: str
    language: Language
    interview_language: Language
    scoring: Scoring
    demonstration: bool
    agreement_with_human_raters: Literal["unknown until measured"]
    versions: tuple[Versions, ...]
    rules_changed: bool
    questions: tuple[QuestionExplained, ...]


def explain_interview(state: InterviewState, engine: ScoringEngine, language: Language) -> InterviewExplained:
    """Questions in the order of the flow; those that were not assessed are left out."""
    rules_changed = any(versions != engine.versions for versions in state.scored_with)
    assessments = dict(state.assessments)
    numbered = enumerate((question for stage in state.whole_flow.stages for question in stage.questions), start=1)
    return InterviewExplained(
        interview=state.id,
        language=language,
        interview_language=state.language,
        scoring=_tell_consent(state),
        demonstration=state.demonstration,
        agreement_with_human_raters="unknown until measured",
        versions=state.scored_with,
        rules_changed=rules_changed,
        questions=tuple(
            _explain_question(state, question, number, assessments[question.id], engine, language, rules_changed)
            for number, question in numbered
            if question.id in assessments
        ),
    )


def _tell_consent(state: InterviewState) -> Scoring:
    if "ai_scoring" in state.consents:
        return "agreed"
    return "refused" if "ai_scoring" in state.refusals else "open"


def _explain_question(
    state: InterviewState,
    question: FlowQuestion,
    number: int,
    assessment: Assessment,
    engine: ScoringEngine,
    language: Language,
    rules_changed: bool,
) -> QuestionExplained:
    explained = engine.explain(scoring_question(state, question), assessment, language)
    if rules_changed:
        explained = tuple(map(_keep_to_the_log, explained, assessment.levels))
    return QuestionExplained(
        question_id=question.id,
        number=number,
        text=question.text[state.language],
        turns=tuple(turn.id for turn in state.turns_of(question.id)),
        competencies=tuple(map(_show, explained, assessment.levels)),
    )


def _keep_to_the_log(explanation: Explanation, level: CompetencyLevel) -> Explanation:
    """The anchor as it was then, in the words of then; what would have led further is not known any more."""
    if level.level is None:
        return explanation
    reached = words.REACHED[explanation.language].format(name=explanation.name, level=level.level, anchor=level.anchor)
    return replace(explanation, anchor=level.anchor, next_anchor="", changes=(), sentences=(reached,))


def _show(explanation: Explanation, level: CompetencyLevel) -> CompetencyExplained:
    return CompetencyExplained(
        competency=explanation.competency,
        name=explanation.name,
        level=explanation.level,
        confidence=level.confidence,
        anchor=explanation.anchor,
        next_anchor=explanation.next_anchor,
        shown=tuple(_show_quote(quote) for quote in explanation.shown),
        against=tuple(_show_quote(quote) for quote in explanation.against),
        changes=tuple(change.text for change in explanation.changes),
        reasons=tuple(ReasonShown(reason.code, reason.text) for reason in explanation.reasons),
        sentences=explanation.sentences,
    )


def _show_quote(quote: ExplainedQuote) -> QuoteShown:
    evidence = quote.evidence
    return QuoteShown(
        turn_id=evidence.turn_id,
        quote=evidence.quote,
        char_start=evidence.char_start,
        char_end=evidence.char_end,
        t_start_ms=evidence.t_start_ms,
        t_end_ms=evidence.t_end_ms,
        indicator=evidence.indicator,
        label=quote.label,
        remark=quote.remark,
        star=evidence.star,
    )

"""What the engine makes of the gold answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import (
    AnswerText,
    AskedFollowUps,
    Evidence,
    FollowUp,
    FollowUpKind,
    FollowUpLimits,
    Language,
    Question,
)
from tests.gold.guide import FOLLOWS, Follow, Shows
from tests.gold.loader import Answer, Sheet

FOLLOW_UPS_ALLOWED = 2

LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `[start, end)` of the answer that speak for (1) or against (-1) the competency."""

    start: int
    end: int
    sign: int

    def is_about(self, other: Span) -> bool:
        """The same thing: the same sign, and at least half of the shorter one shared."""
        shared = min(self.end, other.end) - max(self.start, other.start)
        return self.sign == other.sign and 2 * shared >= min(self.end - self.start, other.end - other.start)


@dataclass(frozen=True, slots=True)
class Reading:
    """One gold answer beside the engine's result for it."""

    sheet: Sheet
    answer: Answer
    level: int | None
    evidence: tuple[Evidence, ...]
    probe: Follow
    within_policy: bool

    @property
    def given(self) -> tuple[Span, ...]:
        return tuple(dict.fromkeys(Span(item.char_start, item.char_end, item.sign) for item in self.evidence))

    @property
    def wanted(self) -> tuple[Span, ...]:
        return mark_evidence(self.answer)


def mark_evidence(answer: Answer, left_out: frozenset[Shows] = frozenset()) -> tuple[Span, ...]:
    """Where the labelled quotes stand, but for those that show what is left out. A quote that stands in the text more
    than once is its first place."""
    starts = [(answer.text.index(item.quote), item) for item in answer.evidence if item.shows not in left_out]
    return tuple(Span(start, start + len(item.quote), item.sign) for start, item in starts)


def ask(sheet: Sheet) -> Question:
    language: Language = "zh-CN" if sheet.language == "zh-CN" else "en"
    return Question(
        id=sheet.competency,
        text=sheet.question.text,
        kind="situational" if sheet.question.kind == "situational" else "behavioural",
        competencies=(sheet.competency,),
        follow_up_limit=FOLLOW_UPS_ALLOWED,
        language=language,
    )


def read(engine: ScoringEngine, sheet: Sheet, answer: Answer) -> Reading:
    question = ask(sheet)
    said = (AnswerText(answer.id, answer.text, question.language),)
    assessment = engine.assess(question, said)
    asked = AskedFollowUps()
    follow_up = engine.plan_follow_up(question, said, assessment, asked, FollowUpLimits())
    (level,) = assessment.levels
    return Reading(
        sheet=sheet,
        answer=answer,
        level=level.level,
        evidence=level.evidence,
        probe=Follow(follow_up.kind) if follow_up else Follow.NONE,
        within_policy=follow_up is None or _is_within_policy(follow_up, question, sheet, answer),
    )


def read_all(engine: ScoringEngine, sheets: tuple[Sheet, ...]) -> tuple[Reading, ...]:
    return tuple(read(engine, sheet, answer) for sheet in sheets for answer in sheet.answers)


def _is_within_policy(follow_up: FollowUp, question: Question, sheet: Sheet, answer: Answer) -> bool:
    """A planned kind that the question allows, short, a whole sentence, quoting exactly, and not itself as another."""
    longest = 30 if question.language == "en" else 60
    length = len(follow_up.text.split()) if question.language == "en" else len(follow_up.text)
    return (
        follow_up.kind in get_args(FollowUpKind)
        and Follow(follow_up.kind) in FOLLOWS[sheet.question.kind]
        and follow_up.kind not in follow_up.alternatives
        and follow_up.quote == answer.text[follow_up.char_start : follow_up.char_end]
        and follow_up.quote in follow_up.text
        and follow_up.text.rstrip().endswith(("?", "？", ".", "。"))
        and (length <= longest or question.text in follow_up.text)
    )

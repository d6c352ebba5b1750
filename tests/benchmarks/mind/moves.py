"""Whether answers move by a transform as they may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import AnswerText, Assessment
from tests.benchmarks.mind.reading import ask
from tests.benchmarks.mind.transforms import PEOPLE, TRANSFORMS, Move
from tests.gold.loader import Answer, Sheet

SWAP = "person_swap"


@dataclass(frozen=True, slots=True)
class Case:
    transform: str
    answer_id: str
    before: int | None
    after: int | None
    holds: bool


def try_all(engine: ScoringEngine, sheets: Iterable[Sheet]) -> tuple[Case, ...]:
    """Over every answer that has a level by the rules."""
    return tuple(case for sheet in sheets for answer in sheet.answers for case in _try(engine, sheet, answer))


def _try(engine: ScoringEngine, sheet: Sheet, answer: Answer) -> Iterable[Case]:
    language = ask(sheet).language
    before = _rate(_assess(engine, sheet, answer.text))
    if before is None:
        return
    for transform in TRANSFORMS:
        after = _rate(_assess(engine, sheet, transform.apply(answer.text, language)))
        yield Case(transform.name, answer.id, before, after, is_allowed(transform.move, before, after))
    swapped = [_shown(_assess(engine, sheet, person + answer.text), len(person)) for person in PEOPLE[language]]
    level = swapped[0].levels[0].level
    yield Case(SWAP, answer.id, before, level, level == before and all(other == swapped[0] for other in swapped))


def is_allowed(move: Move, before: int, after: int | None) -> bool:
    if move is Move.NO_LEVEL:
        return after is None
    if move is Move.NOT_UP:
        return after is None or after <= before
    if move is Move.VAGUE:
        return after is None or (after <= 2 and (before < 3 or after < before))
    if after is None:
        return False
    if move is Move.NOT_DOWN:
        return after >= before
    return abs(after - before) <= (1 if move is Move.WITHIN_ONE else 0)


def _assess(engine: ScoringEngine, sheet: Sheet, text: str) -> Assessment:
    question = ask(sheet)
    return engine.assess(question, (AnswerText("t", text, question.language),))


def _rate(assessment: Assessment) -> int | None:
    return assessment.levels[0].level


def _shown(assessment: Assessment, shift: int) -> Assessment:
    """With the places of its quotes counted from behind what was put before."""
    return replace(
        assessment,
        levels=tuple(
            replace(
                level,
                evidence=tuple(
                    replace(item, char_start=item.char_start - shift, char_end=item.char_end - shift)
                    for item in level.evidence
                ),
            )
            for level in assessment.levels
        ),
    )

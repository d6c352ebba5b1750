"""One level from the rules' and several of a model's: the median, and a person's look where they are far apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from realtime_scoring.opinion.levels_gate import LevelOpinion
from realtime_scoring.opinion.outcome import Refusal, Refused, Source
from realtime_scoring.types import CompetencyLevel

APART = 2

ReviewReason = Literal["levels_apart", "evidence_doubted"]


@dataclass(frozen=True, slots=True)
class CombinedLevel:
    """`embedded` is kept beside the `level`; `levels` are those taken from the model, in order of its runs, None for
    "not enough evidence". `review`: why a person should look."""

    competency: str
    level: int | None
    source: Source
    embedded: int | None
    levels: tuple[int | None, ...]
    refusals: tuple[Refusal, ...]
    review: ReviewReason | None


def combine_opinions(embedded: CompetencyLevel, runs: tuple[LevelOpinion | Refused, ...]) -> CombinedLevel:
    """Median of the rules' level and the model's; between two, the one nearer to the rules. A level that the rules did
    not find is never made here, and one that they found is never taken away."""
    opinions = [run for run in runs if isinstance(run, LevelOpinion) and run.competency == embedded.competency]
    refusals = tuple(run.reason for run in runs if isinstance(run, Refused))
    levels = tuple(opinion.level for opinion in opinions)
    known = [level for level in levels if level is not None]
    if embedded.level is None or not opinions:
        return CombinedLevel(embedded.competency, embedded.level, "embedded", embedded.level, levels, refusals, None)
    review: ReviewReason | None = None
    if max((*known, embedded.level)) - min((*known, embedded.level)) >= APART:
        review = "levels_apart"
    elif len(known) * 2 < len(levels):
        review = "evidence_doubted"
    level = _find_median((embedded.level, *known), embedded.level)
    source: Source = "hybrid" if known else "embedded"
    return CombinedLevel(embedded.competency, level, source, embedded.level, levels, refusals, review)


def _find_median(levels: tuple[int, ...], embedded: int) -> int:
    ordered = sorted(levels)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    middle = (low + high) / 2
    if middle == int(middle):
        return int(middle)
    # Halfway between two levels: towards the rules, which say the same every time.
    return int(middle) if embedded <= middle else int(middle) + 1

"""What a final segment costs in an answer that grows to five minutes: assessed anew with each."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import AnswerText, AskedFollowUps, FollowUpLimits, Language
from tests.benchmarks.mind.reading import ask
from tests.gold.loader import Sheet

SEGMENTS = 60
LENGTH: dict[Language, int] = {"en": 4000, "zh-CN": 1200}
"""Characters said in five minutes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`p50_ms` and `p95_ms` of what is done with each segment; `plan_p95_ms` of the decision at an end of turn."""

    p50_ms: float
    p95_ms: float
    plan_p95_ms: float


def measure_cost(engine: ScoringEngine, sheets: tuple[Sheet, ...]) -> Cost:
    """Answers of many sheets put end to end; the first time they are read, so nothing is known beforehand."""
    question = ask(sheets[0])
    text = " ".join(answer.text for sheet in sheets for answer in sheet.answers)[: LENGTH[question.language]]
    taken_ms, planned_ms = [], []
    for segment in range(1, SEGMENTS + 1):
        said = (AnswerText("t", text[: len(text) * segment // SEGMENTS], question.language),)
        began = perf_counter()
        assessment = engine.assess(question, said)
        taken_ms.append((perf_counter() - began) * 1000)
        began = perf_counter()
        engine.plan_follow_up(question, said, assessment, AskedFollowUps(), FollowUpLimits())
        planned_ms.append((perf_counter() - began) * 1000)
    cuts = quantiles(taken_ms, n=20)
    return Cost(cuts[9], cuts[18], quantiles(planned_ms, n=20)[18])

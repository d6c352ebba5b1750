"""How long to look at what."""

from __future__ import annotations

from dataclasses import dataclass

from media.types import LanguageCode
from tests.benchmarks.asr.load import LoadPlan
from tests.benchmarks.asr.material import Background, Talk, choose, make_talk
from tests.benchmarks.asr.peer import Ending
from tests.benchmarks.asr.stage import StagePlan
from tests.benchmarks.asr.ways import Habit


@dataclass(frozen=True, slots=True)
class Plan:
    """`answers` and `peer_answers`: how many of each language, none longer than `longest_s`, and `noisy_answers` in
    each babble; at least `noise_sessions` share ten minutes."""

    quick: bool
    answers: int
    peer_answers: int
    noisy_answers: int
    talk_answers: int
    longest_s: float
    noise_sessions: int
    load: LoadPlan


QUICK = Plan(
    quick=True,
    answers=1,
    peer_answers=1,
    noisy_answers=1,
    talk_answers=2,
    longest_s=9.0,
    noise_sessions=80,
    load=LoadPlan(
        shape="tiny",
        talks=8,
        answers=5,
        longest_s=7.5,
        tries=(2, 1),
        habits=(Habit(2, Ending.PROMOTED), Habit(2, Ending.AT_STOPS)),
        one=StagePlan(spread_s=0, warm_up_s=1, window_s=8, drain_s=2),
        many=StagePlan(spread_s=3, warm_up_s=4, window_s=9, drain_s=4),
        past=StagePlan(spread_s=3, warm_up_s=3, window_s=3, drain_s=20, gated=False),
    ),
)
FULL = Plan(
    quick=False,
    answers=12,
    peer_answers=4,
    noisy_answers=6,
    talk_answers=6,
    longest_s=30.0,
    noise_sessions=10,
    load=LoadPlan(
        shape="tiny",
        talks=16,
        answers=8,
        longest_s=8.0,
        tries=(4, 3),
        habits=(Habit(1, Ending.PROMOTED), Habit(2, Ending.AFTER_PAUSE), Habit(2, Ending.AT_STOPS)),
        one=StagePlan(spread_s=0, warm_up_s=2, window_s=40, drain_s=3),
        many=StagePlan(spread_s=8, warm_up_s=12, window_s=30, drain_s=10, finals=40),
        past=StagePlan(spread_s=8, warm_up_s=8, window_s=12, drain_s=60, gated=False),
    ),
)


def make_reading(answers: int, plan: Plan, background: Background | None = None) -> list[Talk]:
    """So many answers of each language, in talks of one language each."""
    languages: tuple[LanguageCode, LanguageCode] = ("en", "zh-CN")
    talks: list[Talk] = []
    for language in languages:
        chosen = choose(answers, language, longest_s=plan.longest_s)
        talks += [
            make_talk(f"{language}-{at}", chosen[at : at + plan.talk_answers], seed=at, background=background)
            for at in range(0, len(chosen), plan.talk_answers)
        ]
    return talks

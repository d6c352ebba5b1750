"""How long to look at what."""

from __future__ import annotations

from dataclasses import dataclass

from media.types import LanguageCode
from tests.benchmarks.asr.load import LoadPlan
from tests.benchmarks.asr.material import Talk, choose, make_talk
from tests.benchmarks.asr.stage import StagePlan


@dataclass(frozen=True, slots=True)
class Plan:
    """`answers` and `peer_answers`: how many of each language, none longer than `longest_s`; `noise_sessions` share ten
    minutes."""

    quick: bool
    answers: int
    peer_answers: int
    talk_answers: int
    longest_s: float
    noise_sessions: int
    load: LoadPlan


QUICK = Plan(
    quick=True,
    answers=2,
    peer_answers=1,
    talk_answers=2,
    longest_s=9.0,
    noise_sessions=50,
    load=LoadPlan(
        shape="tiny",
        talks=8,
        answers=5,
        longest_s=7.5,
        tries=(3, 1),
        peer_threads=(1,),
        one=StagePlan(spread_s=0, warm_up_s=1, window_s=19, drain_s=2),
        many=StagePlan(spread_s=4, warm_up_s=4, window_s=9, drain_s=4),
        past=StagePlan(spread_s=3, warm_up_s=3, window_s=3, drain_s=20),
    ),
)
FULL = Plan(
    quick=False,
    answers=18,
    peer_answers=18,
    talk_answers=6,
    longest_s=30.0,
    noise_sessions=10,
    load=LoadPlan(
        shape="tiny",
        talks=16,
        answers=7,
        longest_s=30.0,
        tries=(7, 3),
        peer_threads=(1, 2),
        one=StagePlan(spread_s=0, warm_up_s=2, window_s=90, drain_s=5),
        many=StagePlan(spread_s=8, warm_up_s=10, window_s=40, drain_s=10),
        past=StagePlan(spread_s=8, warm_up_s=8, window_s=20, drain_s=60),
    ),
)


def make_reading(answers: int, plan: Plan) -> list[Talk]:
    """So many answers of each language, in talks of one language each."""
    languages: tuple[LanguageCode, LanguageCode] = ("en", "zh-CN")
    talks: list[Talk] = []
    for language in languages:
        chosen = choose(answers, language, longest_s=plan.longest_s)
        talks += [
            make_talk(f"{language}-{at}", chosen[at : at + plan.talk_answers], seed=at)
            for at in range(0, len(chosen), plan.talk_answers)
        ]
    return talks

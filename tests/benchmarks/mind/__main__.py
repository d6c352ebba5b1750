"""`python -m tests.benchmarks.mind`: see the package."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from itertools import chain

from rich.console import Console

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import Language
from tests.benchmarks.document import describe_machine, put_section
from tests.benchmarks.mind.cost import Cost, measure_cost
from tests.benchmarks.mind.measures import compare_levels, count_best_probes, measure_precision, measure_recall
from tests.benchmarks.mind.moves import Case, try_all
from tests.benchmarks.mind.pauses.corpus import draw_pauses
from tests.benchmarks.mind.pauses.measure import PauseFigures, measure
from tests.benchmarks.mind.reading import LANGUAGES, Reading, read_all
from tests.benchmarks.mind.reply import ReplyFigures, measure_replies
from tests.benchmarks.mind.report import write_differences, write_language, write_moves, write_pauses, write_replies
from tests.gold.guide import Part
from tests.gold.loader import load

ROUNDS = 3
"""Of interviews in the browser, in each language."""
METHOD = """\
## The interviewer's mind

`python -m tests.benchmarks.mind` on {machine}.

Levels, evidence and follow-ups against the held-out part of the gold set, which no rule was written with; what two
readers of the same guide agree on is in [gold-set.md](gold-set.md), and is the ceiling. The answers are synthetic, and
agreement with people who rate for a living is unknown until an organisation measures it (`viva audit agreement`). The
changed answers are those of the develop part: what an answer moves by needs no label. Pauses are drawn from answers
that no rule of turn-taking was fitted to. The time to the next question is taken in the candidate's page, in whole
interviews with the bundled recogniser.

{text}"""


@dataclass(frozen=True, slots=True)
class Figures:
    readings: dict[Language, tuple[Reading, ...]]
    moves: tuple[Case, ...]
    """Over the develop part: what an answer moves by needs no label."""
    pauses: PauseFigures
    costs: dict[Language, Cost]
    replies: ReplyFigures | None
    """None where rules are being written: it takes minutes and a browser."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mind", description=__doc__)
    parser.add_argument("--part", choices=[Part.DEVELOP, Part.HELD_OUT], default=Part.HELD_OUT, type=Part)
    parser.add_argument("--quick", action="store_true", help="one interview in the browser, and nothing written down")
    parser.add_argument("--no-browser", action="store_true", help="without the time to the next question")
    asked = parser.parse_args()
    part: Part = asked.part
    console = Console(stderr=True)
    rounds = 0 if asked.no_browser or part is Part.DEVELOP else 1 if asked.quick else ROUNDS
    figures = _measure(part, LANGUAGES[:1] if asked.quick else LANGUAGES, rounds, console)
    texts = []
    for language, readings in figures.readings.items():
        texts.append(write_language(language, readings))
        if part is Part.DEVELOP:
            texts.append(write_differences(readings))
    texts += [write_moves(figures.moves), write_pauses(figures.pauses)]
    texts += [f"engine, {language}: p50 {cost.p50_ms:.1f} ms, p95 {cost.p95_ms:.1f} ms a segment;"
              f" the follow-up p95 {cost.plan_p95_ms:.1f} ms"
              for language, cost in figures.costs.items()]  # fmt: skip
    if figures.replies is not None:
        texts.append(write_replies(figures.replies))
    text = "\n\n".join(texts)
    console.print(text, soft_wrap=True, highlight=False, markup=False)
    if figures.replies is not None and not asked.quick:
        put_section("mind", METHOD.format(machine=describe_machine("playwright"), text=text))
    print(json.dumps(_summarise(figures)))
    return 0


def _measure(part: Part, reply_languages: tuple[Language, ...], rounds: int, console: Console) -> Figures:
    engine = ScoringEngine.default()
    develop = {language: load(language, Part.DEVELOP) for language in LANGUAGES}
    costs = {language: measure_cost(engine, sheets) for language, sheets in develop.items()}
    return Figures(
        readings={language: read_all(engine, load(language, part)) for language in LANGUAGES},
        moves=tuple(chain.from_iterable(try_all(engine, sheets) for sheets in develop.values())),
        pauses=measure(chain.from_iterable(draw_pauses(language, "fresh") for language in LANGUAGES)),
        costs=costs,
        replies=measure_replies(reply_languages, rounds, console) if rounds else None,
    )


def _summarise(figures: Figures) -> dict[str, float | int | None]:
    every = list(chain.from_iterable(figures.readings.values()))
    return {
        "qwk_en": compare_levels(figures.readings["en"]).kappa,
        "qwk_zh": compare_levels(figures.readings["zh-CN"]).kappa,
        "evidence_precision": measure_precision(every).value,
        "evidence_recall": measure_recall(every).value,
        "probe_agreement": count_best_probes(every).value,
        "false_cutoff_rate": figures.pauses.false_cutoff_rate,
        "response_delay_p50_s": figures.pauses.response_delay_p50_s,
        "metamorphic_failed": sum(not case.holds for case in figures.moves),
        "reply_p50_s": None if figures.replies is None else figures.replies.p50_s,
        "reply_p95_s": None if figures.replies is None else figures.replies.p95_s,
        "engine_p95_ms": max(cost.p95_ms for cost in figures.costs.values()),
    }


if __name__ == "__main__":
    raise SystemExit(main())

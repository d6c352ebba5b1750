"""How well a second careful reader agrees with the gold labels: what no engine can be asked to exceed by much.

`python -m tests.benchmarks.mind.readers FOLDER LANGUAGE` compares FOLDER/LANGUAGE/second_reading/*.yaml (the project's
own are under tests/gold) with the held-out part, by the measures that the engine is judged by, and prints JSON.
"second" is to the gold labels what the engine is; only sums are shown, as of all that concerns the held-out part.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.mind.measures import (
    compare_levels,
    count_best_probes,
    count_fine_probes,
    measure_precision,
    measure_recall,
)
from tests.benchmarks.mind.reading import Span, mark_evidence
from tests.gold.guide import Follow, Shows
from tests.gold.loader import FOLDER, Answer
from tests.gold.second_reading import load_second_reading

OWN_ACTION = frozenset({Shows.OWN_ACTION})
"""The guide allows one at most of an answer, so that two readers who see two of them choose different ones."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same answer with the gold labels and with those of the second reader.

    What is left out of one side is not looked for in the other; what it leaves may still be about it."""

    answer: Answer
    second: Answer
    left_out_of_given: frozenset[Shows] = frozenset()
    left_out_of_wanted: frozenset[Shows] = frozenset()

    @property
    def level(self) -> int | None:
        return self.second.level

    @property
    def given(self) -> tuple[Span, ...]:
        return mark_evidence(self.second, self.left_out_of_given)

    @property
    def wanted(self) -> tuple[Span, ...]:
        return mark_evidence(self.answer, self.left_out_of_wanted)

    @property
    def probe(self) -> Follow:
        return self.second.probe.best


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mind.readers", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("language")
    asked = parser.parse_args()
    sheets = load_second_reading(asked.language, asked.folder)
    pairs = [
        Pair(one, other) for gold, second in sheets for one, other in zip(gold.answers, second.answers, strict=True)
    ]
    print(json.dumps(compare_readers(pairs)))


def compare_readers(pairs: Sequence[Pair]) -> dict[str, float | int | None]:
    levels = compare_levels(pairs)
    return {
        "answers": len(pairs),
        "qwk": levels.kappa,
        "same_level": levels.exact,
        "within_one_level": levels.within_one,
        "none_in_gold": levels.none_in_gold,
        "none_in_second": levels.none_in_engine,
        "none_agreed": levels.none_agreed,
        "evidence_precision": measure_precision(pairs).value,
        "evidence_recall": measure_recall(pairs).value,
        "evidence_precision_but_for_own_action": measure_precision(
            [replace(pair, left_out_of_given=OWN_ACTION) for pair in pairs]
        ).value,
        "evidence_recall_but_for_own_action": measure_recall(
            [replace(pair, left_out_of_wanted=OWN_ACTION) for pair in pairs]
        ).value,
        "probe_best": count_best_probes(pairs).value,
        "probe_best_or_fine": count_fine_probes(pairs).value,
    }


if __name__ == "__main__":
    main()

"""`python -m tests.benchmarks.mind.pauses`: see the package. The last line is JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import get_args

from realtime_scoring.types import Language
from tests.benchmarks.mind.pauses.corpus import Part, draw_pauses
from tests.benchmarks.mind.pauses.measure import draw_curve, measure

LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")


def main() -> None:
    told: dict[str, object] = {}
    for language in LANGUAGES:
        for part in get_args(Part):
            figures = measure(draw_pauses(language, part))
            told[f"{language} {part}"] = asdict(figures)
            print(f"{language:6} {part:9} {figures}")
    everything = [pause for language in LANGUAGES for pause in draw_pauses(language, "fresh")]
    print("patience  cut off  median delay (fresh, both languages)")
    for scale, rate, delay_s in draw_curve(everything):
        print(f"{scale:8.2f} {rate:8.3f} {delay_s:8.2f} s")
    whole = measure(everything)
    told["false_cutoff_rate"] = whole.false_cutoff_rate
    told["response_delay_p50_s"] = whole.response_delay_p50_s
    print(json.dumps(told))


if __name__ == "__main__":
    main()

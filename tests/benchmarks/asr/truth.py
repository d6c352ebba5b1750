"""When each word of the shipped answers is said: `python -m tests.benchmarks.asr.truth` writes words.json anew.

The answers are synthetic, and the synthesiser tells the time of every word. It is needed only when the answers were
rendered anew; the times are kept beside this file.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from simulation.answers import ANSWER_SETS, load_answers
from tests.benchmarks.asr.text import SpokenWord, split_units

WORDS = Path(__file__).with_name("words.json")


@cache
def _read() -> dict[str, dict[str, list[list[int]]]]:
    told: dict[str, dict[str, list[list[int]]]] = json.loads(WORDS.read_text("utf-8"))
    return told


def find_words(set_name: str, file: str) -> tuple[SpokenWord, ...]:
    """In order, timed from the beginning of the file. Raises ValueError when the times are not of this text."""
    answers = load_answers(set_name)
    answer = next(one for one in answers.answers if one.file == file)
    units = split_units(answer.text, answers.language)
    times = _read()[set_name][file]
    if len(times) != len(units):
        raise ValueError(f"words.json has {len(times)} words of {set_name}/{file}, the text {len(units)}")
    return tuple(SpokenWord(unit, start, end) for unit, (start, end) in zip(units, times, strict=True))


def main() -> None:
    # The synthesiser's library is there only where the recogniser is trained.
    from tests.fixtures.recogniser import render_answers as rendering
    from tests.fixtures.recogniser.scripts import ANSWERS
    from tests.fixtures.recogniser.vocabulary import is_punctuation

    told: dict[str, dict[str, list[list[int]]]] = {}
    for answer_set in rendering.ANSWER_SETS:
        if answer_set.name not in ANSWER_SETS:
            continue
        files = told.setdefault(answer_set.name, {})
        for answer in ANSWERS[answer_set.language]:
            if answer.spoken:
                files[f"{answer.question}-{answer.turn}.opus"] = [
                    [round(unit.start_s * 1000), round(unit.end_s * 1000)]
                    for unit in rendering.render(answer_set, answer).units
                    if not is_punctuation(unit.text)
                ]
    WORDS.write_text(json.dumps(told, separators=(",", ":")).replace('"},"', '"},\n"').replace("]],", "]],\n") + "\n")


if __name__ == "__main__":
    main()

"""The tables of docs/scoring.md are those of the code."""

from __future__ import annotations

from pathlib import Path

from realtime_scoring.steps import BEHAVIOUR_WEIGHT, COUNTER_POINTS, HIGHEST, STRUCTURE_WEIGHTS, Need, Step, steps_of
from realtime_scoring.types import QuestionKind

PAGE = (Path(__file__).parents[3] / "docs" / "scoring.md").read_text(encoding="utf-8")
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
WORDS: dict[Need, str] = {
    "event": "a real occasion",
    "own_action": "an act of one's own",
    "measured_result": "a result with a number",
    "reflection": "a lesson drawn",
}


def word(step: Step) -> str:
    if step.need == "points":
        return f"{step.amount:g} points"
    if step.need == "behaviours":
        return f"{NUMBERS[int(step.amount)]} {'act' if step.amount == 1 else 'acts'}"
    return WORDS[step.need]


def row(level: int, kind: QuestionKind) -> str:
    return ", ".join(word(step) for step in steps_of(kind) if step.level == level)


def test_the_table_of_steps_is_that_of_the_documentation() -> None:
    for level in range(2, HIGHEST + 1):
        assert f"| {level} | {row(level, 'behavioural')} | {row(level, 'situational')} |" in PAGE


def test_the_points_are_those_of_the_documentation() -> None:
    rows = {
        "behaviour": f"{BEHAVIOUR_WEIGHT:g};",
        "own act": f"{STRUCTURE_WEIGHTS['own_action']:g}, unless",
        "act of the team": f"{STRUCTURE_WEIGHTS['team_action']:g}, unless",
        "result": f"{STRUCTURE_WEIGHTS['result']:g}, once",
        "result with a number": f"{STRUCTURE_WEIGHTS['measured_result']:g}, once, in place",
        "lesson": f"{STRUCTURE_WEIGHTS['reflection']:g}, once",
        "something that speaks against the competency": f"takes {COUNTER_POINTS:g} away",
    }
    for name, value in rows.items():
        assert f"| {name} | {value}" in PAGE
    assert len(rows) == len(STRUCTURE_WEIGHTS) + 2

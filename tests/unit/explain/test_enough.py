"""What is named is enough, and nothing of it is too much: over every combination of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations_with_replacement, product

import pytest

from realtime_scoring.explain.changes import find_changes
from realtime_scoring.explain.types import Change
from realtime_scoring.rubric import CompetencyRubric
from realtime_scoring.scorer import find_level
from realtime_scoring.types import Evidence, Flag, QuestionKind
from tests.unit.scoring.material import ENGINE

KINDS: tuple[QuestionKind, ...] = ("behavioural", "situational")
_FOUND = ENGINE.rubric.find("communication")
assert _FOUND is not None
ENTRY: CompetencyRubric = _FOUND
BEHAVIOURS = tuple(indicator.id for indicator in ENTRY.indicators)
WEIGHTS = {"own_action": 0.75, "result": 1.5, "measured_result": 2.0, "reflection": 0.5}


def show(indicator: str, weight: float, sign: int = 1, start: int = 0) -> Evidence:
    """`start` tells clauses apart."""
    return Evidence("communication", indicator, 1 if sign > 0 else -1, weight, "t", "q", start, start + 1, None, None)


def every_evidence(in_a_clause: int) -> Iterator[tuple[Evidence, ...]]:
    """As the engine gives it: each once, structure only beside a behaviour, one kind of result.

    So many behaviours stand in a clause; the first is an act of one's own as well.
    """
    for weights in chain.from_iterable(
        combinations_with_replacement((1.0, 0.5, 0.25), count) for count in range(len(BEHAVIOURS) + 1)
    ):
        behaviours = tuple(
            show(name, weight, start=index // in_a_clause)
            for index, (name, weight) in enumerate(zip(BEHAVIOURS, weights, strict=False))
        )
        for own, lesson, result in product(("", "own_action"), ("", "reflection"), ("", "result", "measured_result")):
            structure = tuple(
                show(name, WEIGHTS[name], start=0 if name == "own_action" else 20 + index)
                for index, name in enumerate((own, lesson, result))
                if name
            )
            if structure and not behaviours:
                continue
            yield behaviours + structure
            yield (*behaviours, *structure, show("refused_to_talk", 1.0, -1, start=30))


FLAGS: tuple[frozenset[Flag], ...] = (
    frozenset(),
    frozenset({Flag.NO_EVENT}),
    frozenset({Flag.HYPOTHETICAL}),
    frozenset({Flag.WE_DOMINATES}),
)
CASES = [(flags, evidence) for flags in FLAGS for count in (1, 2) for evidence in every_evidence(count)]


def do(
    changes: tuple[Change, ...], flags: frozenset[Flag], evidence: tuple[Evidence, ...]
) -> tuple[frozenset[Flag], tuple[Evidence, ...]]:
    for change in changes:
        if change.kind == "event":
            flags -= {Flag.NO_EVENT, Flag.HYPOTHETICAL}
        elif change.kind == "own_part":
            flags -= {Flag.WE_DOMINATES}
            if not any(item.indicator == "own_action" for item in evidence):
                evidence = (*evidence, replace(show("own_action", WEIGHTS["own_action"]), char_start=99))
        elif change.kind == "behaviour":
            done = change.indicators[: change.count]
            evidence += tuple(show(name, 1.0, start=40 + index) for index, name in enumerate(done))
            # Where no kind of behaviour is left, other acts are.
            further = range(change.count - len(done))
            evidence += tuple(show("own_action", WEIGHTS["own_action"], start=60 + index) for index in further)
        elif change.kind == "concrete":
            evidence = tuple(
                replace(item, weight=1.0) if item.indicator in change.indicators else item for item in evidence
            )
        else:
            evidence = (
                tuple(item for item in evidence if item.indicator not in ("result", change.kind))
                + (show(change.kind, WEIGHTS[change.kind]),)
                if change.kind == "measured_result"
                else (*evidence, replace(show(change.kind, WEIGHTS[change.kind]), char_start=99))
            )
    return flags, evidence


def test_there_are_cases() -> None:
    assert len(CASES) > 5000


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_it_is_enough_and_nothing_too_much(kind: QuestionKind) -> None:
    for flags, evidence in CASES:
        level = find_level(kind, flags, evidence)
        changes = find_changes(ENTRY, kind, flags, evidence, level)
        assert bool(changes) == (level < 5)
        if changes:
            assert find_level(kind, *do(changes, flags, evidence)) > level, (changes, evidence)
        for left_out in changes:
            rest = tuple(change for change in changes if change is not left_out)
            assert find_level(kind, *do(rest, flags, evidence)) == level, (left_out, changes, evidence)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_named_that_is_there(kind: QuestionKind) -> None:
    for flags, evidence in CASES:
        shown = {item.indicator for item in evidence if item.sign > 0}
        for change in find_changes(ENTRY, kind, flags, evidence, find_level(kind, flags, evidence)):
            assert change.kind not in shown
            if change.kind == "behaviour":
                assert not set(change.indicators) & shown
            if change.kind == "event":
                assert kind == "behavioural"
                assert flags
            if change.kind in ("own_part", "own_action"):
                assert (change.kind == "own_part") == (Flag.WE_DOMINATES in flags)

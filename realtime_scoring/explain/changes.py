"""What would have led to the next level, worked out from the same table of steps that the level was found by."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from realtime_scoring.coverage import IMAGINED_KINDS
from realtime_scoring.explain.types import Change, ChangeKind
from realtime_scoring.rubric import CompetencyRubric
from realtime_scoring.steps import (
    BEHAVIOUR_WEIGHT,
    HIGHEST,
    STRUCTURE,
    STRUCTURE_WEIGHTS,
    Shown,
    Step,
    climb,
    find_missing,
    read_shown,
)
from realtime_scoring.types import Evidence, Flag, QuestionKind

_Way = tuple[Change, float]


def find_changes(
    entry: CompetencyRubric,
    kind: QuestionKind,
    flags: frozenset[Flag],
    evidence: tuple[Evidence, ...],
    level: int,
) -> tuple[Change, ...]:
    """Enough for the next level when all are done, and none that is not needed; empty at the highest level."""
    if level >= HIGHEST:
        return ()
    shown = read_shown(flags, evidence)
    missing = find_missing(kind, shown, level + 1)
    ways = [_meet(step, entry, shown, flags, evidence) for step in missing if step.need != "points"]
    wanted = max((step.amount for step in missing if step.need == "points"), default=shown.points)
    short = wanted - shown.points - sum(gain for _, gain in ways)
    if short > 0:
        ways += _make_up(short, _ways_left(entry, kind, flags, evidence, [change for change, _ in ways]))
    return _merge([change for change, _ in ways])


def climbs_without_counter(
    kind: QuestionKind, flags: frozenset[Flag], evidence: tuple[Evidence, ...], level: int
) -> bool:
    """Whether only what was said against it kept the answer from the next level."""
    kept = tuple(item for item in evidence if item.sign > 0)
    return len(kept) < len(evidence) and climb(kind, read_shown(flags, kept)) > level


def _meet(
    step: Step, entry: CompetencyRubric, shown: Shown, flags: frozenset[Flag], evidence: tuple[Evidence, ...]
) -> _Way:
    if step.need == "behaviours":
        count = int(step.amount) - shown.acts
        return Change("behaviour", count, _unshown(entry, shown)), count * BEHAVIOUR_WEIGHT
    if step.need == "event":
        return Change("event"), 0.0
    if step.need == "own_action" and Flag.WE_DOMINATES in flags:
        # How many acts of one's own that takes, the evidence does not tell; an own act may be there already.
        told = any(item.indicator == "own_action" and item.sign > 0 for item in evidence)
        return Change("own_part"), 0.0 if told else STRUCTURE_WEIGHTS["own_action"]
    if step.need == "own_action":
        return Change("own_action"), STRUCTURE_WEIGHTS["own_action"]
    if step.need == "measured_result":
        return Change("measured_result"), _weigh_result(shown)
    return Change("reflection"), STRUCTURE_WEIGHTS["reflection"]


def _ways_left(
    entry: CompetencyRubric,
    kind: QuestionKind,
    flags: frozenset[Flag],
    evidence: tuple[Evidence, ...],
    taken: list[Change],
) -> Iterator[_Way]:
    """What else adds points, the nearest first: making more of what was said, then saying more."""
    shown = read_shown(flags, evidence)
    weak = [
        item
        for item in evidence
        if item.sign > 0 and item.indicator not in STRUCTURE and item.weight < BEHAVIOUR_WEIGHT
    ]
    if weak:
        firm = tuple(replace(item, weight=BEHAVIOUR_WEIGHT) if item in weak else item for item in evidence)
        gain = read_shown(flags, firm).points - shown.points
        yield Change("concrete", len(weak), tuple(item.indicator for item in weak)), gain
    if kind not in IMAGINED_KINDS:
        planned = {"own_action" if change.kind == "own_part" else change.kind for change in taken}
        kinds: tuple[ChangeKind, ...] = ("own_action", "measured_result", "reflection")
        for name in kinds:
            if name not in shown.structure and name not in planned:
                yield Change(name), _weigh_result(shown) if name == "measured_result" else STRUCTURE_WEIGHTS[name]
    names = _unshown(entry, shown)
    left = len(names) - sum(change.count for change in taken if change.kind == "behaviour")
    yield Change("behaviour", max(0, left), names), math.inf


def _make_up(short: float, ways: Iterator[_Way]) -> list[_Way]:
    """One way that is enough by itself, where there is one; else the first few. The last way is to go on telling."""
    *options, (further, _) = ways
    single = next(((change, gain) for change, gain in options if gain >= short), None)
    if single is not None:
        return [single]
    if short <= BEHAVIOUR_WEIGHT and further.count:
        return [_count_acts(further, short)]
    chosen: list[_Way] = []
    rest = short
    for change, gain in options:
        if rest > 0:
            chosen.append((change, gain))
            rest -= gain
    if rest > 0:
        chosen.append(_count_acts(further, rest))
    for way in tuple(chosen):
        # What came later may have been enough without it.
        if sum(gain for _, gain in chosen) - way[1] >= short:
            chosen.remove(way)
    return chosen


def _count_acts(further: Change, short: float) -> _Way:
    """So many acts as are needed: behaviours while there are kinds of it left, then others."""
    left = further.count
    other = STRUCTURE_WEIGHTS["own_action"]
    count = math.ceil(short / BEHAVIOUR_WEIGHT)
    if count > left:
        count = left + math.ceil((short - left * BEHAVIOUR_WEIGHT) / other)
    gain = min(count, left) * BEHAVIOUR_WEIGHT + max(0, count - left) * other
    return replace(further, count=count), gain


def _weigh_result(shown: Shown) -> float:
    """A number takes the place of the result without one."""
    return STRUCTURE_WEIGHTS["measured_result"] - (STRUCTURE_WEIGHTS["result"] if "result" in shown.structure else 0.0)


def _unshown(entry: CompetencyRubric, shown: Shown) -> tuple[str, ...]:
    return tuple(indicator.id for indicator in entry.indicators if indicator.id not in shown.behaviours)


def _merge(changes: list[Change]) -> tuple[Change, ...]:
    """Further acts are told once, with their number."""
    merged: dict[ChangeKind, Change] = {}
    for change in changes:
        known = merged.get(change.kind)
        merged[change.kind] = replace(change, count=known.count + change.count) if known else change
    return tuple(merged.values())

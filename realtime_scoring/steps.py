"""What each level asks for: the one table that levels are found by and explained with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from realtime_scoring.coverage import IMAGINED_KINDS
from realtime_scoring.types import Evidence, Flag, QuestionKind

HIGHEST = 5

UNRATED: tuple[Flag, ...] = (Flag.UNANSWERED, Flag.TOO_SHORT, Flag.OFF_TOPIC, Flag.LOW_ASR_CONFIDENCE)
"""Where one of these stands there is no level at all. In the order in which they are told."""

ACTS = frozenset({"own_action", "team_action"})
"""Acts on the matter that belong to no indicator."""

COUNTER_POINTS = 2.5
"""Counter-evidence takes about a level off."""

BEHAVIOUR_WEIGHT = 1.0
"""Of a behaviour told as something done; half of it, or less, when it is told in general or vaguely."""

STRUCTURE_WEIGHTS: dict[str, float] = {
    "own_action": 0.75,
    "team_action": 1.0,
    "result": 1.5,
    "measured_result": 2.0,
    "reflection": 0.5,
}
STRUCTURE = frozenset(STRUCTURE_WEIGHTS)
"""What holds for every competency; all other indicators are behaviours of one."""

Need = Literal["behaviours", "event", "own_action", "measured_result", "reflection", "points"]


@dataclass(frozen=True, slots=True)
class Step:
    """Without `need` there is no level from `level` on. `amount`: of behaviours or of points."""

    level: int
    need: Need
    amount: float = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer shows, as far as levels go. `points`: weights of distinct clauses and of what came of them,
    less those that counter-evidence takes.
    """

    behaviours: frozenset[str]
    acts: int
    """Distinct clauses that show a behaviour or another act, less one for counter-evidence."""
    structure: frozenset[str]
    points: float
    event: bool
    in_general: bool = False
    """Talk of the matter without an act, which is the lowest that a behaviour can be."""
    effect: bool = False
    """Something came of it: whoever did it, it was done."""


# Acts lead to level 3, own acts that are several or had an effect to 4; see docs/gold-set.md.
_PAST: tuple[Step, ...] = (
    Step(2, "behaviours", 1),
    Step(3, "event"),
    Step(3, "behaviours", 2),
    Step(4, "own_action"),
    Step(4, "points", 3.0),
    Step(5, "measured_result"),
    Step(5, "reflection"),
    Step(5, "points", 4.5),
)
_IMAGINED: tuple[Step, ...] = (
    Step(2, "behaviours", 1),
    Step(3, "behaviours", 2),
    Step(4, "behaviours", 4),
    Step(5, "behaviours", 5),
)


def steps_of(kind: QuestionKind) -> tuple[Step, ...]:
    """In order of level: those for what was done, or, where the question asks so, for what would be done."""
    return _IMAGINED if kind in IMAGINED_KINDS else _PAST


def read_shown(flags: frozenset[Flag], evidence: tuple[Evidence, ...]) -> Shown:
    positive = [item for item in evidence if item.sign > 0]
    acts: dict[tuple[str, int], float] = {}
    for item in sorted(positive, key=lambda item: item.indicator in STRUCTURE):
        at = (item.turn_id, item.char_start)
        if item.indicator not in STRUCTURE:
            acts[at] = max(item.weight, acts.get(at, 0.0))
        elif item.indicator in ACTS:
            acts.setdefault(at, item.weight)
    indicators = frozenset(item.indicator for item in positive)
    structure = indicators & STRUCTURE
    if Flag.WE_DOMINATES in flags:
        # One clause of one's own in a story of the team leaves open what the speaker did.
        structure -= {"own_action"}
    against = any(item.sign < 0 for item in evidence)
    # Said twice, each counts once; a result with a number counts in place of one without.
    counted = (structure - ACTS) - ({"result"} if "measured_result" in structure else set())
    return Shown(
        behaviours=indicators - STRUCTURE,
        acts=len(acts) - (1 if against else 0),
        structure=structure,
        points=sum(acts.values())
        + sum(STRUCTURE_WEIGHTS[name] for name in counted)
        - (COUNTER_POINTS if against else 0.0),
        event=not flags & {Flag.NO_EVENT, Flag.HYPOTHETICAL},
        in_general=Flag.IN_GENERAL in flags and not against,
        effect=bool(structure & {"result", "measured_result"}) and not against,
    )


def find_missing(kind: QuestionKind, shown: Shown, level: int) -> tuple[Step, ...]:
    """The steps to `level`, lower ones included, that were not taken."""
    return tuple(step for step in steps_of(kind) if step.level <= level and not _is_taken(step, shown))


def climb(kind: QuestionKind, shown: Shown) -> int:
    """The highest level with nothing missing up to it."""
    level = 1
    while level < HIGHEST and not find_missing(kind, shown, level + 1):
        level += 1
    return level


def _is_taken(step: Step, shown: Shown) -> bool:
    if step.need == "behaviours":
        return max(shown.acts, int(shown.in_general or shown.effect)) >= step.amount
    if step.need == "points":
        return shown.points >= step.amount
    if step.need == "event":
        return shown.event
    return step.need in shown.structure

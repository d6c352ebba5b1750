"""How long this candidate pauses inside an answer before going on: a moving figure that lengthens patience.

It begins with what most people do, so that the first answer is treated like anybody's, and it hardly ever shortens
patience: who has paused little so far may still stop to think.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SHORTEST_PAUSE_MS = 250
"""A shorter silence lies between words."""
LONGEST_PAUSE_MS = 12_000
"""A longer one is no habit of speech: a knock at the door, a search for the example."""
USUAL_MEAN_MS = 700
USUAL_HIGH_MS = 1_500
HIGH_SHARE = 0.9
"""`high_ms` is what this share of pauses stays below."""

_WEIGHT = 0.12
_STEP_MS = 350
_LEAST_FACTOR = 0.95
_MOST_FACTOR = 1.8


@dataclass(frozen=True, slots=True)
class PauseHabit:
    mean_ms: float = USUAL_MEAN_MS
    high_ms: float = USUAL_HIGH_MS
    pauses: int = 0


def learn_pause(habit: PauseHabit, pause_ms: int) -> PauseHabit:
    """After a pause inside an answer, once the candidate has gone on."""
    if pause_ms < SHORTEST_PAUSE_MS:
        return habit
    pause_ms = min(pause_ms, LONGEST_PAUSE_MS)
    # A quantile by steps: up after a pause above it, down by as much less as pauses above it are rarer.
    step = _STEP_MS * (HIGH_SHARE if pause_ms > habit.high_ms else HIGH_SHARE - 1)
    return PauseHabit(
        mean_ms=habit.mean_ms + _WEIGHT * (pause_ms - habit.mean_ms),
        high_ms=max(habit.high_ms + step, SHORTEST_PAUSE_MS),
        pauses=habit.pauses + 1,
    )


def learn_false_ending(habit: PauseHabit, pause_ms: int) -> PauseHabit:
    """The answer was taken for finished and was not: counts double, and at least as an unusual pause."""
    noticed_ms = max(pause_ms, round(habit.high_ms) + 1)
    twice = learn_pause(learn_pause(habit, noticed_ms), noticed_ms)
    return replace(twice, high_ms=max(twice.high_ms, habit.high_ms))


def stretch_by_habit(habit: PauseHabit) -> float:
    """What patience is multiplied by."""
    return min(_MOST_FACTOR, max(_LEAST_FACTOR, habit.high_ms / USUAL_HIGH_MS))

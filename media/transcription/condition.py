"""How a recogniser is doing: how far it has cut down, whether it takes on more, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from media.types import TextFault


class DegradeLevel(IntEnum):
    """Each level keeps what those below it have cut. Finals and audio are given up at none of them.

    There is none with a smaller model for partials: its text disagrees with the committed words that it is made to
    begin with, which is flicker, and two models do not fit where one is already too much.
    """

    NORMAL = 0
    SLOWER = 1
    """Partials come less often."""
    SHORTER = 2
    """Partials look back less far."""
    FIRST_ONLY = 3
    """A partial soon after the speech began, and then the final."""
    PLAIN_FINALS = 4
    """Finals are searched no wider than partials, and have no word times of their own."""
    REFUSING = 5
    """New interviews have to wait."""

    @property
    def word(self) -> str:
        """Stable, for the protocol."""
        return self.name.lower()

    @property
    def partial_window_s(self) -> float | None:
        """How much audio a partial should cover at the most; None: as the policy likes. Two thirds of what it likes for
        the least window: what is saved is decoder steps."""
        return 2.4 if self >= DegradeLevel.SHORTER else None

    @property
    def interval_factor(self) -> float:
        return 2.0 if self >= DegradeLevel.SLOWER else 1.0

    @property
    def hurries_finals(self) -> bool:
        return self >= DegradeLevel.PLAIN_FINALS


Watcher = Callable[[DegradeLevel], None]
"""Told on the event loop; neither waits nor raises."""


@dataclass(frozen=True, slots=True)
class Admission:
    """`wait_s`: how long a final waits now (measured), and when refused, when to ask again at the earliest."""

    ok: bool
    wait_s: float


@dataclass(frozen=True, slots=True)
class RecogniserStats:
    """Counts since the start; 95th percentiles of what was measured lately."""

    waiting_finals: int = 0
    waiting_partials: int = 0
    finals: int = 0
    partials: int = 0
    superseded: int = 0
    """Partials whose place a newer one took."""
    shed: int = 0
    """Partials that were not taken because of the level."""
    failed: int = 0
    timed_out: int = 0
    """Deadlines that passed, also those of finals which had another try."""
    retried: int = 0
    calls: int = 0
    """Of the engine; `finals` + `partials` over `calls` is the mean batch."""
    replaced_threads: int = 0
    """Engine threads that came back no more."""
    final_wait_p95_ms: float = 0.0
    partial_wait_p95_ms: float = 0.0
    decode_p95_ms: float = 0.0
    busy: float = 0.0
    """Share of the engine threads' time spent decoding since the start, 0..1."""
    level: DegradeLevel = DegradeLevel.NORMAL
    faults: Mapping[TextFault, int] = field(default_factory=dict)
    """Finals whose text was dropped or shortened since it was not believed, by reason."""
    failing: bool = False
    """Whatever the engine is asked fails."""

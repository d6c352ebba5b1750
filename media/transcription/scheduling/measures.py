"""What was counted, and what was measured lately."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from media.types import TextFault

_REMEMBERED = 500


@dataclass(slots=True)
class Tally:
    """Since the start; what each is says `RecogniserStats`."""

    finals: int = 0
    partials: int = 0
    superseded: int = 0
    shed: int = 0
    failed: int = 0
    timed_out: int = 0
    retried: int = 0
    calls: int = 0
    replaced_threads: int = 0
    busy_s: float = 0.0
    faults: Mapping[TextFault, int] = field(default_factory=dict)

    def note_faults(self, faults: Sequence[TextFault]) -> None:
        """What was told before stays as it is."""
        if faults:
            self.faults = {**self.faults, **{fault: self.faults.get(fault, 0) + 1 for fault in faults}}


class Recent:
    """Values of the last `horizon_s`; of very many, the newest."""

    def __init__(self, horizon_s: float) -> None:
        self._horizon_s = horizon_s
        self._values: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)

    def note(self, now_s: float, value: float) -> None:
        self._values.append((now_s, value))

    def p95(self, now_s: float, and_also: Iterable[float] = ()) -> float:
        """0 without any. `and_also`: values that are still growing, such as how long those in a queue have waited."""
        while self._values and now_s - self._values[0][0] > self._horizon_s:
            self._values.popleft()
        ordered = sorted([*(value for _, value in self._values), *and_also])
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0

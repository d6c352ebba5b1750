"""Where frames stand in a recording: on the interview clock, each kind in the order it came."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Literal

from media.frames import EncodedFrame

Placed = tuple[int, EncodedFrame]
"""(t_ms, frame): rising within a kind, which the frame's own `t_ms` need not be."""

_time_of = itemgetter(0)


class Placement:
    """The clock of a kind may step back: a sender's report lays pictures anew beside the sound. A picture must follow
    those it refers to all the same, so it then waits a millisecond behind the last one, as players want them one by
    one."""

    def __init__(self) -> None:
        self._floor_ms: dict[Literal["audio", "video"], int] = {"audio": 0, "video": 0}

    def place(self, frames: Iterable[EncodedFrame]) -> list[Placed]:
        """Both kinds merged by time."""
        floor_ms = self._floor_ms
        placed: list[Placed] = []
        for frame in frames:
            t_ms = max(frame.t_ms, floor_ms[frame.kind])
            floor_ms[frame.kind] = t_ms + 1
            placed.append((t_ms, frame))
        placed.sort(key=_time_of)
        return placed

    def begin_at(self, t_ms: int) -> None:
        """Nothing that is placed from now on comes before."""
        for kind, floor_ms in self._floor_ms.items():
            self._floor_ms[kind] = max(floor_ms, t_ms)


def merge(earlier: list[Placed], later: list[Placed]) -> list[Placed]:
    """`later` was placed after `earlier`, by the same placement."""
    return sorted(earlier + later, key=_time_of) if earlier else later

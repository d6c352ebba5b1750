"""What the server process holds, sample by sample, and whether it grows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import median

import psutil

WARM_UP_SHARE, WARM_UP_LEAST_MIN = 0.2, 0.5
"""Models, caches and the allocator fill up at first; the slope is of what comes after."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Of the server's processes together. `udp_sockets`: one for each address of each open peer."""

    minute: float
    rss_mb: float
    threads: int
    files: int
    udp_sockets: int
    cpu_percent: float


class Watch:
    """Of a process and whatever it starts."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._process.cpu_percent()

    def take(self, minute: float) -> Sample:
        family = [self._process, *self._process.children(recursive=True)]
        return Sample(
            minute=minute,
            rss_mb=sum(process.memory_info().rss for process in family) / 2**20,
            threads=sum(process.num_threads() for process in family),
            files=sum(process.num_fds() for process in family),
            udp_sockets=sum(len(process.net_connections(kind="udp")) for process in family),
            cpu_percent=self._process.cpu_percent(),
        )


def after_warm_up(samples: list[Sample]) -> list[Sample]:
    if not samples:
        return []
    begin = max(WARM_UP_LEAST_MIN, samples[-1].minute * WARM_UP_SHARE)
    return [sample for sample in samples if sample.minute >= begin]


def find_slope(points: list[tuple[float, float]]) -> float | None:
    """Theil-Sen: the median of the slopes between all pairs; a third of the points may be anywhere. None for fewer than
    two points."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if b[0] != a[0]]
    return median(slopes) if slopes else None

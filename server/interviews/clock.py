"""Time of an interview. Wall time is read once, at the log's edge; the interview clock is monotonic from there."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class WallClock(Protocol):
    def now(self) -> datetime: ...

    def monotonic_ms(self) -> int: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


class RunningClock:
    """Milliseconds since the interview started; 0 until then. After a restart it goes on from wall time."""

    def __init__(self, wall: WallClock) -> None:
        self._wall = wall
        self._zero_ms: int | None = None

    def start(self, started_at: datetime) -> None:
        if self._zero_ms is None:
            elapsed_ms = int((self._wall.now() - started_at).total_seconds() * 1000)
            self._zero_ms = self._wall.monotonic_ms() - max(0, elapsed_ms)

    @property
    def running(self) -> bool:
        return self._zero_ms is not None

    def now_ms(self) -> int:
        return 0 if self._zero_ms is None else self._wall.monotonic_ms() - self._zero_ms

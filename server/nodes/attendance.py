"""Which workers have gone for good: only then do others say that those who came through them have left."""

from __future__ import annotations

from collections.abc import Collection

from server.nodes.membership import LEASE_S

GONE_AFTER_S = 2 * LEASE_S
"""One that stood still, or was cut off from Redis, comes back with everybody who is connected to it."""


class Attendance:
    """Pure."""

    def __init__(self) -> None:
        self._missing_since_s: dict[str, float] = {}
        self._dead: frozenset[str] = frozenset()
        self._noted_s = float("-inf")

    def note(self, now_s: float, living: Collection[str], dead: Collection[str], *, unbroken: bool) -> None:
        """After each heartbeat. `dead`: their process has ended. `unbroken` False: this worker was away itself, or
        Redis has forgotten everybody; who is missing has had no time to come back."""
        self._noted_s = now_s
        self._dead = frozenset(dead)
        if not unbroken:
            self._missing_since_s = dict.fromkeys(self._missing_since_s, now_s)
        for node in living:
            self._missing_since_s.pop(node, None)

    def gone(self, now_s: float, nodes: Collection[str], living: Collection[str]) -> set[str]:
        """Of `nodes`, each of which is watched from the first time that it is asked for. None but the dead while this
        worker itself hears nothing."""
        for node in nodes:
            if node not in living:
                self._missing_since_s.setdefault(node, now_s)
        dead = {each for each in nodes if each in self._dead}
        if now_s - self._noted_s >= LEASE_S:
            return dead
        return dead | {each for each in nodes if now_s - self._missing_since_s.get(each, now_s) >= GONE_AFTER_S}

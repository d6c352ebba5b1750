"""Stops asking one that keeps failing: three failures within a minute, half a minute of rest, then one probe."""

from __future__ import annotations

from typing import Literal

FAILURES = 3
WINDOW_S = 60.0
REST_S = 30.0

BreakerState = Literal["closed", "open", "probing"]


class Breaker:
    """Times are given, not read. Each `admit` that returns a ticket is settled once, by whichever `note_` fits.

    While it rests or probes, what was asked before tells nothing any more: only the probe's own outcome counts.
    """

    def __init__(self) -> None:
        self._state: BreakerState = "closed"
        self._failed_s: list[float] = []
        self._rests_until_s = 0.0
        self._tickets = 0
        self._probe = 0

    @property
    def state(self) -> BreakerState:
        return self._state

    def admit(self, now_s: float) -> int | None:
        """A ticket, or None: not now."""
        if self._state == "probing" or (self._state == "open" and now_s < self._rests_until_s):
            return None
        self._tickets += 1
        if self._state == "open":
            self._state = "probing"
            self._probe = self._tickets
        return self._tickets

    def note_success(self, ticket: int) -> None:
        if self._state == "closed" or self._is_probe(ticket):
            self._state = "closed"
            self._failed_s = []

    def note_failure(self, ticket: int, now_s: float) -> None:
        if self._is_probe(ticket):
            self._rest(now_s)
        elif self._state == "closed":
            self._failed_s = [each for each in self._failed_s if now_s - each < WINDOW_S] + [now_s]
            if len(self._failed_s) >= FAILURES:
                self._rest(now_s)

    def note_abandoned(self, ticket: int) -> None:
        """Nobody waits for the outcome any more. A probe is due again at once."""
        if self._is_probe(ticket):
            self._state = "open"

    def _is_probe(self, ticket: int) -> bool:
        return self._state == "probing" and ticket == self._probe

    def _rest(self, now_s: float) -> None:
        self._state = "open"
        self._failed_s = []
        self._rests_until_s = now_s + REST_S

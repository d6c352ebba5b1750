"""When to send less and when more again. Pure: no clock, no I/O.

Down as soon as what is bad has lasted, at once to where it is bearable; up one step at a time after ten clean seconds,
more patiently each time a step up has failed. Audio is never given up for video.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from media.quality.conditions import Conditions, judge
from media.quality.profiles import HIGH, LADDER, LOW, Profile, rung_of
from media.types import ProfileName, ProfileReason

SUSTAINED_MS = 3_000
SEVERE_AUDIO_LOSS = 0.10
CLEAN_MS = 10_000
PATIENCE_LIMIT_MS = 160_000
PROVEN_MS = 15_000
"""A step up that has held for so long was right; one that is undone earlier was not."""
UNWATCHED_MS = 20_000
EAGERNESS = 0.7
"""To climb, everything has to be better than this share of its limit."""


@dataclass(frozen=True, slots=True)
class Change:
    profile: Profile
    reason: ProfileReason


class Ladder:
    """One per interview. `recording_floor`: what is sent for the recording's sake when nobody watches; a bad network
    goes below it."""

    def __init__(self, recording_floor: ProfileName = "medium") -> None:
        self._floor = rung_of(recording_floor)
        self._rung = HIGH
        self._changed_ms = 0
        self._raised_ms: int | None = None
        self._patience_ms = CLEAN_MS
        self._clean_since_ms: int | None = None
        self._watched_ms: int | None = None
        self._lowered_for_lack_of_eyes = False
        self._verdicts: deque[tuple[int, int, int]] = deque()
        """(beginning, end, highest rung) of the intervals that reach into the last SUSTAINED_MS."""

    @property
    def profile(self) -> Profile:
        return LADDER[self._rung]

    def start(self, observers: int, now_ms: int) -> Change:
        """Nothing is known of the network yet. A page that nobody watches begins with what the recording needs."""
        self._rung = HIGH if observers > 0 else self._floor
        self._lowered_for_lack_of_eyes = observers == 0
        self._changed_ms = self._watched_ms = now_ms
        return Change(self.profile, "start")

    def step(self, conditions: Conditions, interval_ms: int, now_ms: int) -> Change | None:
        """At the end of each interval. None: as before."""
        if conditions.observers > 0 or self._watched_ms is None:
            self._watched_ms = now_ms
        if conditions.silent:  # says nothing about how much could be sent
            self._verdicts.clear()
            self._clean_since_ms = None
            return None
        self._note(conditions, interval_ms, now_ms)
        return (
            self._descend(conditions, now_ms)
            or self._leave_unwatched(conditions, now_ms)
            or self._climb(conditions, now_ms)
        )

    def _note(self, conditions: Conditions, interval_ms: int, now_ms: int) -> None:
        while self._verdicts and self._verdicts[0][1] <= now_ms - SUSTAINED_MS:
            self._verdicts.popleft()
        self._verdicts.append((now_ms - interval_ms, now_ms, judge(conditions)[0]))
        if judge(conditions, EAGERNESS)[0] <= self._rung and self._rung != HIGH:
            self._clean_since_ms = None
        elif self._clean_since_ms is None:
            self._clean_since_ms = now_ms - interval_ms
        if self._raised_ms is not None and now_ms - self._raised_ms >= PROVEN_MS:
            self._raised_ms, self._patience_ms = None, CLEAN_MS

    def _descend(self, conditions: Conditions, now_ms: int) -> Change | None:
        lasting = self._verdicts[0][0] <= now_ms - SUSTAINED_MS
        bearable = max(rung for _, _, rung in self._verdicts) if lasting else HIGH
        if conditions.audio_loss > SEVERE_AUDIO_LOSS:
            bearable = min(bearable, LOW)
        if bearable >= self._rung:
            return None
        if self._raised_ms is not None:
            self._patience_ms = min(2 * self._patience_ms, PATIENCE_LIMIT_MS)
        self._raised_ms = None
        self._lowered_for_lack_of_eyes = False
        return self._go_to(bearable, judge(conditions)[1], now_ms)

    def _leave_unwatched(self, conditions: Conditions, now_ms: int) -> Change | None:
        watched_ms = now_ms if self._watched_ms is None else self._watched_ms
        if self._rung <= self._floor or not conditions.camera or now_ms - watched_ms < UNWATCHED_MS:
            return None
        self._lowered_for_lack_of_eyes = True
        return self._go_to(self._floor, "unwatched", now_ms)

    def _climb(self, conditions: Conditions, now_ms: int) -> Change | None:
        """A camera that is off by the candidate's choice would prove nothing, so the step waits for it."""
        top = HIGH if conditions.observers > 0 else self._floor
        if self._rung >= top or not conditions.camera or self._clean_since_ms is None:
            return None
        if now_ms - max(self._clean_since_ms, self._changed_ms) < self._patience_ms:
            return None
        reason: ProfileReason = "watched" if self._lowered_for_lack_of_eyes else "recovered"
        self._raised_ms = now_ms
        return self._go_to(self._rung + 1, reason, now_ms)

    def _go_to(self, rung: int, reason: ProfileReason, now_ms: int) -> Change:
        self._rung, self._changed_ms = rung, now_ms
        return Change(self.profile, reason)

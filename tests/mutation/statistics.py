"""How many of all changes the tests notice, from a sample of each file that is as large as its part of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

_Z = 1.959964
"""95 %."""


@dataclass(frozen=True, slots=True)
class Tally:
    """`possible`: changes that the file allows; of those that were tried."""

    possible: int
    killed: int = 0
    survived: int = 0

    @property
    def tried(self) -> int:
        return self.killed + self.survived

    @property
    def share(self) -> float:
        return self.killed / self.tried if self.tried else math.nan


def allot(possible: Mapping[str, int], sample: int) -> dict[str, int]:
    """Parts of a sample in proportion, by largest remainders."""
    total = sum(possible.values())
    if sample >= total:
        return dict(possible)
    exact = {name: sample * count / total for name, count in possible.items()}
    parts = {name: math.floor(part) for name, part in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in by_remainder[: sample - sum(parts.values())]:
        parts[name] += 1
    return parts


def estimate_share(tallies: list[Tally]) -> tuple[float, float, float]:
    """The share over all files, each weighing as much as it allows changes, and the ends of its interval.

    Wilson (1927), with the correction for a finite population: where everything was tried nothing is uncertain.
    """
    counted = [tally for tally in tallies if tally.tried]
    if not counted:
        return math.nan, 0.0, 1.0
    possible = sum(tally.possible for tally in counted)
    tried = sum(tally.tried for tally in counted)
    share = sum(tally.possible * tally.share for tally in counted) / possible
    if tried >= possible:
        return share, share, share
    size = tried * (possible - 1) / (possible - tried)
    middle = (share + _Z**2 / (2 * size)) / (1 + _Z**2 / size)
    half = _Z / (1 + _Z**2 / size) * math.sqrt(share * (1 - share) / size + (_Z / (2 * size)) ** 2)
    return share, max(0.0, middle - half), min(1.0, middle + half)

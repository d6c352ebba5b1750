"""Which packets are missing, and when to ask for them (again): RFC 4585 section 6.2.1.

aiortc asks once, when a gap appears; a retransmission that is lost too is then never asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_GAP = 512
"""A larger one is a new beginning; nobody keeps so many packets."""
LARGEST_REQUEST = 128
ASK_AGAIN_S = 0.08
TIMES = 10
EARLY = 16
"""Packets sent before the first one that came, which may have overtaken them."""


@dataclass(slots=True)
class _Missing:
    asked_at_s: float
    times: int = 1


class RepairList:
    """Sequence numbers are unwrapped ones."""

    def __init__(self) -> None:
        self._highest: int | None = None
        self._early: set[int] = set()
        self._missing: dict[int, _Missing] = {}
        self.given_up = 0
        """Missing packets that are not asked for any more, or never were."""

    def __len__(self) -> int:
        return len(self._missing)

    def note(self, sequence: int, now_s: float) -> tuple[bool, list[int]]:
        """(whether the packet is new, packets to ask for now)."""
        if self._highest is None:
            self._highest = sequence
            self._early = set(range(sequence - EARLY, sequence))
            return True, []
        if sequence <= self._highest:
            if sequence in self._early:
                self._early.remove(sequence)
                return True, []
            return self._missing.pop(sequence, None) is not None, []
        gap = range(self._highest + 1, sequence)
        self._highest = sequence
        if len(gap) > LARGEST_GAP:
            self.given_up += len(gap)
            self.forget()
            return True, []
        for number in gap:
            self._missing[number] = _Missing(now_s)
        while len(self._missing) > LARGEST_GAP:
            del self._missing[next(iter(self._missing))]
            self.given_up += 1
        return True, list(gap)[-LARGEST_REQUEST:]

    def forget(self) -> None:
        """Nothing of what is missing now will be asked for again."""
        self.given_up += len(self._missing)
        self._missing.clear()

    def due(self, now_s: float, oldest_wanted: int, again_s: float = ASK_AGAIN_S) -> list[int]:
        """What is to be asked for once more. Those before `oldest_wanted`, or asked for too often, are given up."""
        if not self._missing:
            return []
        wanted: list[int] = []
        for number, missing in list(self._missing.items()):
            if number < oldest_wanted or missing.times >= TIMES:
                del self._missing[number]
                self.given_up += 1
            elif now_s - missing.asked_at_s >= again_s and len(wanted) < LARGEST_REQUEST:
                missing.asked_at_s = now_s
                missing.times += 1
                wanted.append(number)
        return sorted(wanted)

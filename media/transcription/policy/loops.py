"""Text that goes in circles: a decoder that has lost its way says the same words again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST_UNIT = 16
_LEAST_REPEATS = {1: 6, 2: 4, 3: 4}
"""Of one, two, three words; longer ones three times. People say "no no no" and "对对对对"."""
_OTHERWISE = 3


@dataclass(frozen=True, slots=True)
class Loop:
    """Words `start` to `end` are the same `unit` words, again and again."""

    start: int
    end: int
    unit: int

    @property
    def excess(self) -> tuple[int, int]:
        """What is there too much: all but the first time."""
        return self.start + self.unit, self.end


def find_loops(words: Sequence[str]) -> list[Loop]:
    """In order, without overlap. `words` are normalised, in Chinese characters."""
    loops: list[Loop] = []
    at = 0
    while at < len(words):
        loop = _find_loop_at(words, at)
        if loop is None:
            at += 1
        else:
            loops.append(loop)
            at = loop.end
    return loops


def _find_loop_at(words: Sequence[str], start: int) -> Loop | None:
    """The shortest unit that repeats often enough from `start` on. A last repetition may be cut short."""
    for unit in range(1, min(_LONGEST_UNIT, (len(words) - start) // 2) + 1):
        end = start + unit
        while end < len(words) and words[end] == words[end - unit]:
            end += 1
        if (end - start) // unit >= _LEAST_REPEATS.get(unit, _OTHERWISE):
            return Loop(start, end, unit)
    return None

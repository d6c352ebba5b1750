"""Text that goes in circles: a decoder that has lost its way says the same words again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST_UNIT = 16
_LONGEST_NUMBER = 16
"""Digits of a telephone number, an account: people say "five five five five five five", and it matters."""
_NUMERALS = frozenset("zero one two three four five six seven eight nine ten 幺 两".split())
_ALSO_IN_NUMBERS = frozenset(("oh", "o"))


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often in a row one, two or three words, or longer phrases, are too often."""

    one: int
    few: int
    more: int

    def least(self, unit: int) -> int:
        return self.one if unit == 1 else self.few if unit <= 3 else self.more


WHEN_DOUBTED = Repeats(one=6, few=4, more=3)
"""People say "no no no" and "对对对对"."""
WHEN_SURE = Repeats(one=12, few=6, more=4)
"""A decoder in a circle is sure of it, too; but nobody says that."""


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


def find_loops(words: Sequence[str], repeats: Repeats = WHEN_DOUBTED) -> list[Loop]:
    """In order, without overlap. `words` are normalised, in Chinese characters."""
    loops: list[Loop] = []
    at = 0
    while at < len(words):
        loop = _find_loop_at(words, at, repeats)
        if loop is None:
            at += 1
        else:
            if not _is_number(words[loop.start : loop.end]):
                loops.append(loop)
            at = loop.end
    return loops


def _find_loop_at(words: Sequence[str], start: int, repeats: Repeats) -> Loop | None:
    """The shortest unit that repeats often enough from `start` on. A last repetition may be cut short."""
    for unit in range(1, min(_LONGEST_UNIT, (len(words) - start) // 2) + 1):
        end = start + unit
        while end < len(words) and words[end] == words[end - unit]:
            end += 1
        if (end - start) // unit >= repeats.least(unit):
            return Loop(start, end, unit)
    return None


def _is_number(words: Sequence[str]) -> bool:
    """As long as one may be; what is longer and all digits is a circle."""
    return (
        len(words) <= _LONGEST_NUMBER
        and all(word in _ALSO_IN_NUMBERS or _is_numeral(word) for word in words)
        and any(_is_numeral(word) for word in words)
    )


def _is_numeral(word: str) -> bool:
    return word in _NUMERALS or word.isnumeric()

"""What counts as a word: in Chinese each character. Case and punctuation do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from media.types import LanguageCode


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A unit of speech with the time in which it is said, in ms from the beginning of its audio."""

    text: str
    t_start_ms: int
    t_end_ms: int


@dataclass(frozen=True, slots=True)
class Edits:
    """Of an alignment with the least number of edits."""

    substituted: int
    deleted: int
    inserted: int
    reference: int

    @property
    def total(self) -> int:
        return self.substituted + self.deleted + self.inserted

    def __add__(self, other: Edits) -> Edits:
        return Edits(
            self.substituted + other.substituted,
            self.deleted + other.deleted,
            self.inserted + other.inserted,
            self.reference + other.reference,
        )


NO_EDITS = Edits(0, 0, 0, 0)


def split_units(text: str, language: LanguageCode) -> list[str]:
    """Words or, in Chinese, characters (a run of Latin letters and digits is one), folded."""
    bare = "".join(" " if unicodedata.category(one)[0] in "PSZ" and one != "'" else one for one in text.casefold())
    return re.findall(r"[a-z0-9']+|\S", bare) if language == "zh-CN" else bare.split()


def pair(heard: Sequence[str], said: Sequence[str], *, open_end: bool = False) -> list[tuple[int, int]]:
    """Indices of what is the same in both, along an alignment with the fewest edits (Levenshtein 1966).

    `open_end`: what is left of `said` at its end costs nothing, since `heard` may be only its beginning so far.
    """
    costs = _fill(heard, said)
    row, column = len(heard), len(said)
    if open_end:
        column = min(range(len(said) + 1), key=lambda end: (costs[row][end], -end))
    pairs: list[tuple[int, int]] = []
    while row and column:
        same = heard[row - 1] == said[column - 1]
        if costs[row][column] == costs[row - 1][column - 1] + (not same):
            if same:
                pairs.append((row - 1, column - 1))
            row, column = row - 1, column - 1
        elif costs[row][column] == costs[row - 1][column] + 1:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]


def count_edits(heard: Sequence[str], said: Sequence[str]) -> Edits:
    costs = _fill(heard, said)
    row, column = len(heard), len(said)
    substituted = deleted = inserted = 0
    while row or column:
        if row and column and costs[row][column] == costs[row - 1][column - 1] + (heard[row - 1] != said[column - 1]):
            substituted += heard[row - 1] != said[column - 1]
            row, column = row - 1, column - 1
        elif row and costs[row][column] == costs[row - 1][column] + 1:
            inserted, row = inserted + 1, row - 1
        else:
            deleted, column = deleted + 1, column - 1
    return Edits(substituted, deleted, inserted, len(said))


def _fill(heard: Sequence[str], said: Sequence[str]) -> list[list[int]]:
    costs = [list(range(len(said) + 1))]
    for row, one in enumerate(heard, start=1):
        above, line = costs[-1], [row]
        for column, other in enumerate(said, start=1):
            line.append(min(above[column - 1] + (one != other), above[column] + 1, line[-1] + 1))
        costs.append(line)
    return costs

"""How alike two questions are: the cosine of their counts of character pairs, 0..1, the same in any language."""

from __future__ import annotations

import math
import re

from realtime_scoring.text import fold

_SIGNS = re.compile(r"[\W_]+")


def measure_likeness(first: str, second: str) -> float:
    left, right = _count_pairs(first), _count_pairs(second)
    product = sum(count * right.get(pair, 0) for pair, count in left.items())
    length = math.sqrt(sum(count * count for count in left.values()) * sum(count * count for count in right.values()))
    return product / length if length else 0.0


def _count_pairs(text: str) -> dict[str, int]:
    plain = _SIGNS.sub(" ", fold(text)).strip()
    counts: dict[str, int] = {}
    for at in range(len(plain) - 1):
        pair = plain[at : at + 2]
        counts[pair] = counts.get(pair, 0) + 1
    return counts

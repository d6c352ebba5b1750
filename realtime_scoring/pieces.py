"""What the tagger knows a clause by: short word sequences, what stands beside it, where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from realtime_scoring.text import word_spans
from realtime_scoring.types import Language

_LONGEST: dict[Language, int] = {"en": 3, "zh-CN": 4}
_BESIDE = 2
"""Words of the clause before, its last, and of the one after, its first."""
_PLACES = 5

EVERY = "#"
"""The piece that every clause has."""
_OPEN, _END = "^", "$"


def cut_pieces(
    text: str, before: str, after: str, place: float, found: Iterable[str], language: Language
) -> frozenset[str]:
    """`place`: 0 for the first clause of an answer, towards 1 for the last. `found`: names of what the rules found."""
    pieces = {f"= {sequence}" for sequence in _cut_sequences(text, language)}
    pieces |= {f"< {word}" for word in _cut_words(before, language)[-_BESIDE:]}
    pieces |= {f"> {word}" for word in _cut_words(after, language)[:_BESIDE]}
    pieces |= {f"{EVERY} {name}" for name in found}
    pieces.add(f"@ {min(_PLACES - 1, int(place * _PLACES))}")
    pieces.add(EVERY)
    return frozenset(pieces)


@lru_cache(maxsize=8192)
def _cut_words(text: str, language: Language) -> tuple[str, ...]:
    return tuple(text[start:end].lower() for start, end in word_spans(text, language))


@lru_cache(maxsize=8192)
def _cut_sequences(text: str, language: Language) -> frozenset[str]:
    """Kept, since a growing answer is read anew with every piece that comes."""
    words = (_OPEN, *_cut_words(text, language), _END)
    return frozenset(
        " ".join(words[start : start + length])
        for length in range(1, _LONGEST[language] + 1)
        for start in range(len(words) - length + 1)
    )

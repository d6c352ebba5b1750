"""The figures, from what was said, what was shown, and when. Pure.

Definitions:
- latency of a word: from its end to the first moment from which on it is in committed text. A word that the final text
  lacks is never committed: infinite. Words committed before their end are counted apart and stay in the percentiles.
- unaware of computation: the same, less the time between the question to the recogniser and its answer.
- unstable partial word ratio (Shangguan et al. 2020): of each text shown, the words from the first one that the next
  text changes on; all of them together over the words of the final texts.
- false commit: a committed word that the final text of its segment does not have in its place; text that was told as
  final and revised counts as committed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from media.types import LanguageCode
from tests.benchmarks.asr.text import Edits, SpokenWord, count_edits, pair, split_units

INFINITE = math.inf
_Item = TypeVar("_Item")


class BrokenPromise(Exception):
    """Committed text was taken back without a revision."""


@dataclass(frozen=True, slots=True)
class Showing:
    """One text of a segment as it was told, in seconds of the feed's clock. `computed_s`: how long the recogniser had
    taken for it, waiting included. What was told as final is committed; `revision` counts how often it was taken up
    again."""

    at_s: float
    committed: str
    unstable: str
    final: bool
    computed_s: float = 0.0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class SegmentShown:
    """All that was told of one segment, in order. Times of `said` are on the feed's clock, in ms."""

    language: LanguageCode
    t_start_ms: int
    t_end_ms: int
    said: tuple[SpokenWord, ...]
    showings: tuple[Showing, ...]

    @property
    def final(self) -> Showing | None:
        """The last one counts: a revision takes the place of what was told before."""
        return next((one for one in reversed(self.showings) if one.final), None)

    @property
    def final_units(self) -> list[str]:
        return [] if self.final is None else split_units(self.final.committed, self.language)


@dataclass(frozen=True, slots=True)
class WordLatency:
    aware_s: float
    unaware_s: float


def measure_words(segment: SegmentShown) -> list[WordLatency]:
    """One for each word said."""
    final = segment.final_units
    commits = _find_commits(segment, final)
    latencies = {word: commits[heard] for heard, word in pair(final, [word.text for word in segment.said])}
    never = (INFINITE, 0.0)
    return [
        WordLatency(aware, aware - computed)
        for number, word in enumerate(segment.said)
        for at_s, computed in [latencies.get(number, never)]
        for aware in [at_s - word.t_end_ms / 1000]
    ]


def _find_commits(segment: SegmentShown, final: Sequence[str]) -> list[tuple[float, float]]:
    """For each word of the final text, since when it was committed for good, and the computation behind that."""
    since: list[tuple[float, float] | None] = [None] * len(final)
    for showing in segment.showings:
        committed = split_units(showing.committed, segment.language)
        there = {number for _, number in pair(committed, final, open_end=not showing.final)}
        for number in range(len(final)):
            if number not in there:
                since[number] = None
            elif since[number] is None:
                since[number] = (showing.at_s, showing.computed_s)
    return [one if one is not None else (INFINITE, 0.0) for one in since]


def measure_final(segment: SegmentShown) -> float | None:
    """From the end of the last word to the final text, in seconds; None where nothing was said."""
    if not segment.said:
        return None
    return INFINITE if segment.final is None else segment.final.at_s - segment.said[-1].t_end_ms / 1000


def measure_first(segments: Sequence[SegmentShown], said: Sequence[SpokenWord]) -> float:
    """From the onset of the first word of an answer to the first text with a right word, in seconds."""
    onset_s = said[0].t_start_ms / 1000
    for segment in segments:
        for showing in segment.showings:
            shown = split_units(showing.committed + " " + showing.unstable, segment.language)
            if pair(shown, [word.text for word in said], open_end=True):
                return showing.at_s - onset_s
    return INFINITE


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Counts of words, to be added up."""

    unstable: int = 0
    changed: int = 0
    shown: int = 0
    final: int = 0
    committed: int = 0
    taken_back: int = 0

    def __add__(self, other: Steadiness) -> Steadiness:
        return Steadiness(
            self.unstable + other.unstable,
            self.changed + other.changed,
            self.shown + other.shown,
            self.final + other.final,
            self.committed + other.committed,
            self.taken_back + other.taken_back,
        )

    @property
    def upwr(self) -> float:
        return self.unstable / max(1, self.final)

    @property
    def replaced_share(self) -> float:
        """Words replaced or removed of all words shown before (the way of RealtimeSTT's evaluator)."""
        return self.changed / max(1, self.shown)

    @property
    def false_commit_rate(self) -> float:
        return self.taken_back / max(1, self.committed)


def measure_steadiness(segment: SegmentShown) -> Steadiness:
    """Raises BrokenPromise when a partial takes back what an earlier one of the same revision had committed."""
    unstable = changed = shown_before = committed = taken_back = 0
    before: list[str] = []
    promised: tuple[int, list[str]] = (0, [])
    final = segment.final_units
    for showing in segment.showings:
        shown = split_units(showing.committed + " " + showing.unstable, segment.language)
        unstable += len(before) - _count_common(before, shown)
        changed += len(before) - len(pair(before, shown, open_end=True))
        shown_before += len(before)
        before = shown
        now = split_units(showing.committed, segment.language)
        if not showing.final:
            if promised[0] == showing.revision and _count_common(promised[1], now) < len(promised[1]):
                raise BrokenPromise(f"{' '.join(promised[1])!r} became {' '.join(now)!r}")
            promised = (showing.revision, now)
        if showing is not segment.final:
            committed = max(committed, len(now))
            taken_back = max(taken_back, len(now) - len(pair(now, final, open_end=True)))
    return Steadiness(unstable, changed, shown_before, len(final), committed, taken_back)


def measure_errors(texts: Sequence[str], said: Sequence[SpokenWord], language: LanguageCode) -> Edits:
    heard = [unit for text in texts for unit in split_units(text, language)]
    return count_edits(heard, [word.text for word in said])


def find_percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank, so that infinite values stay what they are. Raises ValueError without values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def bootstrap(
    items: Sequence[_Item], measure: Callable[[Sequence[_Item]], float], *, rounds: int = 400, seed: int = 1
) -> tuple[float, float]:
    """95 % of what `measure` gives for as many items, drawn again and again with replacement."""
    dice = random.Random(seed)
    figures = sorted(measure(dice.choices(items, k=len(items))) for _ in range(rounds))
    return figures[int(0.025 * rounds)], figures[int(0.975 * rounds) - 1]


def _count_common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count

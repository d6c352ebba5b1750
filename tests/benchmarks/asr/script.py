"""Who says what in a stretch of samples: for an engine that is told its text instead of hearing it.

A recogniser is handed samples alone, cut anywhere. Decoded sound is the same to the last bit each time it is decoded
from its first packet on, so a few samples tell the place. Places are known by their content: where the bits of two
neighbours have a certain remainder, which is about every `_EVERY`-th sample.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from media.types import SAMPLE_RATE_HZ, Samples
from tests.benchmarks.asr.text import SpokenWord

_EVERY = 64
_LOOK = 8_000
_HEARD_FROM = 0.85
"""So much of a word has to be in the samples for it to be understood, as the bundled recogniser was taught."""
_PER_MS = SAMPLE_RATE_HZ // 1000


class Scripts:
    """Filled before the first question; questions may come from any thread."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[int, int] | None] = {}
        self._words: list[tuple[SpokenWord, ...]] = []

    def add(self, samples: Samples, words: tuple[SpokenWord, ...]) -> None:
        """`words` in order, timed from the beginning of `samples`."""
        number = len(self._words)
        self._words.append(words)
        keys, at = _mark(samples)
        for key, place in zip(keys.tolist(), at.tolist(), strict=True):
            # Two places with the same content tell nothing.
            self._places[key] = None if key in self._places else (number, place)

    def find(self, samples: Samples) -> tuple[SpokenWord, ...]:
        """The words in these samples, timed from their beginning; none when they are of no script."""
        for start in range(0, len(samples), _LOOK):
            keys, at = _mark(samples[start : start + _LOOK + 1])
            for key, offset in zip(keys.tolist(), at.tolist(), strict=True):
                place = self._places.get(key)
                if place is not None:
                    return self._read(place[0], place[1] - start - offset, len(samples))
        return ()

    def _read(self, number: int, begin: int, length: int) -> tuple[SpokenWord, ...]:
        begin_ms, end_ms = begin // _PER_MS, (begin + length) // _PER_MS
        return tuple(
            SpokenWord(word.text, max(0, word.t_start_ms - begin_ms), min(end_ms - begin_ms, word.t_end_ms - begin_ms))
            for word in self._words[number]
            if _share_within(word, begin_ms, end_ms) >= _HEARD_FROM
        )


def _share_within(word: SpokenWord, begin_ms: int, end_ms: int) -> float:
    within_ms = min(word.t_end_ms, end_ms) - max(word.t_start_ms, begin_ms)
    return within_ms / max(1, word.t_end_ms - word.t_start_ms)


def _mark(samples: Samples) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Keys of the places to remember, and where they are."""
    bits = np.ascontiguousarray(samples, np.float32).view(np.uint32).astype(np.uint64)
    keys = (bits[:-1] << np.uint64(32)) | bits[1:]
    mixed = (keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
    at = np.flatnonzero((mixed % np.uint64(_EVERY) == 0) & (bits[:-1] != 0) & (bits[1:] != 0))
    return keys[at], at

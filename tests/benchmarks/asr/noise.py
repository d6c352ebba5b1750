"""Nobody speaks: noise and silence, and every word that is shown all the same is one too many."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import numpy as np

from media.types import SAMPLE_RATE_HZ, LanguageCode, Samples
from tests.benchmarks.asr.feed import Feed
from tests.benchmarks.asr.journal import count_words
from tests.benchmarks.asr.material import Talk, decode, encode
from tests.benchmarks.asr.systems import System
from tests.benchmarks.asr.text import split_units
from tests.benchmarks.asr.voice_material import make_noises, open_material

LEVELS_DBFS = (-45.0, -30.0, -20.0)
SILENT_SHARE = 0.2
MINUTES = 10.0
_BEGIN_S, _DRAIN_S = 0.3, 3.0
_LANGUAGES: tuple[LanguageCode, LanguageCode] = ("en", "zh-CN")


@dataclass(frozen=True, slots=True)
class Quiet:
    """`words` by kind of noise; `segments`: how often somebody was believed to speak."""

    minutes: float
    kinds: tuple[str, ...]
    words: dict[str, int] = field(default_factory=dict)
    segments: int = 0

    @property
    def total(self) -> int:
        return sum(self.words.values())


def make_noise_talks(sessions: int) -> list[Talk]:
    """Of equal length, ten minutes together; every fifth is silent. The kinds in turn, at three levels."""
    seconds = MINUTES * 60 / sessions
    count = int(seconds * SAMPLE_RATE_HZ)
    noises = {**make_noises(30.0), **open_material().noises}
    talks: list[Talk] = []
    for number in range(sessions):
        if number % round(1 / SILENT_SHARE) == 0:
            name, sound = "silence", np.zeros(count, np.float32)
        else:
            name = list(noises)[number % len(noises)]
            sound = _set_level(np.roll(noises[name], -number * count), count, LEVELS_DBFS[number % len(LEVELS_DBFS)])
        packets = encode(sound)
        talks.append(Talk(name, _LANGUAGES[number % 2], packets, decode(packets), ()))
    return talks


async def listen_to_noise(talks: list[Talk], open_system: Callable[[], AbstractAsyncContextManager[System]]) -> Quiet:
    """All at the same time, on a real clock."""
    async with open_system() as system:
        feed = Feed(time.monotonic() + _BEGIN_S)
        seats = [system.join(talk, feed.start_s) for talk in talks]
        for talk, seat in zip(talks, seats, strict=True):
            feed.add(talk, 0.0, seat.push)
        await feed.run()
        for seat in seats:
            seat.end()
        await asyncio.sleep(_DRAIN_S)
    words: dict[str, int] = {}
    for seat in seats:
        words[seat.journal.talk.name] = words.get(seat.journal.talk.name, 0) + count_words(seat.journal, split_units)
    return Quiet(
        minutes=sum(talk.duration_s for talk in talks) / 60,
        kinds=tuple(sorted({talk.name for talk in talks})),
        words={kind: count for kind, count in words.items() if count},
        segments=sum(len(seat.journal.segments()) for seat in seats),
    )


def _set_level(noise: Samples, count: int, level_dbfs: float) -> Samples:
    stretched = np.resize(noise, count)
    gain = 10 ** (level_dbfs / 20) / float(np.sqrt(np.mean(stretched**2)))
    levelled: Samples = np.clip(stretched * np.float32(gain), -1, 1).astype(np.float32)
    return levelled

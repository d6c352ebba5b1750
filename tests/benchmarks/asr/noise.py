"""Nobody speaks: noise and silence, and every word that is shown all the same is one too many."""

from __future__ import annotations

import asyncio
import random
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
"""Of the sessions."""
MINUTES = 10.0
_BEGIN_S, _DRAIN_S = 0.3, 3.0
_LANGUAGES: tuple[LanguageCode, LanguageCode] = ("en", "zh-CN")


@dataclass(frozen=True, slots=True)
class Quiet:
    """`words` by kind of noise; `segments`: how often somebody was believed to speak. `distinct_minutes`: without what
    was heard before, at another level."""

    minutes: float
    distinct_minutes: float
    kinds: tuple[str, ...]
    words: dict[str, int] = field(default_factory=dict)
    segments: int = 0

    @property
    def total(self) -> int:
        return sum(self.words.values())


@dataclass(frozen=True, slots=True)
class Stretch:
    """`begin` and `end` in samples of the kind's sound, which goes round; of silence there is no level."""

    kind: str
    level_dbfs: float | None
    begin: int
    end: int


def plan_noise(lengths: dict[str, int | None], sessions: int, *, seed: int = 1) -> list[Stretch]:
    """Every kind at every level, equally often and as often as `sessions` need at least; a fifth of silence besides.

    `lengths`: samples of each recording; None for what is made up, of which there is any amount. Each kind begins at
    random and goes on where it was left, so nothing comes twice before all of it came. What recordings are too short
    for is made up for by those kinds of which there is more: ten minutes remain that are not the same.
    """
    dice = random.Random(seed)
    rounds = max(1, round(sessions * (1 - SILENT_SHARE) / len(lengths) / len(LEVELS_DBFS)))
    each = rounds * len(LEVELS_DBFS)
    silences = round(each * len(lengths) * SILENT_SHARE / (1 - SILENT_SHARE))
    count = _find_length(lengths, each, silences)
    stretches = [Stretch("silence", None, 0, count) for _ in range(silences)]
    for kind, length in lengths.items():
        begin = dice.randrange(length or 1)
        stretches += [
            Stretch(kind, LEVELS_DBFS[number % len(LEVELS_DBFS)], begin + number * count, begin + (number + 1) * count)
            for number in range(each)
        ]
    dice.shuffle(stretches)
    return stretches


def _find_length(lengths: dict[str, int | None], each: int, silences: int) -> int:
    """Of a stretch, in samples, so that ten minutes are distinct."""
    wanted = int(MINUTES * 60 * SAMPLE_RATE_HZ)
    count = wanted // (each * len(lengths) + silences)
    while count_distinct(lengths, each * count) + silences * count < wanted:
        count += SAMPLE_RATE_HZ // 10
    return count


def count_distinct(lengths: dict[str, int | None], heard: int) -> int:
    """Samples, when so many are heard of each kind."""
    return sum(heard if length is None else min(heard, length) for length in lengths.values())


def make_noise_talks(sessions: int) -> tuple[list[Talk], float]:
    """And how many minutes of them are distinct. A hum is the same for ever: a second of it counts."""
    recordings = open_recordings()
    lengths: dict[str, int | None] = dict.fromkeys(make_noises(1.0))
    lengths["hum"] = SAMPLE_RATE_HZ
    lengths |= {kind: len(sound) for kind, sound in recordings.items()}
    stretches = plan_noise(lengths, sessions)
    most = max(stretch.end for stretch in stretches)
    sounds = make_noises(most / SAMPLE_RATE_HZ + 1) | recordings
    talks: list[Talk] = []
    for number, stretch in enumerate(stretches):
        packets = encode(_cut(sounds, stretch))
        talks.append(Talk(stretch.kind, _LANGUAGES[number % 2], packets, decode(packets), ()))
    count = stretches[0].end - stretches[0].begin
    silences = sum(stretch.kind == "silence" for stretch in stretches)
    each = (len(stretches) - silences) // len(lengths)
    return talks, (count_distinct(lengths, each * count) + silences * count) / SAMPLE_RATE_HZ / 60


def open_recordings() -> dict[str, Samples]:
    """None on machines without."""
    made_up = make_noises(1.0)
    return {kind: sound for kind, sound in open_material().noises.items() if kind not in made_up}


def _cut(sounds: dict[str, Samples], stretch: Stretch) -> Samples:
    count = stretch.end - stretch.begin
    if stretch.level_dbfs is None:
        return np.zeros(count, np.float32)
    sound = sounds[stretch.kind]
    return _set_level(np.take(sound, np.arange(stretch.begin, stretch.end), mode="wrap"), stretch.level_dbfs)


async def listen_to_noise(
    talks: list[Talk], distinct_minutes: float, open_system: Callable[[], AbstractAsyncContextManager[System]]
) -> Quiet:
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
        distinct_minutes=distinct_minutes,
        kinds=tuple(sorted({talk.name for talk in talks})),
        words={kind: count for kind, count in words.items() if count},
        segments=sum(len(seat.journal.segments()) for seat in seats),
    )


def _set_level(noise: Samples, level_dbfs: float) -> Samples:
    gain = 10 ** (level_dbfs / 20) / float(np.sqrt(np.mean(noise**2)))
    levelled: Samples = np.clip(noise * np.float32(gain), -1, 1).astype(np.float32)
    return levelled

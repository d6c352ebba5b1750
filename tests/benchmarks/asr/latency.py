"""One session on the bundled recogniser: how soon, how steady, how right."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from media.transcription.types import Request
from media.types import Transcription
from tests.benchmarks.asr.feed import Feed
from tests.benchmarks.asr.journal import Journal, drain
from tests.benchmarks.asr.material import Said, Talk
from tests.benchmarks.asr.measures import (
    INFINITE,
    SegmentShown,
    Steadiness,
    WordLatency,
    bootstrap,
    find_percentile,
    measure_errors,
    measure_final,
    measure_first,
    measure_steadiness,
    measure_words,
)
from tests.benchmarks.asr.systems import System
from tests.benchmarks.asr.text import NO_EDITS, Edits

BEGIN_S = 0.3
DRAIN_S = 3.0
_PER_MS = 16

Transcribe = Callable[[Request], Transcription]


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer as it was heard; what is resampled for intervals."""

    first_s: float
    words: tuple[WordLatency, ...]
    finals_s: tuple[float, ...]
    steadiness: Steadiness
    streamed: Edits
    offline: Edits


@dataclass(slots=True)
class Shown:
    """Of one system over all talks."""

    answers: list[AnswerShown] = field(default_factory=list)
    late_s: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Shown) -> None:
        self.answers += other.answers
        self.failures += other.failures
        self.late_s = max(self.late_s, other.late_s)

    @property
    def words(self) -> list[WordLatency]:
        return [word for answer in self.answers for word in answer.words]

    @property
    def steadiness(self) -> Steadiness:
        return sum((answer.steadiness for answer in self.answers), Steadiness())

    @property
    def streamed(self) -> Edits:
        return sum((answer.streamed for answer in self.answers), NO_EDITS)

    @property
    def offline(self) -> Edits:
        return sum((answer.offline for answer in self.answers), NO_EDITS)

    def find_word_s(self, share: float) -> float:
        return find_percentile([word.aware_s for word in self.words], share)

    def find_unaware_word_s(self, share: float) -> float:
        return find_percentile([word.unaware_s for word in self.words], share)

    def find_first_s(self, share: float) -> float:
        return find_percentile([answer.first_s for answer in self.answers], share)

    def find_final_s(self, share: float) -> float:
        finals_s = [final_s for answer in self.answers for final_s in answer.finals_s]
        return find_percentile(finals_s, share) if finals_s else INFINITE

    def estimate_word_s(self, share: float) -> tuple[float, float]:
        """95 % interval, answers drawn again."""
        return bootstrap(
            self.answers,
            lambda answers: find_percentile([word.aware_s for one in answers for word in one.words], share),
        )

    def estimate_final_s(self, share: float) -> tuple[float, float]:
        return bootstrap(
            self.answers, lambda answers: find_percentile([final for one in answers for final in one.finals_s], share)
        )


def estimate_delta(answers: Sequence[AnswerShown]) -> tuple[float, float]:
    return bootstrap(answers, measure_delta)


def measure_delta(answers: Sequence[AnswerShown]) -> float:
    """Points of word error rate (characters in Chinese) that streaming costs, over all units together."""
    said = max(1, sum(answer.streamed.reference for answer in answers))
    return 100 * sum(answer.streamed.total - answer.offline.total for answer in answers) / said


async def show_talks(
    talks: Sequence[Talk], open_system: Callable[[], AbstractAsyncContextManager[System]], offline: Transcribe
) -> Shown:
    """One after the other, one session at a time."""
    shown = Shown()
    for talk in talks:
        shown.add(await show_together([talk], open_system, offline))
    return shown


async def show_together(
    talks: Sequence[Talk], open_system: Callable[[], AbstractAsyncContextManager[System]], offline: Transcribe
) -> Shown:
    """All at the same time."""
    shown = Shown()
    async with open_system() as system:
        feed = Feed(time.monotonic() + BEGIN_S)
        seats = [system.join(talk, feed.start_s) for talk in talks]
        for talk, seat in zip(talks, seats, strict=True):
            feed.add(talk, 0.0, seat.push)
        await feed.run()
        for seat in seats:
            seat.end()
        await drain([seat.journal for seat in seats], math.inf, DRAIN_S)
    shown.late_s = feed.late_s
    for talk, seat in zip(talks, seats, strict=True):
        shown.failures += seat.journal.failures
        shown.answers += [await asyncio.to_thread(_judge, seat.journal, said, offline) for said in talk.said]
    return shown


def _judge(journal: Journal, said: Said, offline: Transcribe) -> AnswerShown:
    segments = journal.segments_of(said)
    finals = [measure_final(segment) for segment in segments]
    return AnswerShown(
        first_s=measure_first(segments, said.words),
        words=tuple(latency for segment in segments for latency in measure_words(segment)),
        finals_s=tuple(final_s for final_s in finals if final_s is not None),
        steadiness=_sum_up(segments),
        streamed=measure_errors(journal.text_of(said), said.words, said.language),
        offline=measure_errors([offline(_ask_whole(journal.talk, said)).text], said.words, said.language),
    )


def _ask_whole(talk: Talk, said: Said) -> Request:
    """The same sound in one go, as a file would be transcribed."""
    return Request(talk.samples[said.t_start_ms * _PER_MS : said.t_end_ms * _PER_MS].copy(), said.language, "final")


def _sum_up(segments: Sequence[SegmentShown]) -> Steadiness:
    return sum((measure_steadiness(segment) for segment in segments), Steadiness())

"""What one session was told, and when; and what becomes of it as text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from media.types import (
    FinalTranscript,
    LanguageCode,
    MediaFact,
    MediaFault,
    PartialTranscript,
    TranscriptionFailed,
)
from tests.benchmarks.asr.material import Said, Talk
from tests.benchmarks.asr.measures import SegmentShown, Showing
from tests.benchmarks.asr.text import SpokenWord

_DRAIN_STEP_S = 0.25
_Shown = PartialTranscript | FinalTranscript


class Journal:
    """`start_s` is the moment, on the clock that is read, at which the talk began."""

    def __init__(
        self,
        talk: Talk,
        start_s: float,
        *,
        read_computed_s: Callable[[bool], float] = lambda final: 0.0,
        read_clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.talk = talk
        self.start_s = start_s
        self.failures: list[str] = []
        self._read_computed_s = read_computed_s
        self._read_clock_s = read_clock_s
        self._shown: dict[str, list[tuple[_Shown, Showing]]] = {}

    async def put(self, fact: MediaFact) -> None:
        """A `Report` of the pipeline."""
        at_s = self._read_clock_s() - self.start_s
        if isinstance(fact, PartialTranscript):
            showing = Showing(at_s, fact.committed, fact.unstable, False, self._read_computed_s(False), fact.revision)
        elif isinstance(fact, FinalTranscript):
            showing = Showing(at_s, fact.text, "", True, self._read_computed_s(True), fact.revision)
        else:
            if isinstance(fact, TranscriptionFailed | MediaFault):
                self.failures.append(fact.code)
            return
        self._shown.setdefault(fact.segment_id, []).append((fact, showing))

    @property
    def finals(self) -> int:
        return sum(1 for told in self._shown.values() if any(showing.final for _, showing in told))

    @property
    def partials(self) -> int:
        return sum(not showing.final for told in self._shown.values() for _, showing in told)

    def segments(self) -> list[SegmentShown]:
        """In order of time; the words of the talk that are in none of them come as one that was never shown."""
        segments = [self._assemble(told) for told in self._shown.values()]
        segments.sort(key=lambda segment: segment.t_start_ms)
        found = {word for segment in segments for word in segment.said}
        lost = tuple(word for word in self.talk.words if word not in found)
        if lost:
            segments.append(SegmentShown(self.talk.language, lost[0].t_start_ms, lost[-1].t_end_ms, lost, ()))
        return segments

    def segments_of(self, said: Said) -> list[SegmentShown]:
        """No pause between two answers is so short that a segment could be of both."""
        own = set(said.words)
        return [
            replace(one, said=tuple(word for word in one.said if word in own))
            for one in self.segments()
            if one.t_start_ms < said.t_end_ms and one.t_end_ms > said.t_start_ms
        ]

    def text_of(self, said: Said) -> list[str]:
        return [segment.final.committed for segment in self.segments_of(said) if segment.final is not None]

    def is_through(self, ended_s: float) -> bool:
        fed_ms = (ended_s - self.start_s) * 1000
        return all(
            segment.final is not None or all(word.t_end_ms >= fed_ms for word in segment.said)
            for segment in self.segments()
        )

    def _assemble(self, told: list[tuple[_Shown, Showing]]) -> SegmentShown:
        last = told[-1][0]
        return SegmentShown(
            self.talk.language,
            last.t_start_ms,
            last.t_end_ms,
            find_between(self.talk.words, last.t_start_ms, last.t_end_ms),
            tuple(showing for _, showing in told),
        )


async def drain(journals: Sequence[Journal], ended_s: float, drain_s: float) -> None:
    """Until all that was said by `ended_s`, on the clock of the journals, has its final text; `drain_s` at the most."""
    give_up_s = time.monotonic() + drain_s
    while time.monotonic() < give_up_s and not all(journal.is_through(ended_s) for journal in journals):
        await asyncio.sleep(_DRAIN_STEP_S)


def find_between(words: tuple[SpokenWord, ...], t_start_ms: int, t_end_ms: int) -> tuple[SpokenWord, ...]:
    """Those whose middle is in between."""
    return tuple(word for word in words if t_start_ms <= (word.t_start_ms + word.t_end_ms) / 2 < t_end_ms)


def count_words(journal: Journal, split: Callable[[str, LanguageCode], list[str]]) -> int:
    """Words shown in a talk without any: of each segment the most that were shown at a time."""
    return sum(
        max(
            (len(split(one.committed + " " + one.unstable, journal.talk.language)) for one in segment.showings),
            default=0,
        )
        for segment in journal.segments()
    )

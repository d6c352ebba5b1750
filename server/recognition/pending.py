"""What this process has asked and not been answered, and who is there to answer. No I/O, no clock of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from media.errors import PartialSuperseded, RecogniserUnavailable, TranscriptionError
from media.types import SAMPLE_RATE_HZ, LanguageCode, Transcription
from server.recognition.job import Job
from server.recognition.keys import Queue

ABSENT_AFTER_S = 5.0
"""So long nobody has been seen who knows the language: finals wait no longer, since an interview must not wait for
them. A worker that is started again, or Redis, may be back by then."""
WAITING_AUDIO_S = 1_200.0
"""Of finals that wait in this process; further ones are refused at once, and kept on disk by who asked."""


@dataclass(slots=True, eq=False)
class Pending:
    """`entry` is None until Redis has it, and while it is to be put there again."""

    job: Job
    written: bytes
    queue: Queue
    answer: asyncio.Future[Transcription]
    asked_s: float
    entry: str | None = None
    submitted: int = 0
    confirmed: bool = False
    """A speculative final that is to be moved to the finals."""
    missed_at: int | None = None
    """How often answers had been read when it was found to be in Redis no more; None while it is there."""

    @property
    def final(self) -> bool:
        return self.job.request.final

    @property
    def audio_s(self) -> float:
        return len(self.job.request.samples) / SAMPLE_RATE_HZ

    @property
    def to_be_moved(self) -> bool:
        return self.confirmed and self.queue.kind == "speculative" and not self.answer.done()

    @property
    def place(self) -> tuple[str, str] | None:
        """Which only one at a time can have."""
        return None if self.queue.kind == "final" else (self.job.stream_id, self.queue.kind)

    def fail(self, error: TranscriptionError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class PendingJobs:
    def __init__(self) -> None:
        self._by_id: dict[str, Pending] = {}
        self._latest: dict[tuple[str, str], Pending] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Pending]:
        return iter(list(self._by_id.values()))

    @property
    def audio_s(self) -> float:
        return sum(each.audio_s for each in self._by_id.values() if each.final)

    def add(self, pending: Pending) -> None:
        """A partial, and a speculative final, takes the place of the one before."""
        self._by_id[pending.job.id] = pending
        if pending.place is not None:
            former, self._latest[pending.place] = self._latest.get(pending.place), pending
            if former is not None:
                former.fail(PartialSuperseded("a newer one took its place"))

    def remove(self, pending: Pending) -> None:
        self._by_id.pop(pending.job.id, None)
        self._vacate(pending)

    def confirm(self, stream_id: str) -> bool:
        """The stream's speculative final keeps waiting whatever comes after it. False: there is none."""
        pending = self._latest.get((stream_id, "speculative"))
        if pending is None:
            return False
        self._vacate(pending)
        pending.confirmed = True
        return True

    def _vacate(self, pending: Pending) -> None:
        for kind in ("speculative", "partial"):
            place = (pending.job.stream_id, kind)
            if self._latest.get(place) is pending:
                del self._latest[place]

    def find(self, job_id: str) -> Pending | None:
        return self._by_id.get(job_id)

    def fail_all(self, error: TranscriptionError) -> None:
        for pending in self:
            pending.fail(error)


class Presence:
    """When each language's workers were last seen; at the beginning they are given the benefit of the doubt."""

    def __init__(self, now_s: float) -> None:
        self._began_s = now_s
        self._seen_s: dict[LanguageCode, float] = {}

    def note(self, languages: frozenset[LanguageCode], now_s: float) -> None:
        for language in languages:
            self._seen_s[language] = now_s

    def absent(self, language: LanguageCode, now_s: float) -> bool:
        return now_s - self._seen_s.get(language, self._began_s) > ABSENT_AFTER_S

    def check(self, language: LanguageCode, now_s: float) -> None:
        """Raises RecogniserUnavailable."""
        if self.absent(language, now_s):
            raise RecogniserUnavailable(f"no worker for {language} is there")

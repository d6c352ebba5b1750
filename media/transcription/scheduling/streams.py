"""What waits of one stream, and what of it is at the engine."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from media.transcription.scheduling.jobs import Job

AnyJob = TypeVar("AnyJob", bound=Job)
_NEVER_S = float("-inf")


@dataclass(slots=True)
class Stream(Generic[AnyJob]):
    finals: deque[AnyJob] = field(default_factory=deque)
    speculative: AnyJob | None = None
    partial: AnyJob | None = None
    final_at_engine: AnyJob | None = None
    partial_at_engine: AnyJob | None = None
    shown: bool = False
    """A partial has gone to the engine since the last final was asked for."""
    covered_s: float = _NEVER_S
    """When the last partial that went to the engine was asked for."""
    served_s: float = _NEVER_S
    """When a final last went to the engine."""
    touched_s: float = _NEVER_S

    def heads(self) -> Iterator[AnyJob]:
        """The next of each kind: a speculative final goes behind the stream's finals."""
        if self.finals:
            yield self.finals[0]
        elif self.speculative is not None:
            yield self.speculative
        if self.partial is not None:
            yield self.partial

    def waiting(self) -> Iterator[AnyJob]:
        yield from self.finals
        if self.speculative is not None:
            yield self.speculative
        if self.partial is not None:
            yield self.partial

    def open_to(self, job: AnyJob) -> bool:
        return (self.partial_at_engine if job.partial else self.final_at_engine) is None

    def remove(self, job: AnyJob) -> None:
        """If it waits."""
        if job in self.finals:
            self.finals.remove(job)
        if self.speculative is job:
            self.speculative = None
        if self.partial is job:
            self.partial = None

    def send(self, job: AnyJob, now_s: float) -> None:
        """To the engine."""
        self.remove(job)
        self.touched_s = now_s
        if job.partial:
            self.partial_at_engine = job
            self.shown, self.covered_s = True, job.created_s
        else:
            self.final_at_engine = job
            self.served_s = now_s

    def release(self, job: AnyJob) -> None:
        """Back from it."""
        if self.final_at_engine is job:
            self.final_at_engine = None
        if self.partial_at_engine is job:
            self.partial_at_engine = None

    @property
    def idle(self) -> bool:
        at_engine = self.final_at_engine is not None or self.partial_at_engine is not None
        return not at_engine and next(self.heads(), None) is None

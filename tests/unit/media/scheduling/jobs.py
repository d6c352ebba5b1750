"""Jobs without a request, on a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Hashable

from media.transcription.scheduling.jobs import Job, JobKind
from media.transcription.scheduling.queue import JobQueue

TURN_S = 0.8
PARTIALS_AFTER = 3


def make_queue() -> JobQueue[Job]:
    return JobQueue(turn_s=TURN_S, partials_after=PARTIALS_AFTER)


def make_job(
    stream_id: str,
    kind: JobKind = "final",
    at_s: float = 0.0,
    *,
    due_s: float | None = None,
    bucket: Hashable = "one",
    ready: bool = True,
) -> Job:
    due_s = at_s + TURN_S if due_s is None else due_s
    return Job(stream_id=stream_id, kind=kind, created_s=at_s, due_s=due_s, bucket=bucket, ready=ready)


def take_all(queue: JobQueue[Job], now_s: float = 0.0, *, limit: int = 1, spare_partials: bool = False) -> list[Job]:
    """One call after the other, until nothing waits."""
    taken: list[Job] = []
    while batch := queue.take(limit, now_s, spare_partials=spare_partials):
        taken += batch
        for job in batch:
            queue.release(job)
    return taken

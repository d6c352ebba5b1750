"""Who is next: finals by due time, then what may turn out to be a final, then first partials, then partials by how long
their stream has shown nothing new.

Pure: no clock, no engine. Of each stream there wait any number of finals, one speculative final and one partial; a
newer one of the latter two takes the older one's place. One final (or speculative final) and one partial of a stream
can be at the engine at the same time, so that a stream's finals are answered in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic

from media.transcription.scheduling.batches import form_batch
from media.transcription.scheduling.streams import AnyJob, Stream

_FINAL, _SPECULATIVE, _FIRST_PARTIAL, _PARTIAL = range(4)
_KEPT_S = 60.0


class JobQueue(Generic[AnyJob]):
    def __init__(self, *, turn_s: float, partials_after: int) -> None:
        """`turn_s`: a stream's next final counts as due no sooner than so long after its last one was taken, so that
        one with many finals does not keep the others waiting. After `partials_after` calls for finals in a row, one
        is for partials."""
        self._turn_s = turn_s
        self._partials_after = partials_after
        self._streams: dict[str, Stream[AnyJob]] = {}
        self._finals_in_a_row = 0

    def is_first(self, stream_id: str) -> bool:
        """Whether the stream's next partial is the first since its speech began."""
        stream = self._streams.get(stream_id)
        return stream is None or not stream.shown

    def put(self, job: AnyJob) -> list[AnyJob]:
        """Those whose place it takes: a final also tells what a waiting partial of its stream would have told."""
        stream = self._streams.setdefault(job.stream_id, Stream())
        stream.touched_s = job.created_s
        outdone = [stream.partial] if stream.partial is not None else []
        if job.partial:
            job.first = not stream.shown
            since_s = outdone[0].uncovered_s if outdone else job.created_s
            job.uncovered_s = stream.covered_s if stream.shown else since_s
            stream.partial = job
            return outdone
        stream.partial, stream.shown = None, False
        if job.kind == "final":
            stream.finals.append(job)
        else:
            if stream.speculative is not None:
                outdone.append(stream.speculative)
            stream.speculative = job
        return outdone

    def put_back(self, job: AnyJob) -> bool:
        """For another try, in front of its stream's others. False: its place is taken by a newer one."""
        stream = self._streams.setdefault(job.stream_id, Stream())
        stream.release(job)
        if job.kind == "final":
            stream.finals.appendleft(job)
            return True
        if (stream.partial if job.partial else stream.speculative) is not None:
            return False
        if job.partial:
            stream.partial = job
        else:
            stream.speculative = job
        return True

    def confirm(self, stream_id: str) -> None:
        """The stream's speculative final is a final."""
        if (stream := self._streams.get(stream_id)) is None:
            return
        if stream.final_at_engine is not None:
            stream.final_at_engine.kind = "final"
        if (job := stream.speculative) is not None:
            job.kind = "final"
            stream.speculative = None
            stream.finals.append(job)

    def holds(self, job: AnyJob) -> bool:
        """Whether it waits (and is not at the engine)."""
        stream = self._streams.get(job.stream_id)
        return stream is not None and job in stream.waiting()

    def withdraw(self, job: AnyJob) -> None:
        if (stream := self._streams.get(job.stream_id)) is not None:
            stream.remove(job)

    def release(self, job: AnyJob) -> None:
        """It is back from the engine."""
        if (stream := self._streams.get(job.stream_id)) is not None:
            stream.release(job)

    def pick_unprepared(self) -> AnyJob | None:
        """The most urgent of those that could be next in their stream: what is ready takes more room than its sound."""
        waiting = [
            job for stream in self._streams.values() for job in stream.heads() if not (job.ready or job.preparing)
        ]
        return min(waiting, key=self._rank, default=None)

    def take(self, limit: int, now_s: float, *, spare_partials: bool) -> list[AnyJob]:
        """What is to be decoded in one call now, the most urgent first. `spare_partials`: see `partials_after`, and one
        place of a full batch is a partial's."""
        eligible = [
            job for stream in self._streams.values() for job in stream.heads() if job.ready and stream.open_to(job)
        ]
        if not eligible:
            return []
        eligible.sort(key=self._rank)
        lead = eligible[0]
        if spare_partials and self._finals_in_a_row >= self._partials_after:
            lead = next((job for job in eligible if job.partial), lead)
        batch = form_batch(lead, eligible, limit, spare_partial=spare_partials)
        has_partial = any(job.partial for job in batch)
        self._finals_in_a_row = 0 if has_partial else self._finals_in_a_row + 1
        for job in batch:
            self._streams[job.stream_id].send(job, now_s)
        return batch

    def waiting(self) -> Iterator[AnyJob]:
        for stream in self._streams.values():
            yield from stream.waiting()

    def prune(self, now_s: float) -> list[str]:
        """Forgets streams of which nothing has been heard for a minute; their ids."""
        silent = [
            stream_id
            for stream_id, stream in self._streams.items()
            if stream.idle and now_s - stream.touched_s > _KEPT_S
        ]
        for stream_id in silent:
            del self._streams[stream_id]
        return silent

    def _rank(self, job: AnyJob) -> tuple[int, float, float]:
        if job.partial:
            return (_FIRST_PARTIAL if job.first else _PARTIAL, job.uncovered_s, job.created_s)
        due_s = max(job.due_s, self._streams[job.stream_id].served_s + self._turn_s)
        return (_FINAL if job.kind == "final" else _SPECULATIVE, due_s, job.created_s)

"""Who goes along with whom in one call of the engine.

Work-conserving: a thread that is idle takes what is there at once, and while all are busy more of the same bucket
gathers by itself. Waiting for company would only pay if a call for two were cheaper than the time waited.
"""

from __future__ import annotations

from collections.abc import Sequence

from media.transcription.scheduling.streams import AnyJob


def form_batch(lead: AnyJob, eligible: Sequence[AnyJob], limit: int, *, spare_partial: bool) -> list[AnyJob]:
    """`lead` and those of its bucket, at most one of each stream, in the order of `eligible` (the most urgent first).

    `spare_partial`: when there is no room for all, the last place is a partial's. Who has to go alone goes alone.
    """
    if lead.alone:
        return [lead]
    batch, left, streams = [lead], [], {lead.stream_id}
    for job in eligible:
        if job.alone or job.bucket != lead.bucket or job.stream_id in streams:
            continue
        if len(batch) < limit:
            batch.append(job)
            streams.add(job.stream_id)
        else:
            left.append(job)
    if spare_partial and len(batch) > 1 and not any(job.partial for job in batch):
        batch[-1] = next((job for job in left if job.partial), batch[-1])
    return batch

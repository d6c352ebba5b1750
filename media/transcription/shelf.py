"""Where speech waits for which there is no recogniser at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from media.transcription.types import Request


@dataclass(frozen=True, slots=True)
class UnheardSegment:
    """A segment as the recogniser would have got it, and where its text belongs once there is one. Times are on the
    interview clock."""

    interview_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int
    request: Request
    revision: int = 0
    """That its text will have."""


class Shelf(Protocol):
    async def keep(self, unheard: UnheardSegment) -> bool:
        """Durable when it returns. False: it cannot be kept (the disk is full, or the shelf is), so that its text is
        lost unless somebody listens to the recording. Never raises."""
        ...

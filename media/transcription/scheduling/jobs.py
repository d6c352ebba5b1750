"""What waits for the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from media.transcription.ports import Prepared
from media.transcription.types import Request
from media.types import Transcription

JobKind = Literal["final", "speculative", "partial"]


@dataclass(slots=True, eq=False, kw_only=True)
class Job:
    """What the queue has to know; times on the scheduler's clock."""

    stream_id: str
    kind: JobKind
    created_s: float
    due_s: float
    audio_s: float = 0.0
    first: bool = False
    """Of a partial: none has been decoded since the speech began. Set by the queue."""
    uncovered_s: float = 0.0
    """Of a partial: since when nothing of the stream has been shown. Set by the queue."""
    preparing: bool = False
    ready: bool = False
    bucket: Hashable = None
    """Known when it is ready."""
    alone: bool = False
    """It failed once, and the next time it takes nobody with it."""

    @property
    def partial(self) -> bool:
        return self.kind == "partial"


@dataclass(slots=True, eq=False, kw_only=True)
class Call(Job):
    """A job with what it needs and who waits for it."""

    request: Request
    answer: asyncio.Future[Transcription]
    prepared: Prepared | None = None
    failures: int = 0

    def take_prepared(self, prepared: Prepared) -> None:
        self.prepared, self.bucket, self.ready = prepared, prepared.bucket, True

    def let_go(self) -> None:
        """Nobody needs it any more."""
        self.prepared = None

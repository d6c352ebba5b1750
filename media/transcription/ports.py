"""The replaceable parts of transcription."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

from media.errors import TranscriptionError
from media.transcription.types import Request
from media.types import RecogniserInfo, Transcription


class Prepared(Protocol):
    """A request made ready: only those with equal buckets can be decoded in one call."""

    @property
    def request(self) -> Request: ...

    @property
    def bucket(self) -> Hashable: ...


class Engine(Protocol):
    """A model in this process. Blocking: `prepare` on any thread, `decode` on a fixed number of threads of its own."""

    @property
    def info(self) -> RecogniserInfo: ...

    def prepare(self, request: Request) -> Prepared:
        """Features and prompt. Raises TranscriptionError for what no recogniser could take."""
        ...

    def decode(self, batch: Sequence[Prepared]) -> list[Transcription | TranscriptionError]:
        """Of one bucket; an outcome each, in order. One that fails does not fail the others."""
        ...

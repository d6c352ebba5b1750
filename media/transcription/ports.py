"""The replaceable parts of transcription."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

from media.errors import TranscriptionError
from media.transcription.condition import Admission, DegradeLevel, RecogniserStats, Watcher
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


class Recogniser(Protocol):
    """Speech to text for many streams, wherever the engine is. All of it is called on the event loop.

    One per process. `run` is owned by the process; what is asked before it runs waits for it.
    """

    @property
    def info(self) -> RecogniserInfo: ...

    @property
    def level(self) -> DegradeLevel: ...

    async def transcribe(
        self,
        stream_id: str,
        request: Request,
        *,
        due_s: float | None = None,
        deadline_s: float | None = None,
        speculative: bool = False,
    ) -> Transcription:
        """`due_s`: in how many seconds from now the text is wanted (negative: it is late already); finals go in that
        order. None: 0.8 s. `deadline_s`: for one try, from now; a final has two. A `speculative` final may turn out not
        to be one: it goes behind those that are, and a newer one of the stream takes its place.

        Finals of a stream are answered in the order in which they were asked. Cancelling takes the request back.
        Raises TranscriptionError: PartialSuperseded, PartialShed, TranscriptionTimedOut, RecogniserUnavailable, ...
        """
        ...

    def confirm(self, stream_id: str) -> None:
        """The stream's speculative final is one: it waits no longer behind others. Without one, nothing happens."""
        ...

    def partial_interval_s(self, stream_id: str) -> float:
        """How long to wait from asking for a partial to asking for the next; to be asked each time."""
        ...

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Told of each new level from now on, until what comes back is called."""
        ...

    def admits(self) -> Admission:
        """Whether one more interview can begin; each yes counts as one that does."""
        ...

    def stats(self) -> RecogniserStats: ...

    async def run(self) -> None:
        """Until `close` or cancellation."""
        ...

    async def close(self) -> None:
        """Who waits gets RecogniserUnavailable."""
        ...

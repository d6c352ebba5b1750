"""A recogniser that remembers how long it took: what is left of a latency without it is unaware of computation."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from media.errors import TranscriptionError
from media.transcription.condition import Admission, DegradeLevel, RecogniserStats, Watcher
from media.transcription.ports import Recogniser
from media.transcription.types import Request
from media.types import RecogniserInfo, Transcription


class Probe:
    """A `Recogniser` in front of another. `outcomes` counts what came of requests, by kind and code."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.highest = recogniser.level
        self._took_s: dict[tuple[str, bool], float] = {}
        recogniser.watch(self._note)

    @property
    def info(self) -> RecogniserInfo:
        return self._recogniser.info

    @property
    def level(self) -> DegradeLevel:
        return self._recogniser.level

    def read_computed_s(self, stream_id: str, *, final: bool) -> float:
        """From question to answer, of the stream's last one."""
        return self._took_s.get((stream_id, final), 0.0)

    async def transcribe(
        self,
        stream_id: str,
        request: Request,
        *,
        due_s: float | None = None,
        deadline_s: float | None = None,
        speculative: bool = False,
    ) -> Transcription:
        kind = "speculative" if speculative else request.kind
        asked_s = time.monotonic()
        try:
            transcription = await self._recogniser.transcribe(
                stream_id, request, due_s=due_s, deadline_s=deadline_s, speculative=speculative
            )
        except TranscriptionError as error:
            self.outcomes[kind, error.code] += 1
            raise
        self._took_s[stream_id, request.final] = time.monotonic() - asked_s
        self.outcomes[kind, "ok"] += 1
        return transcription

    def confirm(self, stream_id: str) -> None:
        self._recogniser.confirm(stream_id)

    def partial_interval_s(self, stream_id: str) -> float:
        return self._recogniser.partial_interval_s(stream_id)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        return self._recogniser.watch(watcher)

    def admits(self) -> Admission:
        return self._recogniser.admits()

    def stats(self) -> RecogniserStats:
        return self._recogniser.stats()

    async def run(self) -> None:
        await self._recogniser.run()

    async def close(self) -> None:
        await self._recogniser.close()

    def _note(self, level: DegradeLevel) -> None:
        self.highest = max(self.highest, level)

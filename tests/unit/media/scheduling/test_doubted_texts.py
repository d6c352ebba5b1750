"""A final whose text was not believed leaves a trace, wherever it was decoded."""

from __future__ import annotations

from dataclasses import replace

from media.errors import TranscriptionError
from media.transcription.types import Request
from media.types import TextFault, Transcription
from tests.fakes.engine import FakeEngine
from tests.fakes.requests import make_request
from tests.unit.media.scheduling.conftest import Start


class DoubtingEngine(FakeEngine):
    def _transcribe(self, request: Request) -> Transcription | TranscriptionError:
        found = super()._transcribe(request)
        faults: tuple[TextFault, ...] = ("too_fast",) if len(request.samples) > 16_000 else ("loop", "credits")
        return replace(found, faults=faults) if isinstance(found, Transcription) else found


async def test_finals_that_were_not_believed_are_counted_by_reason(start: Start) -> None:
    scheduler = start(DoubtingEngine())
    assert scheduler.stats().faults == {}
    await scheduler.transcribe("a", make_request(2))
    before = scheduler.stats()
    await scheduler.transcribe("a", make_request(2))
    await scheduler.transcribe("a", make_request(1))
    await scheduler.transcribe("a", make_request(1, "partial"))
    assert scheduler.stats().faults == {"too_fast": 2, "loop": 1, "credits": 1}, "partials come and go"
    assert before.faults == {"too_fast": 1}, "what was told stays as it was"

"""What a killed process had only recorded, when there is no recogniser for it either."""

from __future__ import annotations

from pathlib import Path

import pytest

from media import recovery
from media.errors import RecogniserUnavailable
from media.hearing.segmenter import Segment
from media.recovery import CutOffRecording, RecoveredSpeech, recover_speech
from media.settings import MediaSettings
from media.types import TranscriptionDeferred, TranscriptionFailed
from tests.fakes.recogniser import ObedientRecogniser
from tests.unit.media.test_finals import Kept, segment


async def recover(monkeypatch: pytest.MonkeyPatch, shelf: Kept | None) -> RecoveredSpeech:
    def find(*_: object) -> tuple[int, list[Segment]]:
        return 4_000, [segment("1-recovered-1")]

    monkeypatch.setattr(recovery, "_find_segments", find)
    return await recover_speech(
        CutOffRecording(Path("001-001.webm"), 1, 0),
        interview_id="i",
        after_ms=0,
        language="en",
        scheduler=ObedientRecogniser(absent=RecogniserUnavailable("away")),
        settings=MediaSettings(),
        shelf=shelf,
        terms=("Kubernetes",),
    )


async def test_recovered_speech_is_kept_for_a_recogniser_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Kept()
    found = await recover(monkeypatch, shelf)
    assert found.transcripts == (TranscriptionDeferred("1-recovered-1", 1_000, 3_000),)
    (kept,) = shelf.segments
    assert (kept.interview_id, kept.segment_id, kept.request.terms) == ("i", "1-recovered-1", ("Kubernetes",))


async def test_without_a_place_to_keep_it_it_is_told_to_have_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await recover(monkeypatch, None)
    assert found.transcripts == (TranscriptionFailed("1-recovered-1", 1_000, 3_000, "asr_unavailable"),)

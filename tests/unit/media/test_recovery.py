"""What a killed process had only recorded, when there is no recogniser for it either."""

from __future__ import annotations

from pathlib import Path

import pytest

from media import recovery
from media.errors import RecogniserUnavailable
from media.frames import EncodedFrame
from media.hearing.segmenter import Segment
from media.recovery import CutOffRecording, RecoveredSpeech, recover_speech
from media.settings import MediaSettings
from media.types import TranscriptionDeferred, TranscriptionFailed
from tests.fakes.recogniser import ObedientRecogniser
from tests.unit.media.test_finals import Kept, segment
from tests.unit.media.test_hearing import make_speech
from tests.unit.media.test_opus import encode


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


def test_who_recovers_the_rest_uses_no_name_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed while it recovers has told some of it already."""
    speech = encode(make_speech((0.5, False), (1.0, True), (1.0, False), (1.0, True), (0.5, False)))
    frames = [EncodedFrame(1, "audio", packet, n * 20 * 48, n * 20) for n, packet in enumerate(speech)]
    monkeypatch.setattr(recovery, "_read_sound", lambda recording: (frames, 4_000))
    recording, settings = CutOffRecording(Path("cut-off.webm"), 1, 0), MediaSettings(denoise="off")
    found = [recovery._find_segments(recording, after_ms, settings)[1] for after_ms in (0, 2_000)]
    assert [len(segments) for segments in found] == [2, 1]
    assert not {each.segment_id for each in found[0]} & {each.segment_id for each in found[1]}

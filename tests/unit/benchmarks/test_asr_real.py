"""The tables with other weights, tried out with the bundled ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from media.models import choose_model
from media.types import TranscribedWord, Transcription
from tests.benchmarks.asr.plan import QUICK
from tests.benchmarks.asr.real import Trial, main, run_trial
from tests.benchmarks.asr.recordings import load_recordings, place_words, tell_language
from tests.benchmarks.asr.text import SpokenWord


def test_the_first_table_comes_out_for_any_model() -> None:
    """On a real clock: some ten seconds for each way. The texts must be right; how soon they came is no matter here."""
    demo = choose_model("demo")
    english = replace(demo, info=replace(demo.info, languages=("en",)))
    report = run_trial(
        Trial(english, threads=1, answers=1, audio=None, plan=replace(QUICK, longest_s=4.5), with_load=False),
        lambda line: None,
    )
    assert report.viva is not None
    assert report.peers is not None
    for shown in (report.viva, report.peers):
        assert len(shown.answers) == 1
        assert shown.failures == []
        assert shown.streamed.reference == len(shown.words) >= 10
        assert shown.streamed.total <= 1
    values = report.values()
    assert values["wer_delta"] is not None
    assert values["first_partial_p50_s"] is not None
    assert "| usual way (1) |" in report.write()


def test_a_model_that_is_not_there_is_said_and_no_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "no-such-model"]) == 2
    assert capsys.readouterr().out == ""


def test_words_that_were_not_heard_lie_between_those_that_were() -> None:
    text = "We mended it"
    words = (
        TranscribedWord(0, 2, 100, 300, 0.9),
        TranscribedWord(3, 9, 300, 900, 0.4),
        TranscribedWord(10, 12, 1100, 1200, 0.9),
    )
    placed = place_words(["we", "quickly", "fixed", "it", "today"], Transcription(text, words, 0.8, 0.0), "en", 2000)
    assert placed == (
        SpokenWord("we", 100, 300),
        SpokenWord("quickly", 300, 700),
        SpokenWord("fixed", 700, 1100),
        SpokenWord("it", 1100, 1200),
        SpokenWord("today", 1200, 2000),
    )


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alone.wav").write_bytes(b"")
    with pytest.raises(ValueError, match="no sound file"):
        load_recordings(tmp_path, lambda request: Transcription("", (), 0.0, 1.0))


def test_the_text_tells_the_language() -> None:
    assert tell_language("我用 Python") == "zh-CN"
    assert tell_language("Hello") == "en"

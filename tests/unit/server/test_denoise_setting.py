"""The choice of a denoiser, from its variable to a start that is refused."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from media.hearing.denoise import choice
from media.settings import DenoiseChoice as MediaChoice
from server.cli import checks
from server.resources import prepare
from server.settings import ConfigInvalid, DenoiseChoice, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_words_are_those_of_the_media_plane() -> None:
    assert get_args(DenoiseChoice) == get_args(MediaChoice)


def test_a_word_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_MEDIA_DENOISE", "magic")
    with pytest.raises(ConfigInvalid, match="VIVA_MEDIA_DENOISE"):
        load_settings()


def test_rnnoise_that_is_not_installed_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "find_library", lambda: None)
    monkeypatch.setattr(checks, "find_library", lambda: None)
    settings = load_settings({"media": {"denoise": "rnnoise"}})
    with pytest.raises(ConfigInvalid, match="VIVA_MEDIA_DENOISE: RNNoise is not installed"):
        prepare(settings)
    assert not Path("var").exists(), "refused before anything is made"
    assert checks.check_denoiser(settings).status == "failed"
    automatic = checks.check_denoiser(load_settings({"media": {"denoise": "auto"}}))
    assert (automatic.status, "not installed" in automatic.detail) == ("ok", True)

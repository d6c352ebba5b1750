"""Which recogniser is taken, without any network."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from media.errors import ModelUnavailable
from media.models import choose_model, hub, list_models
from media.models.catalogue import HUB_MODELS, MODEL_FILES
from media.models.choice import suit_machine

GIGABYTE = 1 << 30


@pytest.fixture(autouse=True)
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, cache_dir: Path | None, progress: object) -> Path:
        raise ModelUnavailable(f"{name} was asked for")

    monkeypatch.setattr(hub, "download", refuse)


def put_in_cache(cache: Path, name: str) -> Path:
    """As the hub's library lays it out."""
    repository = cache / f"models--{HUB_MODELS[name].repository.replace('/', '--')}"
    snapshot = repository / "snapshots" / "0123456789abcdef0123456789abcdef01234567"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(snapshot.name)
    for file in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt"):
        (snapshot / file).write_text("{}")
    return snapshot


@pytest.mark.parametrize(
    ("cores", "gigabytes", "name"),
    [(1, 64, "tiny"), (4, 2, "tiny"), (4, 8, "base"), (8, 6, "base"), (16, 32, "small")],
)
def test_the_size_suits_the_machine(cores: int, gigabytes: int, name: str) -> None:
    assert suit_machine(cores, gigabytes * GIGABYTE) == name


def test_auto_takes_what_the_cache_holds(tmp_path: Path) -> None:
    folders = {name: put_in_cache(tmp_path, name) for name in ("tiny", "base", "small")}
    chosen = choose_model("auto", cache_dir=tmp_path, is_reachable=lambda: pytest.fail("asked the hub"))
    assert chosen.path == folders[chosen.info.name]
    assert not chosen.info.demonstration
    assert chosen.info.languages == ("en", "zh-CN")


@pytest.mark.parametrize("reachable", [False, True])
def test_auto_falls_back_to_the_bundled_one(tmp_path: Path, reachable: bool) -> None:
    chosen = choose_model("auto", cache_dir=tmp_path, is_reachable=lambda: reachable)
    assert chosen.info.demonstration
    assert (chosen.path / "model.bin").is_file()


def test_auto_downloads_when_the_hub_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "download", lambda name, cache_dir, progress: put_in_cache(tmp_path, name))
    assert not choose_model("auto", cache_dir=tmp_path, is_reachable=lambda: True).info.demonstration


def test_a_missing_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="viva models get small"):
        choose_model("small", cache_dir=tmp_path, is_reachable=lambda: False)
    with pytest.raises(ModelUnavailable, match="known are auto, demo, tiny"):
        choose_model("gigantic", cache_dir=tmp_path)
    with pytest.raises(ModelUnavailable, match=r"model\.bin"):
        choose_model(str(tmp_path), cache_dir=tmp_path)


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for file in ("config.json", "model.bin", "tokenizer.json"):
        (folder / file).write_text("{}")
    chosen = choose_model(str(folder))
    assert (chosen.path, chosen.info.name, chosen.info.demonstration) == (folder, "mine", False)


def test_the_list_tells_what_is_here(tmp_path: Path) -> None:
    put_in_cache(tmp_path, "base")
    entries = {entry.name: entry for entry in list_models(tmp_path)}
    assert entries["demo"].state == "bundled"
    assert entries["demo"].demonstration
    assert entries["demo"].megabytes <= 12
    assert (entries["base"].state, entries["small"].state) == ("cached", "available")


def test_offline_is_noticed_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert not hub.is_reachable()


def test_a_hub_that_does_not_answer_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert not hub.is_reachable(0.5)


def test_the_files_of_a_model_are_named() -> None:
    assert "model.bin" in MODEL_FILES

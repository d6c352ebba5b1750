"""Where the model is: off by default, mistakes named, the key in a file and in no text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.language_model.settings import Endpoint, read_endpoint
from server.settings import ConfigInvalid, load_settings

URL = "https://models.example/v1/"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def read(**llm: object) -> Endpoint | None:
    return read_endpoint(load_settings({"llm": llm}).llm)


def test_off_unless_an_address_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read() is None
    assert read(key="sk-1") is None
    monkeypatch.setenv("VIVA_LLM_MODEL", "m")
    assert read_endpoint(load_settings().llm) is None


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-hunter2\n")
    for name, value in {
        "URL": URL,
        "MODEL": "small",
        "KEY_FILE": str(tmp_path / "key"),
        "LIVE_BUDGET_MS": "500",
        "ASYNC_BUDGET_S": "7.5",
    }.items():
        monkeypatch.setenv(f"VIVA_LLM_{name}", value)
    settings = load_settings()
    endpoint = read_endpoint(settings.llm)
    assert endpoint is not None
    assert (endpoint.url, endpoint.model) == ("https://models.example/v1", "small")
    assert (endpoint.live_budget_ms, endpoint.async_budget_s) == (500, 7.5)
    assert endpoint.key is not None
    assert endpoint.key.get_secret_value() == "sk-hunter2"
    assert "hunter2" not in repr(endpoint) + str(endpoint) + repr(settings)


@pytest.mark.parametrize(
    ("llm", "expected"),
    [
        ({"url": "models.example", "model": "m"}, "VIVA_LLM_URL: must begin with http"),
        ({"url": "ftp://models.example", "model": "m"}, "VIVA_LLM_URL: must begin with http"),
        ({"url": "https://u:hunter2@models.example", "model": "m"}, "VIVA_LLM_URL: must be a plain address"),
        ({"url": "https://models.example/?key=hunter2", "model": "m"}, "VIVA_LLM_URL: must be a plain address"),
        ({"url": "https://models.example/#x", "model": "m"}, "VIVA_LLM_URL: must be a plain address"),
        ({"url": "https://models.example/\nx", "model": "m"}, "VIVA_LLM_URL: must begin with http"),
        ({"url": URL}, "url needs model"),
        ({"url": URL, "model": "m", "key": "hunter2", "key_file": "k"}, "key and key_file exclude each other"),
        ({"live_budget_ms": 10}, "VIVA_LLM_LIVE_BUDGET_MS: "),
        ({"url": URL, "model": "m", "key": "hunter2\nX-Evil: 1"}, "VIVA_LLM_KEY: "),
        ({"url": URL, "model": "m", "key": "hunter2é"}, "VIVA_LLM_KEY: "),
        ({"url": URL, "model": "m", "key_file": "absent"}, "VIVA_LLM_KEY_FILE: absent: FileNotFoundError"),
    ],
)
def test_a_mistake_is_named_without_its_secret(llm: dict[str, object], expected: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        read(**llm)
    assert expected in caught.value.detail
    assert "hunter2" not in caught.value.detail

"""Settings: every one described, every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.settings import ConfigInvalid, describe_settings, load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_defaults_are_enough() -> None:
    settings = load_settings()
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8400)
    assert settings.database_url == f"sqlite:///{Path.cwd() / 'var' / 'viva.sqlite3'}"
    assert settings.redis_url is None


def test_the_environment_is_read_and_an_override_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_HTTP_PORT", "9000")
    monkeypatch.setenv("VIVA_HTTP_PUBLIC_URL", "https://interviews.example/")
    monkeypatch.setenv("VIVA_REDIS_URL", "redis://127.0.0.1:6379/0")
    monkeypatch.setenv("VIVA_HTTP_TLS_CERT", "")
    settings = load_settings({"http": {"host": "0.0.0.0"}})
    assert (settings.http.host, settings.http.port) == ("0.0.0.0", 9000)
    assert settings.http.public_url == "https://interviews.example"
    assert settings.redis_url == "redis://127.0.0.1:6379/0"
    assert settings.http.tls_cert is None
    assert load_settings({"http": {"port": 9001}}).http.port == 9001


def test_a_file_named_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VIVA_LOG_FORMAT=json\nOTHER_THING=1\n")
    assert load_settings().log.format == "json"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("VIVA_HTTP_PORT", "abc", "VIVA_HTTP_PORT: Input should be a valid integer"),
        ("VIVA_HTTP_PORT", "70000", "VIVA_HTTP_PORT: Input should be less than or equal to 65535"),
        ("VIVA_HTTP_PROT", "80", "VIVA_HTTP_PROT: there is no such setting"),
        ("VIVA_HTTP_PUBLIC_URL", "interviews.example", "VIVA_HTTP_PUBLIC_URL: must begin with http"),
        ("VIVA_HTTP_TLS_CERT", "a.pem", "tls_cert and tls_key must be given together"),
        ("VIVA_DB_URL", "mysql://root:hunter2@db", "VIVA_DB_URL: must begin with postgresql://"),
        ("VIVA_REDIS_URL", "127.0.0.1", "VIVA_REDIS_URL: must begin with redis://"),
        ("VIVA_LOG_LEVEL", "loud", "VIVA_LOG_LEVEL: Input should be 'debug'"),
        ("VIVA_MEDIA_STUN_URLS", "http://x", "VIVA_MEDIA_STUN_URLS: 'http://x' is no stun: or turn: URL"),
        ("VIVA_MEDIA_TURN_URLS", "turn:a:3478", "turn_urls needs turn_secret"),
        ("VIVA_ASR_FINAL_WINDOW_S", "12", "VIVA_ASR_FINAL_WINDOW_S: Input should be 'auto', '5'"),
        ("VIVA_ASR_THREADS", "0", "VIVA_ASR_THREADS: Input should be greater than or equal to 1"),
    ],
)
def test_a_mistake_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigInvalid) as caught:
        load_settings()
    assert caught.value.code == "config_invalid"
    assert expected in caught.value.detail
    assert "hunter2" not in caught.value.detail


def test_all_mistakes_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_HTTP_PORT", "x")
    monkeypatch.setenv("VIVA_AUTH_LOGIN_HOURS", "0")
    with pytest.raises(ConfigInvalid) as caught:
        load_settings()
    assert [line.split(":")[0] for line in caught.value.detail.splitlines()] == [
        "VIVA_HTTP_PORT",
        "VIVA_AUTH_LOGIN_HOURS",
    ]


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_DB_URL", "postgresql://viva:hunter2@db/viva")
    monkeypatch.setenv("VIVA_MEDIA_TURN_SECRET", "hunter2")
    assert "hunter2" not in repr(load_settings())


def test_every_setting_is_described() -> None:
    described = list(describe_settings())
    assert len({setting.variable for setting in described}) == len(described) > 20
    for setting in described:
        assert setting.variable.startswith("VIVA_")
        assert setting.variable == setting.variable.upper()
        assert setting.description.endswith("."), setting.variable

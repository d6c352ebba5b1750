"""The signing key is made once, kept to ourselves, and a bad one is refused."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.auth.secret import load_secret
from server.settings import ConfigInvalid, load_settings


def test_it_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    settings = load_settings({"data_dir": tmp_path / "var"})
    first = load_secret(settings)
    assert load_secret(settings) == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_servers_that_start_together_share_one(tmp_path: Path) -> None:
    settings = load_settings({"data_dir": tmp_path})
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: load_secret(settings), range(16)))) == 1


@pytest.mark.parametrize("content", [None, b"", b"too short", b"   \n"])
def test_a_bad_file_of_the_operator_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigInvalid, match="VIVA_SECRET_FILE"):
        load_secret(load_settings({"data_dir": tmp_path, "secret_file": path}))

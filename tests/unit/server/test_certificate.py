"""The self-signed certificate fits this machine and is kept while it does."""

from __future__ import annotations

import ssl
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from server import certificate


def test_it_serves_tls_for_this_machine_and_is_kept(tmp_path: Path) -> None:
    path, key = certificate.ensure_certificate(tmp_path / "tls")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path, key)
    first = path.read_bytes()
    assert certificate.ensure_certificate(tmp_path / "tls") == (path, key)
    assert path.read_bytes() == first


@pytest.mark.parametrize("change", ["address", "name", "age", "damage", "lost key"])
def test_it_is_made_anew_when_it_no_longer_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    monkeypatch.setattr(certificate, "list_names", lambda: frozenset({"localhost"}))
    monkeypatch.setattr(certificate, "list_addresses", lambda: frozenset({"127.0.0.1"}))
    if change == "age":
        monkeypatch.setattr(certificate, "VALID", timedelta(days=13))
    path, key = certificate.ensure_certificate(tmp_path)
    first = path.read_bytes()
    if change == "address":
        monkeypatch.setattr(certificate, "list_addresses", lambda: frozenset({"127.0.0.1", "192.0.2.9", "fe80::1"}))
    elif change == "name":
        monkeypatch.setattr(certificate, "list_names", lambda: frozenset({"localhost", "interviews.lan"}))
    elif change == "damage":
        path.write_bytes(b"no certificate")
    elif change == "lost key":
        key.unlink()
    certificate.ensure_certificate(tmp_path)
    assert path.read_bytes() != first
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(path, key)

"""The key that signs sessions: from a file of the operator, or made once and kept in the data directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from server.settings import ConfigInvalid, Settings

MIN_BYTES = 32
FILE_NAME = "secret"


def load_secret(settings: Settings) -> bytes:
    """Raises ConfigInvalid when the operator's file is missing, unreadable or too short."""
    if settings.secret_file is not None:
        return _read(settings.secret_file)
    path = settings.data_dir / FILE_NAME
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_once(path)
    return _read(path)


def _make_once(path: Path) -> None:
    """Written aside and linked into place: two servers starting together end with one key, never with half of one."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(MIN_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other one was first; its key is as good
    finally:
        draft.unlink()


def _read(path: Path) -> bytes:
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise ConfigInvalid(f"VIVA_SECRET_FILE: {path}: {error.strerror}") from None
    if len(secret) < MIN_BYTES:
        raise ConfigInvalid(f"VIVA_SECRET_FILE: {path}: shorter than {MIN_BYTES} bytes")
    return secret

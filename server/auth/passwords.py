"""Passwords by argon2id. Hashing takes some 50 ms of a core, so it runs on a thread and never on the loop."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import BadRequest

MIN_LENGTH = 10
MAX_LENGTH = 200

_HASHER = PasswordHasher()


class PasswordWeak(BadRequest):
    code: ClassVar[str] = "password_weak"


async def hash_password(password: str) -> str:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise PasswordWeak(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    return await to_thread.run_sync(_HASHER.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Without a hash (no such user) it takes as long as with one, so that the answer's time tells nothing."""
    return await to_thread.run_sync(_verify, password_hash, password)


def needs_rehash(password_hash: str) -> bool:
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return password_hash is not None


@cache
def _decoy() -> str:
    return _HASHER.hash("nobody's password")

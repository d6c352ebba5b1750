"""Reads decoded JSON that nobody vouches for: exact keys, exact types, bounded lengths, or `Malformed`."""

from __future__ import annotations

from collections.abc import Mapping


class Malformed(ValueError):
    """The reply has another shape than the one asked for."""


def read_object(value: object, keys: frozenset[str]) -> Mapping[str, object]:
    if not isinstance(value, dict) or set(value) != keys:
        raise Malformed("expected an object of other keys")
    return value


def read_text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise Malformed("expected a shorter text")
    return value


def read_list(value: object, longest: int) -> list[object]:
    if not isinstance(value, list) or len(value) > longest:
        raise Malformed("expected a shorter list")
    return value


def read_choice(value: object, choices: frozenset[str]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise Malformed("expected one of the choices")
    return value

"""Simplified Chinese stays simplified: whatever characters a recogniser writes, by OpenCC. The only importer of it."""

from __future__ import annotations

from functools import lru_cache

import opencc


def simplify(text: str) -> str:
    """As long as `text`, character for character, so that offsets into it stay right."""
    simplified: str = _converter().convert(text)
    if len(simplified) == len(text):
        return simplified
    return "".join(_simplify_character(character) for character in text)


def _simplify_character(character: str) -> str:
    simplified: str = _converter().convert(character)
    return simplified if len(simplified) == 1 else character


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    """Threads may share it."""
    return opencc.OpenCC("t2s")

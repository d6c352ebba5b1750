"""What a recogniser was told to expect, said back: Whisper's way of hearing something in noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media.transcription.policy.simplified import simplify
from media.transcription.policy.tokens import split_text
from media.types import LanguageCode

_LEAST_WORDS: dict[LanguageCode, int] = {"en": 2, "zh-CN": 4}
"""Fewer are anybody's words, unless they are a whole term."""


@dataclass(frozen=True, slots=True)
class Told:
    """`text` is all that was told, `terms` the words to expect in it."""

    text: str = ""
    terms: tuple[str, ...] = ()


NOTHING_TOLD = Told()


def is_echo(keys: Sequence[str], told: Told, language: LanguageCode) -> bool:
    """Of a whole text in compared keys: is it a stretch of what was told?"""
    if not keys or not told.text or not _stands_in(keys, _split(told.text, language)):
        return False
    return len(keys) >= _LEAST_WORDS[language] or any(_split(term, language) == [*keys] for term in told.terms)


def _stands_in(keys: Sequence[str], told: Sequence[str]) -> bool:
    """Borders are words': "art" does not stand in "start"."""
    return " ".join(("", *keys, "")) in " ".join(("", *told, ""))


def _split(text: str, language: LanguageCode) -> list[str]:
    text = simplify(text) if language == "zh-CN" else text
    return [piece.key for piece in split_text(text, language) if piece.key]

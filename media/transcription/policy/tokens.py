"""Text in pieces that can be compared: words, in Chinese characters, and punctuation by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from media.types import LanguageCode

_KEPT_SYMBOLS = frozenset("+#%$€£¥&@°")
_BETWEEN_DIGITS = frozenset(".:/")
_HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_CHINESE_MARKS = "，。！？；：、…（）《》「」『』【】“”—·～"
_RUN = re.compile(rf"[{_HAN}]|[{_CHINESE_MARKS}]|[^\s{_HAN}{_CHINESE_MARKS}]+")
_TRAILING = ".,!?;:\"'’)]}>»~-"
_OPENING = frozenset("([{<«“‘\"'（《「『【¿¡")


@dataclass(frozen=True, slots=True)
class Piece:
    """`key` is what of it is compared, empty for punctuation; `glued`: no space before it."""

    surface: str
    key: str
    glued: bool
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A piece with its time, counted from the beginning of the segment."""

    surface: str
    key: str
    glued: bool
    t_start_ms: int
    t_end_ms: int
    probability: float


def split_text(text: str, language: LanguageCode) -> list[Piece]:
    pieces: list[Piece] = []
    for run in _RUN.finditer(text):
        core = run.group().rstrip(_TRAILING)
        for start, end in ((run.start(), run.start() + len(core)), (run.start() + len(core), run.end())):
            if start < end:
                surface = text[start:end]
                key = normalise(surface)
                glued = _is_glued(text[max(0, start - 1) : start], surface, key, language)
                pieces.append(Piece(surface, key, glued, start, end))
    return pieces


def normalise(word: str) -> str:
    """Without case, width and punctuation; but "4.5%" is not "45", "C++" not "C" and "we'll" not "well"."""
    folded = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    kept = []
    for at, character in enumerate(folded):
        before, after = folded[at - 1 : at], folded[at + 1 : at + 2]
        if (
            character in _KEPT_SYMBOLS
            or unicodedata.category(character)[0] in "LNM"
            or (character in _BETWEEN_DIGITS and before.isdigit() and after.isdigit())
            or (character == "'" and before.isalpha() and after.isalpha())
        ):
            kept.append(character)
    return "".join(kept)


def append_tokens(text: str, tokens: Iterable[Token], language: LanguageCode) -> str:
    """`text` with `tokens` behind it; what is there stays as it is."""
    for token in tokens:
        apart = text and not token.glued
        if language == "zh-CN" and apart:
            apart = _is_latin(text[-1]) and _is_latin(token.surface[0])
        text += (" " if apart else "") + token.surface
    return text


def _is_glued(before: str, surface: str, key: str, language: LanguageCode) -> bool:
    """`before` is the character before it. The first piece of an answer may follow a prefix: only punctuation sticks
    to that."""
    if language == "zh-CN":
        return not (before.isspace() or not before) or not _is_latin(surface[0])
    if before:
        return not before.isspace()
    return not key and surface[0] not in _OPENING


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()

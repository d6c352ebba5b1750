"""Words and their times, out of tokens and when each begins. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from media.transcription.engine.sound import Sound
from media.types import LanguageCode, TranscribedWord

_HAN = "\u2e80-\u2fff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PARTS = re.compile(rf"\s*[{_HAN}]|\s*[^{_HAN}\s]+|\s+")
_OPENING = frozenset("\"'“‘¿¡([{-《（「『")
_SHORTEST_MS = 20
_LONGEST_USUAL_MS = 700
_LONGEST_AT_LEAST_MS = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one or several tokens, as the model writes it: a space in front where a word begins."""

    text: str
    t_start_ms: float
    t_end_ms: float
    probability: float
    tokens: int


@dataclass(slots=True)
class _Word:
    text: str
    """With the space in front of it, if there is one."""
    t_start_ms: float
    t_end_ms: float
    probabilities: list[float]
    t_mark_end_ms: float | None = None
    """Where the punctuation behind it ends, if there is any."""


def place_pieces(
    pieces: Sequence[tuple[str, int]], starts_s: Sequence[float], probabilities: Sequence[float]
) -> Iterator[Piece]:
    """`pieces` are text and number of tokens; of the tokens are the times, with one more at the end."""
    at = 0
    for text, count in pieces:
        certain = probabilities[at : at + count]
        mean = sum(certain) / len(certain) if certain else 0.0
        yield Piece(text, starts_s[at] * 1000, starts_s[at + count] * 1000, mean, count)
        at += count


def set_words(
    pieces: Sequence[Piece], language: LanguageCode, duration_ms: int, sound: Sound | None = None
) -> tuple[str, tuple[TranscribedWord, ...]]:
    """The text and where each word stands in it. In Chinese every character is one; punctuation belongs to the word
    before it."""
    words = _gather(pieces, language)
    if sound is not None:
        _find_edges(words, sound)
    _shorten(words)
    _mend(words, duration_ms)
    text = ""
    placed: list[TranscribedWord] = []
    for word in words:
        surface = word.text.lstrip()
        if text and surface != word.text and _is_apart(text[-1], surface[0], language):
            text += " "
        text += surface
        placed.append(
            TranscribedWord(
                char_start=len(text) - len(surface),
                char_end=len(text),
                t_start_ms=round(word.t_start_ms),
                t_end_ms=round(word.t_end_ms),
                probability=round(min(1.0, sum(word.probabilities) / len(word.probabilities)), 4),
            )
        )
    return text, tuple(placed)


def set_text(pieces: Sequence[tuple[str, int]], language: LanguageCode) -> str:
    """The same text, without times."""
    return set_words([Piece(text, 0, 0, 0, count) for text, count in pieces], language, 0)[0]


def _gather(pieces: Sequence[Piece], language: LanguageCode) -> list[_Word]:
    words: list[_Word] = []
    for piece in pieces:
        parts = [part for part in _PARTS.findall(piece.text.replace("\ufffd", "")) if part.strip()]
        share_ms = (piece.t_end_ms - piece.t_start_ms) / len(parts) if parts else 0.0
        for number, part in enumerate(parts):
            start_ms = piece.t_start_ms + number * share_ms
            mark = _is_punctuation(part.strip())
            if not words or _begins(part, words[-1].text, mark=mark):
                words.append(_Word(part, start_ms, start_ms + share_ms, []))
            elif mark:
                words[-1].text += part.strip()
                words[-1].t_mark_end_ms = start_ms + share_ms
            else:
                words[-1].text += part
                words[-1].t_end_ms = start_ms + share_ms
            words[-1].probabilities += [piece.probability] * piece.tokens
    return words


def _begins(part: str, before: str, *, mark: bool) -> bool:
    if mark:
        return part.strip()[0] in _OPENING and part[0].isspace()
    return part[0].isspace() or _is_han(part.lstrip()[0]) or _is_han(before.rstrip("，。！？；：、,.!?;:")[-1:] or " ")


def _find_edges(words: list[_Word], sound: Sound) -> None:
    """Warping gives the silence of a pause, and the sound before it, to word and punctuation as it pleases."""
    after_pause = True
    for word in words:
        if after_pause:
            first_ms = sound.find_first_ms(word.t_start_ms, word.t_end_ms)
            word.t_start_ms = word.t_start_ms if first_ms is None else first_ms
        after_pause = word.t_mark_end_ms is not None
        if word.t_mark_end_ms is not None:
            end_ms = sound.find_end_ms(word.t_start_ms, max(word.t_end_ms, word.t_mark_end_ms))
            word.t_end_ms = word.t_end_ms if end_ms is None else end_ms


def _shorten(words: list[_Word]) -> None:
    """A silence is part of no word: warping gives it to the one before or the one behind (after a pause, and at the
    beginning). As in openai/whisper's timing.py, with twice the usual length as the measure."""
    if not words:
        return
    usual_ms = min(_LONGEST_USUAL_MS, median(word.t_end_ms - word.t_start_ms for word in words))
    longest_ms = max(_LONGEST_AT_LEAST_MS, 2 * usual_ms)
    after_pause = True
    for word in words:
        if word.t_end_ms - word.t_start_ms > longest_ms:
            if after_pause:
                word.t_start_ms = word.t_end_ms - longest_ms
            else:
                word.t_end_ms = word.t_start_ms + longest_ms
        after_pause = word.t_mark_end_ms is not None


def _mend(words: list[_Word], duration_ms: int) -> None:
    """In order, none over another, none without a length, none outside."""
    at_ms = 0.0
    for word in words:
        word.t_start_ms = max(word.t_start_ms, at_ms)
        word.t_end_ms = at_ms = max(word.t_end_ms, word.t_start_ms + _SHORTEST_MS)
    limit_ms = float(duration_ms)
    for word in reversed(words):
        word.t_end_ms = max(0.0, min(word.t_end_ms, limit_ms))
        word.t_start_ms = limit_ms = max(0.0, min(word.t_start_ms, word.t_end_ms - _SHORTEST_MS))


def _is_apart(before: str, after: str, language: LanguageCode) -> bool:
    return language != "zh-CN" or (_is_latin(before) and _is_latin(after))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_han(character: str) -> bool:
    return bool(re.match(f"[{_HAN}]", character))


def _is_punctuation(text: str) -> bool:
    return all(unicodedata.category(character)[0] == "P" for character in text)

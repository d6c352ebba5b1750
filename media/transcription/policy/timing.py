"""When each token was said."""

from __future__ import annotations

from media.transcription.policy.tokens import Piece, Token, split_text
from media.types import LanguageCode, TranscribedWord, Transcription

_Span = tuple[float, float]
_LONGEST_MS = 2_000
"""A longer word has a pause before it."""


def place_tokens(transcription: Transcription, language: LanguageCode, *, t_ms: int, duration_ms: int) -> list[Token]:
    """Tokens of an answer about audio that begins at `t_ms` of its segment, in order, times never going back.

    A word of several tokens (Chinese) shares its time among them. A recogniser that tells no times has its text laid
    evenly over the audio.
    """
    pieces = split_text(transcription.text, language)
    words = transcription.words or _lay_evenly(transcription, duration_ms)
    tokens: list[Token] = []
    at_ms = 0
    for piece, (start_ms, end_ms), probability in _match(pieces, words):
        at_ms = min(max(at_ms, round(start_ms)), duration_ms)
        until_ms = min(max(at_ms, round(end_ms)), duration_ms)
        tokens.append(Token(piece.surface, piece.key, piece.glued, t_ms + at_ms, t_ms + until_ms, probability))
        at_ms = until_ms if piece.key else at_ms
    return tokens


def _match(pieces: list[Piece], words: tuple[TranscribedWord, ...]) -> list[tuple[Piece, _Span, float]]:
    matched: list[tuple[Piece, _Span, float]] = []
    number = 0
    last: tuple[_Span, float] = ((0.0, 0.0), 0.0)
    for piece in pieces:
        while number < len(words) and words[number].char_end <= piece.char_start:
            number += 1
        if piece.key and number < len(words) and words[number].char_start < piece.char_end:
            word = words[number]
            last = (_share(piece, word, pieces), word.probability)
        else:
            ended_ms = last[0][1]
            last = ((ended_ms, ended_ms), last[1])
        matched.append((piece, *last))
    return matched


def _share(piece: Piece, word: TranscribedWord, pieces: list[Piece]) -> _Span:
    """The piece's part of its word's time, by letters; punctuation takes none."""
    inside = [
        other for other in pieces if other.key and other.char_start < word.char_end and other.char_end > word.char_start
    ]
    letters = sum(len(other.key) for other in inside)
    before = sum(len(other.key) for other in inside if other.char_start < piece.char_start)
    length_ms = word.t_end_ms - word.t_start_ms
    start_ms = word.t_start_ms + length_ms * before / letters
    end_ms = start_ms + length_ms * len(piece.key) / letters
    return max(start_ms, end_ms - _LONGEST_MS), end_ms


def _lay_evenly(transcription: Transcription, duration_ms: int) -> tuple[TranscribedWord, ...]:
    text = transcription.text
    return (TranscribedWord(0, len(text), 0, duration_ms, transcription.confidence),) if text else ()

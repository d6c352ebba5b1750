"""Clauses and words of an answer, each with its exact place in the original text.

Analysis runs on a *folded* copy (lower case, half-width, without fillers); `Clause.offsets` leads back to the
original, so that every quote stays an exact substring whatever was removed in between.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from realtime_scoring.lexicon import Lexicon
from realtime_scoring.types import AnswerText, Language

_SENTENCE_END = re.compile(r"[!?;。…\n]+|\.+(?![a-z0-9])")
_CLAUSE_END = re.compile(r"(?<!\d)[,:]|[,:](?!\d)|\s[-–—]+\s|——")
_TITLES = re.compile(r"(?<![a-z0-9])(?:mr|mrs|ms|dr|prof|st)$")
_EDGE = " \t\r\n\v\f,.!?;:。、…\"'“”‘’()（）[]{}<>《》-–—"
_LATIN_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_LATIN_OR_HAN = re.compile(rf"{_LATIN_WORD.pattern}|[㐀-䶿一-鿿]")
_STUTTER = re.compile(r"(?<![a-z0-9'])([a-z']+)(?: +\1)+(?![a-z0-9'])|([我他她它你这])\2+")


_ASCII_SPACES = str.maketrans("\t\v\f\x1c\x1d\x1e\x1f\r", "       \n")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is folded; `char_start`/`char_end` and `offsets[i]` (of `text[i]`) are places in the original answer."""

    turn_index: int
    turn_id: str
    sentence: int
    text: str
    char_start: int
    char_end: int
    offsets: tuple[int, ...] = field(compare=False)
    """Follow from the rest, and would be most of what is compared."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original span of `text[start:end]`; the slice must not be empty."""
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True, slots=True)
class _Folded:
    text: str
    offsets: tuple[int, ...]

    def without(self, cuts: list[tuple[int, int]]) -> _Folded:
        """Without the given ordered spans; a space stays where a cut would join two Latin words."""
        if not cuts:
            return self
        pieces: list[str] = []
        offsets: list[int] = []
        last = ""
        at = 0
        for start, end in cuts:
            pieces.append(self.text[at:start])
            offsets.extend(self.offsets[at:start])
            last = self.text[start - 1] if start > at else last
            if last and last not in " ," and _is_latin(self.text[end : end + 1]):
                pieces.append(" ")
                offsets.append(self.offsets[start])
                last = self.text[start]
            at = end
        pieces.append(self.text[at:])
        offsets.extend(self.offsets[at:])
        return _Folded("".join(pieces), tuple(offsets))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in "’‘＇":
        return "'"
    if character.isspace():
        return "\n" if character in "\n\r" else " "
    for candidate in (unicodedata.normalize("NFKC", character).lower(), character.lower()):
        if len(candidate) == 1:
            return candidate
    return character


def fold(text: str) -> str:
    """Lower case and half-width, character by character: the length never changes."""
    if text.isascii():
        return text.lower().translate(_ASCII_SPACES)
    return "".join(_fold_character(character) for character in text)


def _remove_fillers(text: str, lexicon: Lexicon) -> _Folded:
    folded = _Folded(fold(text), tuple(range(len(text))))
    fluent = folded.without([match.span() for match in lexicon.filler.finditer(folded.text)])
    # A stutter ("I I called") is cut up to its last saying, which is the one that goes on.
    stutters = [
        (match.start(), match.end() - len(match.group(1) or match.group(2))) for match in _STUTTER.finditer(fluent.text)
    ]
    return fluent.without(stutters)


def split_clauses(answer: AnswerText, turn_index: int, lexicon: Lexicon) -> tuple[Clause, ...]:
    """Clauses in order, without fillers; never overlapping, never empty."""
    return tuple(
        Clause(turn_index, answer.turn_id, sentence, text, offsets[0], offsets[-1] + 1, offsets)
        for sentence, text, offsets in _split(answer.text, answer.language, lexicon)
    )


@lru_cache(maxsize=64)
def _split(text: str, language: Language, lexicon: Lexicon) -> tuple[tuple[int, str, tuple[int, ...]], ...]:
    """Sentence, folded text and offsets of each clause. Kept: an answer is looked at several times over."""
    folded = _remove_fillers(text, lexicon)
    clauses: list[tuple[int, str, tuple[int, ...]]] = []
    for sentence, (start, end) in enumerate(_sentences(folded.text)):
        for clause_start, clause_end in _clauses(folded.text[start:end], lexicon, language):
            if clause_start == clause_end:
                continue
            clause_start, clause_end = start + clause_start, start + clause_end
            clauses.append((sentence, folded.text[clause_start:clause_end], folded.offsets[clause_start:clause_end]))
    return tuple(clauses)


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group().startswith(".") and _TITLES.search(text, max(0, match.start() - 5), match.start()):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return spans


@lru_cache(maxsize=2048)
def _clauses(sentence: str, lexicon: Lexicon, language: Language) -> tuple[tuple[int, int], ...]:
    """Cuts at punctuation, before connectives and before a new subject; a lead-in stays with what it leads in."""
    cuts = {match.end() for match in _CLAUSE_END.finditer(sentence)}
    cuts |= {match.start() for match in lexicon.clause_start.finditer(sentence)}
    subjects = {match.start() for match in lexicon.subject_start.finditer(sentence)}
    words = [at for at, _ in word_spans(sentence, language)]
    spans: list[tuple[int, int]] = []
    left = 0
    for cut in sorted((cuts | subjects) - {0}):
        length = bisect_left(words, cut) - bisect_left(words, left)
        shortest = lexicon.shortest_before_subject if cut in subjects - cuts else lexicon.shortest_clause
        if length >= shortest:
            spans.append((left, cut))
            left = cut
    spans.append((left, len(sentence)))
    return tuple(_trim(sentence, start, end) for start, end in spans)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def count_words(text: str, language: Language) -> int:
    """Words in English; in Chinese, Han characters plus Latin words. `text` is folded or not."""
    return len(word_spans(fold(text), language))


def word_spans(text: str, language: Language) -> list[tuple[int, int]]:
    """Places of the words in folded text: Latin words, and in Chinese single Han characters too."""
    pattern = _LATIN_OR_HAN if language == "zh-CN" else _LATIN_WORD
    return [match.span() for match in pattern.finditer(text)]


@lru_cache(maxsize=8192)
def content_tokens(text: str, language: Language, lexicon: Lexicon) -> frozenset[str]:
    """Crude stems in English, character pairs in Chinese: enough to see whether two texts share a topic."""
    folded = fold(text)
    latin = {stem(word) for word in _LATIN_WORD.findall(folded) if word not in lexicon.stop_words}
    if language == "en":
        return frozenset(latin)
    runs = re.findall(r"[㐀-䶿一-鿿]+", folded)
    pairs = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    return frozenset(latin | (pairs - lexicon.stop_words))


def stem(word: str) -> str:
    """Without the endings of number and tense; not linguistics, only a key for comparison."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def locate_ms(answer: AnswerText, char_start: int, char_end: int) -> tuple[int | None, int | None]:
    """Times of the words that overlap the span; (None, None) for typed text."""
    inside = [word for word in answer.words if word.char_start < char_end and word.char_end > char_start]
    if not inside:
        return None, None
    return min(word.t_start_ms for word in inside), max(word.t_end_ms for word in inside)

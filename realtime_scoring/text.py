"""Clauses and words of an answer, each with its exact place in the original text.

Analysis runs on a *folded* copy (lower case, half-width, without fillers); `Clause.offsets` leads back to the
original, so that every quote stays an exact substring whatever was removed in between.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is folded; `char_start`/`char_end` and `offsets[i]` (of `text[i]`) are places in the original answer."""

    turn_index: int
    turn_id: str
    sentence: int
    text: str
    char_start: int
    char_end: int
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original span of `text[start:end]`; the slice must not be empty."""
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True, slots=True)
class _Folded:
    text: str
    offsets: tuple[int, ...]

    def without(self, cuts: list[tuple[int, int]]) -> _Folded:
        """Without the given ordered spans; a space stays where a cut would join two Latin words."""
        kept: list[int] = []
        spaces: set[int] = set()
        at = 0
        for start, end in cuts:
            kept.extend(range(at, start))
            if kept and _is_latin(self.text[kept[-1]]) and _is_latin(self.text[end : end + 1]):
                spaces.add(start)
                kept.append(start)
            at = end
        kept.extend(range(at, len(self.text)))
        return _Folded(
            "".join(" " if index in spaces else self.text[index] for index in kept),
            tuple(self.offsets[index] for index in kept),
        )


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
    folded = _remove_fillers(answer.text, lexicon)
    clauses: list[Clause] = []
    for sentence, (start, end) in enumerate(_sentences(folded.text)):
        for clause_start, clause_end in _clauses(folded.text, start, end, lexicon, answer.language):
            clause_start, clause_end = _trim(folded.text, clause_start, clause_end)
            if clause_start == clause_end:
                continue
            offsets = folded.offsets[clause_start:clause_end]
            clauses.append(
                Clause(
                    turn_index=turn_index,
                    turn_id=answer.turn_id,
                    sentence=sentence,
                    text=folded.text[clause_start:clause_end],
                    char_start=offsets[0],
                    char_end=offsets[-1] + 1,
                    offsets=offsets,
                )
            )
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


def _clauses(text: str, start: int, end: int, lexicon: Lexicon, language: Language) -> list[tuple[int, int]]:
    """Cuts at punctuation, before connectives and before a new subject; a lead-in stays with what it leads in."""
    cuts = {match.end() for match in _CLAUSE_END.finditer(text, start, end)}
    cuts |= {match.start() for match in lexicon.clause_start.finditer(text, start, end)}
    subjects = {match.start() for match in lexicon.subject_start.finditer(text, start, end)}
    words = [at for at, _ in word_spans(text[start:end], language)]
    spans: list[tuple[int, int]] = []
    left = start
    for cut in sorted((cuts | subjects) - {start}):
        length = bisect_left(words, cut - start) - bisect_left(words, left - start)
        shortest = lexicon.shortest_before_subject if cut in subjects - cuts else lexicon.shortest_clause
        if length >= shortest:
            spans.append((left, cut))
            left = cut
    spans.append((left, end))
    return spans


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

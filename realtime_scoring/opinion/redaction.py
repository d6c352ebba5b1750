"""Takes out what names or reaches a person before a text is sent to a language model, and leads quotes back.

The map is kept by spans: a quote of the redacted text is an exact span of the original, or nothing at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from realtime_scoring.opinion.redaction_patterns import CASED, FOLDED, LETTER, Token
from realtime_scoring.text import fold

_HAN = re.compile(r"[\u3400-\u9fff]")
_FIRM_ENDING = re.compile(
    r"[ ,.]+(?:inc|ltd|llc|gmbh|co|corp|corporation|limited|plc|ag|group|company)\.?$|(?:股份|有限|责任|集团|公司)+$"
)
_HONORIFIC = "先生|女士|小姐|经理|老师|主任|总|工|哥|姐"
_TWO_CHARACTER_SURNAMES = frozenset("欧阳 司马 上官 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 夏侯 令狐 端木 宇文".split())
_WORDS_TOO = frozenset(
    """
    an art ben bill chance chase dean do drew faith frank gene grace grant he hope hunter jack joy june king lane
    lee long major mark may max miles pat penny pierce ray rich rob rose shall she so stone sue sun will young you
    """.split()
)
"""Names that are words as well: hidden only where they are written as names."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the interview knows of names, as given by whoever set it up: for a language model they are hidden."""

    persons: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """`text[start:end]` of the redacted text stands for `original[char_start:char_end]`."""

    start: int
    end: int
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class RedactedText:
    """`text` is what may be sent. `replacements` in order, never overlapping."""

    original: str
    text: str
    replacements: tuple[Replacement, ...]

    def shield(self, char_start: int, char_end: int) -> tuple[int, int]:
        """Span of the redacted text for one of the original; what is cut by its edges belongs to where it begins."""
        return self._to_redacted(char_start), self._to_redacted(char_end)

    def uncover(self, start: int, end: int) -> tuple[int, int] | None:
        """Span of the original for one of the redacted text; None where an edge cuts through a replacement."""
        char_start, char_end = self._to_original(start), self._to_original(end)
        return None if char_start is None or char_end is None else (char_start, char_end)

    def _to_redacted(self, at: int) -> int:
        shift = 0
        for item in self.replacements:
            if at <= item.char_start:
                break
            if at < item.char_end:
                return item.end
            shift = item.end - item.char_end
        return at + shift

    def _to_original(self, at: int) -> int | None:
        shift = 0
        for item in self.replacements:
            if at <= item.start:
                break
            if at < item.end:
                return None
            shift = item.char_end - item.end
        return at + shift


def redact(text: str, names: KnownNames) -> RedactedText:
    """Characters that do not show become spaces, one for one; the rest of the text stays as it is."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    pieces: list[str] = []
    replacements: list[Replacement] = []
    at = length = 0
    for char_start, char_end, token in _join(sorted(_find(text, names), key=lambda span: (span[0], -span[1]))):
        pieces += (shown[at:char_start], token)
        length += char_start - at
        replacements.append(Replacement(length, length + len(token), char_start, char_end))
        length += len(token)
        at = char_end
    return RedactedText(text, "".join((*pieces, shown[at:])), tuple(replacements))


def _join(spans: list[tuple[int, int, Token]]) -> list[tuple[int, int, Token]]:
    """Those that overlap become one, called as the first."""
    joined: list[tuple[int, int, Token]] = []
    for start, end, token in spans:
        if joined and start < joined[-1][1]:
            first, last, name = joined[-1]
            joined[-1] = (first, max(last, end), name)
        else:
            joined.append((start, end, token))
    return joined


def _find(text: str, names: KnownNames) -> Iterator[tuple[int, int, Token]]:
    folded = fold(text)
    for token, pattern in FOLDED:
        for match in pattern.finditer(folded):
            group = "hidden" if "hidden" in pattern.groupindex else 0
            yield match.start(group), match.end(group), token
    for token, pattern in (*CASED, *_patterns_of_words(names)):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), token
    for token, pattern in _patterns_of_names(names):
        for match in pattern.finditer(folded):
            yield match.start(), match.end(), token


def _patterns_of_names(names: KnownNames) -> Iterator[tuple[Token, re.Pattern[str]]]:
    """Over folded text."""
    for name in names.persons:
        for variant in _spellings(name):
            for pattern in _patterns_of_person(variant):
                yield "[PERSON]", pattern
    kinds: tuple[tuple[Token, tuple[str, ...]], ...] = (("[SCHOOL]", names.schools), ("[FIRM]", names.firms))
    for token, given in kinds:
        for variant in (variant for name in given for variant in _spellings(name)):
            for form in sorted({variant, _FIRM_ENDING.sub("", variant)}):
                if len(form) > 1:
                    yield token, _whole(form)


def _spellings(name: str) -> set[str]:
    """As it is and without accents: a recogniser writes both."""
    folded = " ".join(fold(name).split())
    plain = "".join(part for part in unicodedata.normalize("NFD", folded) if not unicodedata.combining(part))
    return {folded, plain} - {""}


def _patterns_of_person(name: str) -> Iterator[re.Pattern[str]]:
    if _HAN.search(name):
        name = name.replace(" ", "").replace("·", "")
        surname = name[:2] if name[:2] in _TWO_CHARACTER_SURNAMES else name[:1]
        given = name[len(surname) :]
        yield re.compile(" ?".join(map(re.escape, name)))
        yield re.compile(rf"[老小]{re.escape(surname)}(?![一-鿿])|{re.escape(surname)}(?={_HONORIFIC})")
        if len(given) > 1:
            yield re.compile(re.escape(given))
        return
    parts = [part for part in re.split(r"[^\w']+", name) if part]
    if len(parts) > 1:
        yield _whole(" ".join(parts))
    yield from (_whole(part) for part in parts if len(part) > 1 and part not in _WORDS_TOO)


def _patterns_of_words(names: KnownNames) -> Iterator[tuple[Token, re.Pattern[str]]]:
    """Over the text as it is: "Will" is hidden, "will" is not."""
    for name in names.persons:
        for part in re.split(r"[^\w']+", fold(name)):
            if part in _WORDS_TOO:
                yield "[PERSON]", re.compile(rf"(?<![A-Za-z0-9]){part.capitalize()}(?![A-Za-z0-9])")


def _whole(phrase: str) -> re.Pattern[str]:
    """A phrase as whole words, whatever stands between them; Chinese has no such edges."""
    inner = r"[\s.,-]{1,3}".join(re.escape(word) for word in phrase.split())
    return re.compile(inner if _HAN.search(phrase) else rf"(?<![{LETTER}]){inner}(?![{LETTER}])")

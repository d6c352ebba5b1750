"""Which words of a growing hypothesis have come to stay: LocalAgreement-2 (Liu et al. 2020; ufal/whisper_streaming).

Pure. What two successive hypotheses begin with in common is committed; the rest is shown as unstable.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from media.types import LanguageCode

_SEARCH = 3
"""How far a hypothesis may have shifted against the committed words and still be joined to them."""


@dataclass(frozen=True, slots=True)
class Agreed:
    committed: str
    unstable: str


class Agreement:
    """One per segment. Words are compared without case and punctuation; in Chinese each character is a word."""

    def __init__(self, language: LanguageCode) -> None:
        self._spaced = language != "zh-CN"
        self._committed: list[str] = []
        self._previous: list[str] = []

    def update(self, hypothesis: str) -> Agreed:
        """`committed` only ever grows at its end."""
        words = self._split(hypothesis)
        tail = words[self._find_tail(words) :]
        agreed = 0
        for old, new in zip(self._previous, tail, strict=False):
            if _normalise(old) != _normalise(new):
                break
            agreed += 1
        self._committed += tail[:agreed]
        self._previous = tail[agreed:]
        return Agreed(self._join(self._committed), self._join(tail[agreed:]))

    def _find_tail(self, words: list[str]) -> int:
        """Where in `words` the uncommitted part begins: after the last committed words if they are near their place."""
        count = len(self._committed)
        if count == 0:
            return 0
        last = [_normalise(word) for word in self._committed[-2:]]
        for distance in range(_SEARCH + 1):
            for end in {count + distance, count - distance}:
                if (
                    len(last) <= end <= len(words)
                    and [_normalise(word) for word in words[end - len(last) : end]] == last
                ):
                    return end
        return min(count, len(words))

    def _split(self, text: str) -> list[str]:
        if self._spaced:
            return text.split()
        return re.findall(r"[a-zA-Z0-9'.%-]+|\S", text)

    def _join(self, words: list[str]) -> str:
        if self._spaced:
            return " ".join(words)
        return join_chinese(words)


def join_chinese(words: list[str]) -> str:
    """Without spaces, except between two words in Latin letters."""
    text = ""
    for word in words:
        if text and word and _is_latin(text[-1]) and _is_latin(word[0]):
            text += " "
        text += word
    return text


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _normalise(word: str) -> str:
    folded = "".join(character for character in word.casefold() if unicodedata.category(character)[0] not in "PZ")
    return folded or word

"""What a final text makes of the words that were committed before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from media.transcription.policy.tokens import Piece, Token, split_text
from media.types import LanguageCode


@dataclass(frozen=True, slots=True)
class Change:
    """Committed words and what stands in their place; one of the two may be empty."""

    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Revision:
    """`false_commits`: words (in Chinese characters) that were committed and do not stand in the final text."""

    changes: tuple[Change, ...]
    false_commits: int


def compare(committed: Sequence[Token], final: str, language: LanguageCode) -> Revision | None:
    """None where the final text begins with the committed words, whatever its punctuation and capitals."""
    old = [token for token in committed if token.key]
    new = [piece for piece in split_text(final, language) if piece.key]
    matcher = SequenceMatcher(None, [token.key for token in old], [piece.key for piece in new], autojunk=False)
    changes: list[Change] = []
    false_commits = 0
    for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if tag == "equal" or from_old == len(old):
            continue
        gone = old[from_old:to_old]
        come: Sequence[Piece] = new[from_new:to_new]
        if to_old == len(old):
            come = _take_as_many(gone, come)
        if _spell(gone) == _spell(come):
            continue
        separator = "" if language == "zh-CN" else " "
        changes.append(
            Change(separator.join(token.surface for token in gone), separator.join(piece.surface for piece in come))
        )
        false_commits += len(gone)
    return Revision(tuple(changes), false_commits) if changes else None


def _take_as_many(gone: Sequence[Token], come: Sequence[Piece]) -> Sequence[Piece]:
    """Behind the last committed word the final text goes on; that is no change."""
    for count in range(len(come) + 1):
        if _spell(come[:count]) == _spell(gone):
            return come[:count]
    return come[: len(gone)]


def _spell(words: Sequence[Token] | Sequence[Piece]) -> str:
    return "".join(word.key for word in words)

"""How a virtual candidate behaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LETTERS_PER_SECOND = 15
CHARACTERS_PER_SECOND = 5
"""Of Chinese, read aloud."""
REACTION_S = 1.2
"""Between a question and the first word of an answer, at any pace: a voice that comes sooner is taken, rightly, to go
on with the answer before."""


@dataclass(frozen=True, slots=True)
class Manner:
    """`pace` stretches reading, thinking and typing; 0 leaves no pause at all. Speech itself keeps its speed."""

    pace: float = 1.0
    finish: Literal["silence", "button"] = "silence"
    patience_s: float = 20.0
    """Waiting for the silence to be noticed, before pressing "I'm done"."""
    camera: bool = True
    microphone: bool = True
    appearance: int = 0

    def reading_s(self, text: str) -> float:
        """The time a page needs to read `text` aloud."""
        wide = sum(1 for character in text if character > "\u2e7f")
        return self.pace * (wide / CHARACTERS_PER_SECOND + (len(text) - wide) / LETTERS_PER_SECOND)

    def thinking_s(self) -> float:
        return self.pace * 1.2

    def reaction_s(self) -> float:
        """Thinking, before words are spoken."""
        return max(self.thinking_s(), REACTION_S)

    def typing_s(self, text: str) -> float:
        return self.pace * min(8.0, len(text) / 12)

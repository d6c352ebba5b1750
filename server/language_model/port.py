"""What the rest of the server knows of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from realtime_scoring.opinion.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Completion:
    """`reply` is decoded JSON that nobody vouches for. `model`: the name it was asked for by."""

    reply: object
    model: str
    took_ms: int


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...

    async def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Waits as long as it takes: whoever asks sets the limit. Raises LanguageModelError."""

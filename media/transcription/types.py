"""What a recogniser is asked, and what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from media.types import LanguageCode, Samples

RequestKind = Literal["partial", "final"]


@dataclass(frozen=True, slots=True)
class Request:
    """One stretch of audio, at most 30 s, at 16 kHz; the recogniser gets a copy of its own.

    `prefix` is what is known to be said at its beginning (committed words): the decoder is made to begin with it, and
    it is not in the answer. `terms` are words to expect, the most important first; a recogniser uses as many as it has
    room for. `speech_share` is the share of the stretch that was told to be speech, 0..1: text without speech is
    invented. `hurried`, of a final: searched no wider than a partial and without word times of its own (set by a
    scheduler that is overloaded, never by who asks).
    """

    samples: Samples
    language: LanguageCode
    kind: RequestKind
    prefix: str = ""
    terms: tuple[str, ...] = ()
    speech_share: float = 1.0
    hurried: bool = False

    @property
    def final(self) -> bool:
        return self.kind == "final"

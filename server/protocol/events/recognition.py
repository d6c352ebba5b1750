"""How well the recogniser keeps up, and what it takes the candidate's language for."""

from __future__ import annotations

from dataclasses import dataclass

from server.protocol.events.registration import event
from server.protocol.flow import Language


@event("recogniser.selected")
@dataclass(frozen=True, slots=True)
class RecogniserSelected:
    name: str
    demonstration: bool


@event("asr.degraded")
@dataclass(frozen=True, slots=True)
class AsrDegraded:
    """What the recogniser leaves out while more people speak than it can follow at once; level 0: nothing any more.
    Captions suffer first; the final text of what is said never does."""

    level: int
    word: str


@event("language.doubted")
@dataclass(frozen=True, slots=True)
class LanguageDoubted:
    """The candidate seems to speak another language than the interview's. Told once; nothing is changed by it."""

    segment_id: str
    spoken: Language

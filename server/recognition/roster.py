"""What a worker says of itself with each heartbeat, and who is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media.transcription.condition import DegradeLevel
from media.types import LanguageCode, RecogniserInfo

BEAT_S = 1.0
LEASE_MS = 5_000
"""A worker that has not been heard for so long is gone, and its jobs are given to others."""


class WorkerCard(BaseModel):
    """`working`: jobs it has in hand. `busy`: share of its threads' time spent decoding, 0..1."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    recogniser: str = Field(min_length=1, max_length=200)
    demonstration: bool
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    threads: int = Field(ge=1, le=1024)
    working: int = Field(ge=0)
    busy: float = Field(ge=0, le=1)
    level: DegradeLevel

    @property
    def info(self) -> RecogniserInfo:
        return RecogniserInfo(self.recogniser, self.demonstration, self.languages)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Jobs in Redis that nobody has answered. `taken`: of those, how many a worker has."""

    waiting: int = 0
    taken: int = 0
    oldest_ms: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """By worker; those whose card cannot be read are left out. `backlog` by kind."""

    cards: Mapping[str, WorkerCard] = field(default_factory=dict)
    backlog: Mapping[str, Backlog] = field(default_factory=dict)

    @property
    def languages(self) -> frozenset[LanguageCode]:
        return frozenset(language for card in self.cards.values() for language in card.languages)

    @property
    def threads(self) -> int:
        return sum(card.threads for card in self.cards.values())

    def info(self) -> RecogniserInfo | None:
        """Of all workers as one; None without any. Text may come from any of them, so that one which is a demonstration
        makes it one."""
        if not self.cards:
            return None
        names = sorted({card.recogniser for card in self.cards.values()})
        demonstration = any(card.demonstration for card in self.cards.values())
        return RecogniserInfo(" + ".join(names), demonstration, tuple(sorted(self.languages)))


def read_card(written: bytes) -> WorkerCard | None:
    try:
        return WorkerCard.model_validate_json(written)
    except ValidationError:
        return None

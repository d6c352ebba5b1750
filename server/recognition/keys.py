"""What lies where in Redis. Everything runs out by itself when nobody is left to use it.

viva:asr:1:jobs:KIND:LANGUAGE   streams with a consumer group; an entry is one job
viva:asr:1:answers:ASKER        stream; an entry is one answer
viva:asr:1:workers              sorted set, worker -> until when its lease runs
viva:asr:1:cards                hash, worker -> what it says of itself
viva:asr:1:dead                 stream; jobs that were given up, without their sound

The number is the version of what is written there: workers of another version see none of it, and are not seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from media.types import LanguageCode
from server.recognition.framing import VERSION

PREFIX = f"viva:asr:{VERSION}"
GROUP = "workers"
WORKERS, CARDS, DEAD = f"{PREFIX}:workers", f"{PREFIX}:cards", f"{PREFIX}:dead"
JOB_FIELD = ANSWER_FIELD = "v"

Kind = Literal["final", "speculative", "partial"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Queue:
    """One for each language, so that a worker takes only what it can."""

    kind: Kind
    language: LanguageCode

    @property
    def key(self) -> str:
        return f"{PREFIX}:jobs:{self.kind}:{self.language}"


def queues(languages: Iterable[LanguageCode]) -> list[Queue]:
    """The most urgent first."""
    languages = list(languages)
    return [Queue(kind, language) for kind in KINDS for language in languages]


def answers_key(asker: str) -> str:
    return f"{PREFIX}:answers:{asker}"

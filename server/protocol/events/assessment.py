"""What an answer shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event


@dataclass(frozen=True, slots=True)
class EvidenceClaim:
    """`quote` is exactly `text[char_start:char_end]` of the turn's completed answer."""

    competency: str
    indicator: str
    sign: int
    weight: float
    turn_id: str
    quote: str
    char_start: int
    char_end: int
    t_start_ms: int | None
    t_end_ms: int | None
    star: Literal["situation", "task", "action", "result"] | None


@dataclass(frozen=True, slots=True)
class LevelReached:
    """`level` None: not enough evidence."""

    competency: str
    competency_name: str
    level: int | None
    confidence: Literal["low", "medium", "high"]
    anchor: str
    evidence: tuple[EvidenceClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Star:
    situation: float
    task: float
    action: float
    result: float


@event("answer.assessed")
@dataclass(frozen=True, slots=True)
class AnswerAssessed:
    turn_id: str
    question_id: str
    star: Star
    flags: tuple[str, ...]
    levels: tuple[LevelReached, ...]


@event("score.updated")
@dataclass(frozen=True, slots=True)
class ScoreUpdated:
    """`demonstration`: made from the demonstration recogniser's text, so it shows the mechanism and nothing more."""

    total: float | None
    levels: tuple[LevelReached, ...]
    engine_version: str
    rubric_version: str
    lexicon_version: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class LevelOpinion:
    """A language model's opinion beside the `embedded` level of the rules, which is the one that counts.

    `opinions`: of each run that passed the checks, None for "not enough evidence"; empty where there is none, and then
    `reason` is the code of why. `combined` is their median with the rules' level; `source` says whose it is. `review`:
    why a person should look. `rationale` is the model's, and so are the exact quotes of `evidence`, which weigh nothing
    in a score.
    """

    competency: str
    competency_name: str
    embedded: int
    opinions: tuple[int | None, ...]
    combined: int
    source: Literal["embedded", "hybrid"]
    review: Literal["levels_apart", "evidence_doubted"] | None
    rationale: str
    reason: str
    evidence: tuple[EvidenceClaim, ...] = ()


@event("opinion.given")
@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """HR only: the second opinion on the answers to a question up to `turn_id`. It changes no score; a further
    `answer.assessed` of the question makes it void."""

    turn_id: str
    question_id: str
    model: str
    took_ms: int
    levels: tuple[LevelOpinion, ...]

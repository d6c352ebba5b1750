"""What an explanation holds. Texts are for the candidate as much as for the reviewer, in the language asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from realtime_scoring.types import Evidence, Language

ChangeKind = Literal["event", "behaviour", "concrete", "own_action", "own_part", "measured_result", "reflection"]
ReasonCode = Literal["unanswered", "too_short", "off_topic", "low_asr_confidence", "no_scale"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was missing. `indicators`: of a `behaviour`, those not yet shown; of `concrete`, those meant."""

    kind: ChangeKind
    count: int = 1
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedQuote:
    """`evidence` has the exact words and their place, `label` what they show, `remark` why they count less, if so."""

    evidence: Evidence
    label: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedChange:
    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there was not enough to go on."""

    code: ReasonCode
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one competency at one question. With `level` None there are `reasons`, and nothing is said of levels.

    All `changes` together would have led to `next_anchor`; both are empty at the highest level. `sentences` says the
    whole in order of reading.
    """

    question_id: str
    competency: str
    name: str
    language: Language
    level: int | None
    anchor: str
    next_anchor: str
    shown: tuple[ExplainedQuote, ...]
    against: tuple[ExplainedQuote, ...]
    changes: tuple[ExplainedChange, ...]
    reasons: tuple[Reason, ...]
    sentences: tuple[str, ...]

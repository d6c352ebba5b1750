"""What `decide` may consult beside the state: pure, versioned, the same for every interview of a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import FollowUpLimits, TurnProfile
from server.interviews.assessments import CompetencyNames
from server.protocol.events import ConsentKind
from server.protocol.flow import Language


@dataclass(frozen=True, slots=True)
class ConsentVersion:
    kind: ConsentKind
    language: Language
    version: str
    names_model: bool = False
    """It tells of a language model that reads answers."""


@dataclass(frozen=True, slots=True)
class Mind:
    engine: ScoringEngine
    recogniser_name: str
    demonstration: bool
    consent_texts: Mapping[str, ConsentVersion]
    """By SHA-256 of the text: what was agreed to must be a text this server has shown."""
    profile: TurnProfile = field(default_factory=TurnProfile)
    limits: FollowUpLimits = field(default_factory=FollowUpLimits)
    moment_ms: int = 60_000

    def may_ask_model(self, scoring_consent: str) -> bool:
        """Whether the text that was agreed to, by its version, tells of a language model."""
        return any(
            text.names_model and text.kind == "ai_scoring" and text.version == scoring_consent
            for text in self.consent_texts.values()
        )

    def competency_names(self, language: Language) -> CompetencyNames:
        return {competency.id: competency.name[language] for competency in self.engine.competencies()}

"""Before the interview: invitation, language, consent, devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event
from server.protocol.flow import Flow, Language

Experience = Literal["graduate", "experienced"]
ConsentKind = Literal["recording", "ai_scoring"]
DeviceState = Literal["ok", "denied", "missing", "failed", "skipped"]


@event("interview.created")
@dataclass(frozen=True, slots=True)
class InterviewCreated:
    """Carries the whole flow, so that the log needs nothing beside itself. `terms`: names and words of this candidate
    that the recogniser is told to expect, the most important first. `experience` and `past_work` (a few words) are for
    the greeting alone."""

    organisation_id: str
    organisation_name: str
    candidate_name: str
    job_title: str
    language: Language
    flow: Flow
    created_by: str
    time_multiplier: float = 1.0
    terms: tuple[str, ...] = ()
    experience: Experience | None = None
    past_work: str = ""


@event("invite.issued")
@dataclass(frozen=True, slots=True)
class InviteIssued:
    invite_id: str
    expires_at: str


@event("invite.redeemed")
@dataclass(frozen=True, slots=True)
class InviteRedeemed:
    invite_id: str


@event("language.chosen")
@dataclass(frozen=True, slots=True)
class LanguageChosen:
    language: Language


@event("consent.given")
@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """`granted` false records a refusal. `text_hash` is the SHA-256 of the text shown."""

    kind: ConsentKind
    granted: bool
    text_hash: str
    text_version: str
    language: Language


@event("device.checked")
@dataclass(frozen=True, slots=True)
class DeviceChecked:
    camera: DeviceState
    microphone: DeviceState
    speaker: DeviceState
    network_rtt_ms: int | None = None

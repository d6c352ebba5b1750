"""What HR should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event

AlertKind = Literal["stage_overtime", "connection_lost", "help", "transcription", "silence"]


@event("alert.raised")
@dataclass(frozen=True, slots=True)
class AlertRaised:
    """`since_ms`: since when it has been so, on the interview clock."""

    kind: AlertKind
    since_ms: int


@event("alert.acknowledged")
@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    kind: AlertKind
    user_id: str
    name: str


@event("alert.cleared")
@dataclass(frozen=True, slots=True)
class AlertCleared:
    kind: AlertKind

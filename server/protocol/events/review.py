"""After the interview: a candidate who does not leave it at what software found."""

from __future__ import annotations

from dataclasses import dataclass

from server.protocol.events.registration import event


@event("review.requested")
@dataclass(frozen=True, slots=True)
class ReviewRequested:
    """The candidate asks that a person look at their answers; `text` may say why, or be empty."""

    text: str

"""Who has the floor: a question taken back, an interviewer interrupted, time that runs out."""

from __future__ import annotations

from dataclasses import dataclass

from server.protocol.events.registration import event


@event("question.withdrawn")
@dataclass(frozen=True, slots=True)
class QuestionWithdrawn:
    """The candidate had not finished: the answer `reopened_turn_id` goes on, and `turn_id` was never asked. What was
    assessed of that answer is void; it is assessed when it ends."""

    turn_id: str
    reopened_turn_id: str


@event("interviewer.yielded")
@dataclass(frozen=True, slots=True)
class InterviewerYielded:
    """The candidate spoke while the question was read aloud: the page falls silent, `question.presented` follows."""

    turn_id: str


@event("time.warned")
@dataclass(frozen=True, slots=True)
class TimeWarned:
    """The answer's time ends in `remaining_ms`, after the sentence that is being said then."""

    turn_id: str
    remaining_ms: int
    extendable: bool


@event("time.extended")
@dataclass(frozen=True, slots=True)
class TimeExtended:
    """The time that was left has been doubled: `limit_ms` is the answer's whole time now."""

    turn_id: str
    limit_ms: int

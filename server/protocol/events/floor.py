"""People of HR who step in: who has the floor, what they whisper to the interviewer, what they do to the interview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event

FloorMode = Literal["barge", "takeover"]
"""`barge`: a word aside, what the candidate says to it is kept and part of no answer. `takeover`: a person leads the
interview, and what the candidate says goes on being the answer to the open question."""
HandBackReason = Literal["handed_back", "expired", "gone"]
DirectiveKind = Literal["ask", "rephrase", "skip", "extend", "end", "wrap_up", "note"]


@event("floor.taken")
@dataclass(frozen=True, slots=True)
class FloorTaken:
    """The interviewer is silent from now on, and the open question's time stands still. `text` is read aloud."""

    user_id: str
    name: str
    mode: FloorMode
    text: str


@event("floor.changed")
@dataclass(frozen=True, slots=True)
class FloorChanged:
    user_id: str
    name: str
    mode: FloorMode


@event("floor.handed_back")
@dataclass(frozen=True, slots=True)
class FloorHandedBack:
    """The interviewer goes on. `gone`: the user's connection was lost; `expired`: they had the floor for an hour."""

    user_id: str
    name: str
    reason: HandBackReason
    text: str


@event("directive.given")
@dataclass(frozen=True, slots=True)
class DirectiveGiven:
    """What the interviewer is to do next. `protected`: the words that touch a protected topic, let through by
    `override`, the reason."""

    directive_id: str
    user_id: str
    name: str
    kind: DirectiveKind
    text: str = ""
    minutes: int = 0
    verbatim: bool = False
    protected: str = ""
    override: str = ""


@event("directive.applied")
@dataclass(frozen=True, slots=True)
class DirectiveApplied:
    directive_id: str
    user_id: str
    turn_id: str


@event("directive.withdrawn")
@dataclass(frozen=True, slots=True)
class DirectiveWithdrawn:
    directive_id: str
    user_id: str


@event("interview.paused")
@dataclass(frozen=True, slots=True)
class InterviewPaused:
    user_id: str
    name: str
    text: str


@event("interview.resumed")
@dataclass(frozen=True, slots=True)
class InterviewResumed:
    user_id: str
    name: str
    text: str


@event("question.skipped")
@dataclass(frozen=True, slots=True)
class QuestionSkipped:
    """What was said to it stays its answer. Until `undo_until_ms` it can be gone back to."""

    turn_id: str
    user_id: str
    name: str
    undo_until_ms: int


@event("time.granted")
@dataclass(frozen=True, slots=True)
class TimeGranted:
    """`limit_ms` is the answer's whole time now. `text` tells it to the candidate."""

    turn_id: str
    limit_ms: int
    minutes: int
    user_id: str
    name: str
    text: str


@event("close.announced")
@dataclass(frozen=True, slots=True)
class CloseAnnounced:
    """The interview ends at `at_ms` with its closing words, unless that is cancelled."""

    user_id: str
    name: str
    at_ms: int


@event("close.cancelled")
@dataclass(frozen=True, slots=True)
class CloseCancelled:
    user_id: str
    name: str


@event("interview.reopened")
@dataclass(frozen=True, slots=True)
class InterviewReopened:
    """An interview that broke off goes on from the question that was not answered. `redo` counts such times; it costs
    the candidate nothing."""

    user_id: str
    name: str
    reason: str
    redo: int

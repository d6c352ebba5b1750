"""From the first question to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event
from server.protocol.flow import AnswerForm

AskedAs = Literal["main", "follow_up", "repeat"]
EndReason = Literal["candidate_ended", "hr_ended", "expired"]


@event("interview.started")
@dataclass(frozen=True, slots=True)
class InterviewStarted:
    """Zero of the interview clock. `text_only` when the candidate has no microphone."""

    text_only: bool
    greeting: str


@event("stage.entered")
@dataclass(frozen=True, slots=True)
class StageEntered:
    stage_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why a follow-up was asked: shown to HR, never to the candidate. Kind, trigger, span and alternatives are always
    the rules'. `llm`: `model` worded what the rules would have asked as `planned`, in `took_ms`. `fallback`: code of
    the reason why the planned words were asked although there is a model. `hr`: `user_id` had it asked, by the
    directive `directive_id` if there was one."""

    kind: str
    trigger: str
    turn_id: str
    quote: str
    char_start: int
    char_end: int
    alternatives: tuple[str, ...]
    source: Literal["embedded", "hr", "llm"] = "embedded"
    model: str = ""
    took_ms: int | None = None
    planned: str = ""
    fallback: str = ""
    user_id: str = ""
    directive_id: str = ""


@event("question.asked")
@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """`text` stands on the page; `spoken_text` (greeting or transition included) is read aloud."""

    turn_id: str
    question_id: str
    stage_id: str
    number: int
    total: int
    asked_as: AskedAs
    form: AnswerForm
    text: str
    spoken_text: str
    suggested_ms: int
    limit_ms: int
    remaining_ms: int
    why: Why | None = None


@event("question.presented")
@dataclass(frozen=True, slots=True)
class QuestionPresented:
    """The page has put the question; `spoken` tells whether it was read aloud to the end."""

    turn_id: str
    spoken: bool


@event("nudge.given")
@dataclass(frozen=True, slots=True)
class NudgeGiven:
    turn_id: str
    text: str


@event("moment.granted")
@dataclass(frozen=True, slots=True)
class MomentGranted:
    turn_id: str
    until_ms: int


@event("form.changed")
@dataclass(frozen=True, slots=True)
class FormChanged:
    turn_id: str
    form: AnswerForm


@event("interview.closing")
@dataclass(frozen=True, slots=True)
class InterviewClosing:
    text: str
    result_within_hours: int


@event("interview.completed")
@dataclass(frozen=True, slots=True)
class InterviewCompleted:
    answered: int
    total: int


@event("interview.aborted")
@dataclass(frozen=True, slots=True)
class InterviewAborted:
    reason: EndReason
    answered: int
    total: int

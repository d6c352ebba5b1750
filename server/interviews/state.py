"""The state of an interview: a fold over its log. Nothing in it that the log does not tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from realtime_scoring.types import Assessment, FollowUpKind, Versions
from server.interviews.console.state import Console
from server.protocol.events import (
    AskedAs,
    ConnectionWord,
    ConsentKind,
    EndedBy,
    EndReason,
    Experience,
    SegmentTranscribed,
)
from server.protocol.flow import AnswerForm, Flow, FlowQuestion, FlowStage, Language
from server.protocol.signals import Phase

Place = tuple[int, int]
"""Stage index and question index within the flow."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The question being asked and the answer being given."""

    id: str
    question_id: str
    stage_id: str
    asked_as: AskedAs
    follow_up: FollowUpKind | None
    form: AnswerForm
    text: str
    number: int
    total: int
    remaining_ms: int
    suggested_ms: int
    limit_ms: int
    asked_at_ms: int
    typing_since_ms: int | None = None
    """When a spoken answer went over to the keyboard."""
    listening_since_ms: int | None = None
    answer_started_ms: int | None = None
    away_ms: int = 0
    """Time the candidate could not be heard: connection or media gone. It never counts against the limit."""
    segments: tuple[SegmentTranscribed, ...] = ()
    """Of each segment the text that counts, in order of speech."""
    asides: tuple[SegmentTranscribed, ...] = ()
    """What was said meanwhile to a person who had joined: no part of the answer."""
    unheard: tuple[str, ...] = ()
    """Ids of segments without their text: it could not be had, or comes later."""
    missed: tuple[str, ...] = ()
    """Those of them that were told to have failed."""
    draft: str = ""
    moment_until_ms: int | None = None
    nudged: bool = False
    warned: bool = False
    """The end of its time has been announced."""
    extended: bool = False
    given_back: int = 0
    """So often a silence was taken for its end, and was not."""
    closing: EndedBy | None = None
    closing_since_ms: int = 0


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    id: str
    question_id: str
    asked_as: AskedAs
    follow_up: FollowUpKind | None
    text: str
    segments: tuple[SegmentTranscribed, ...]
    asides: tuple[SegmentTranscribed, ...] = ()
    typed: str = ""
    """What of `text` was written."""
    form: AnswerForm = "voice"
    typing_since_ms: int | None = None
    asked_at_ms: int = 0
    answer_started_ms: int | None = None
    unheard: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    awaited: bool = False
    """It was completed while its last words were, or may have been, still being transcribed."""

    @property
    def whole(self) -> bool:
        return not self.unheard and not self.awaited


@dataclass(frozen=True, slots=True)
class Ended:
    """What an answer's end, and the question asked upon it, change: to be put back when the candidate goes on."""

    turn: Turn
    place: Place
    stage_entered_at: datetime | None
    follow_ups_asked: int
    last_transition: str
    assessments: tuple[tuple[str, Assessment], ...]
    next_turn_id: str | None = None
    """The question that was asked upon it; None: not yet."""


@dataclass(frozen=True, slots=True)
class OpenRecording:
    """A recording that has not been closed; `start_ms` is on the interview clock."""

    name: str
    epoch: int
    start_ms: int


@dataclass(frozen=True, slots=True)
class InterviewState:
    id: str
    seq: int = 0
    phase: Phase = "invited"
    aborted_because: EndReason | None = None
    """Why it broke off the last time."""
    organisation_id: str = ""
    organisation_name: str = ""
    owner_id: str = ""
    """Who created it: a user, or something that is none, such as the command line."""
    candidate_name: str = ""
    job_title: str = ""
    language: Language = "en"
    flow: Flow | None = None
    time_multiplier: float = 1.0
    created_at: datetime | None = None
    last_event_at: datetime | None = None
    consents: frozenset[ConsentKind] = frozenset()
    refusals: frozenset[ConsentKind] = frozenset()
    scoring_consent: str = ""
    """Version of the text by which the scoring was agreed to; empty: it was not."""
    started_at: datetime | None = None
    text_only: bool = False
    voiced: bool = False
    """It is spoken, or has been: what was to be written alone may go over to voice."""
    greeting: str = ""
    recogniser: str = ""
    demonstration: bool = False
    terms: tuple[str, ...] = ()
    """The candidate's own names and words, for the recogniser to expect."""
    experience: Experience | None = None
    past_work: str = ""
    """Of the experienced, a few words for the greeting."""
    place: Place = (0, -1)
    stage_entered_at: datetime | None = None
    turn: Turn | None = None
    turns_asked: tuple[str, ...] = ()
    """Ids of all turns, in order of asking."""
    texts_asked: tuple[str, ...] = ()
    """What was asked in them, repetitions left out."""
    answered: tuple[AnsweredTurn, ...] = ()
    follow_ups_asked: int = 0
    last_transition: str = ""
    ended_last: Ended | None = None
    """The answer before the open question, if it can be given back."""
    assessments: tuple[tuple[str, Assessment], ...] = ()
    """Latest assessment of each question, by question id, in order of asking."""
    seconded: frozenset[str] = frozenset()
    """Ids of the questions whose latest assessment has a second opinion beside it."""
    scored_with: tuple[Versions, ...] = ()
    """What scored it, each once; more than one when the server was updated on the way."""
    review_requests: tuple[str, ...] = ()
    """What the candidate said when asking for a person, after the end."""
    candidate_connections: frozenset[str] = frozenset()
    observer_connections: frozenset[str] = frozenset()
    epoch: int = 0
    media_up: bool = False
    microphone_lost: bool = False
    away_since_ms: int | None = None
    connection: ConnectionWord | None = None
    open_recordings: tuple[OpenRecording, ...] = ()
    heard_until_ms: int = 0
    """End of the last stretch of speech that is in the log."""
    console: Console = field(default_factory=Console)

    @property
    def whole_flow(self) -> Flow:
        if self.flow is None:
            raise LookupError("the log does not begin with interview.created")
        return self.flow

    @property
    def stage(self) -> FlowStage:
        return self.whole_flow.stages[self.place[0]]

    @property
    def candidate_present(self) -> bool:
        return bool(self.candidate_connections)

    @property
    def ended(self) -> bool:
        return self.phase in ("archived", "aborted")

    @property
    def hearing_possible(self) -> bool:
        """Whether the candidate can answer the open turn at this moment, and is to: not while a person has the floor,
        nor while all is paused."""
        return self.reachable and not self.console.quiet

    @property
    def reachable(self) -> bool:
        if not self.candidate_present or self.turn is None:
            return self.candidate_present
        return self.turn.form == "text" or (self.media_up and not self.microphone_lost)

    def question(self, question_id: str) -> FlowQuestion:
        for stage in self.whole_flow.stages:
            for question in stage.questions:
                if question.id == question_id:
                    return question
        raise LookupError(question_id)

    def fresh_turn_id(self, stem: str) -> str:
        """`stem`, or `stem.2` and so on: a question that was withdrawn keeps its id, and is asked under another."""
        again = sum(asked == stem or asked.startswith(f"{stem}.") for asked in self.turns_asked)
        return f"{stem}.{again + 1}" if again else stem

    def turns_of(self, question_id: str) -> tuple[AnsweredTurn, ...]:
        return tuple(turn for turn in self.answered if turn.question_id == question_id)

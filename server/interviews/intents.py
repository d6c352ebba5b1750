"""What reaches an interview from inside the server. Clients' commands are in `server.protocol.commands`."""

from __future__ import annotations

from dataclasses import dataclass

from realtime_scoring.types import AnswerText, Assessment, FollowUp, TurnAction
from server.protocol.commands import AnswerSubmit
from server.protocol.events import AlertKind, ChatSide, OpinionGiven, Word

LAST_WORDS = "last words"
"""Instead of a turn's id: all that has been said so far."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who sends a command of which that matters. `name` is empty for the candidate, and where it is not known."""

    side: ChatSide
    id: str
    name: str
    connection_id: str


@dataclass(frozen=True, slots=True)
class By:
    """A command of `person`'s."""

    command: object
    person: Person


@dataclass(frozen=True, slots=True)
class ApplyDirectives:
    """Nobody has begun to answer this turn's question: what was whispered need not wait."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class FreeFloor:
    """Who has the floor is gone, or has had it too long."""


@dataclass(frozen=True, slots=True)
class CloseNow:
    """The announced end has come."""


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    kind: AlertKind
    since_ms: int


@dataclass(frozen=True, slots=True)
class ClearAlert:
    kind: AlertKind


@dataclass(frozen=True, slots=True)
class Record:
    """A fact that needs no decision: logged as it is."""

    event: object


@dataclass(frozen=True, slots=True)
class HearSegment:
    """Final text of a stretch of speech, not yet given to a turn. It may come late: of an answer that is completed, of
    an interview that is over."""

    segment_id: str
    t_start_ms: int
    t_end_ms: int
    text: str
    confidence: float
    words: tuple[Word, ...]
    revision: int = 0


@dataclass(frozen=True, slots=True)
class MissSegment:
    """A stretch of speech that could not be transcribed."""

    segment_id: str
    t_start_ms: int
    t_end_ms: int
    code: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class DeferSegment:
    """A stretch of speech whose text comes later, as `revision`."""

    segment_id: str
    t_start_ms: int
    t_end_ms: int
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ReachDeadline:
    """The time that `realtime_scoring.turns` named has come for the open turn."""

    turn_id: str
    action: TurnAction


@dataclass(frozen=True, slots=True)
class YieldFloor:
    """The candidate speaks while this turn's question is read aloud."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """The candidate goes on with the answer before this turn's question: a silence had been taken for its end."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class EndTranscription:
    """All segments of a turn, or LAST_WORDS, have been heard; `complete` is false when some words may be missing."""

    turn_id: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What became of asking a language model for the words of `planned`. `text`: its words; empty: the planned ones are
    asked, and `fallback` is the code of why."""

    planned: FollowUp
    text: str = ""
    model: str = ""
    took_ms: int | None = None
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class EndWithWords:
    """An answer's end, and the words for the follow-up that was planned upon it."""

    end: EndTranscription | AnswerSubmit
    words: Words


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """A second opinion on `answers`, whose levels were those of `assessment`."""

    event: OpinionGiven
    answers: tuple[AnswerText, ...]
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class CompleteInterview:
    """Media has been closed after the closing words."""


@dataclass(frozen=True, slots=True)
class Expire:
    """The candidate has not come back for so long that the interview is over."""


@dataclass(frozen=True, slots=True)
class Connect:
    role: str
    actor_id: str
    connection_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Disconnect:
    role: str
    actor_id: str
    connection_id: str

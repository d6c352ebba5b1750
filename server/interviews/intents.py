"""What reaches an interview from inside the server. Clients' commands are in `server.protocol.commands`."""

from __future__ import annotations

from dataclasses import dataclass

from realtime_scoring.types import TurnAction
from server.protocol.events import Word

LAST_WORDS = "last words"
"""Instead of a turn's id: all that has been said so far."""


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
    """The time that `realtime_scoring.turn` named has come for the open turn."""

    turn_id: str
    action: TurnAction


@dataclass(frozen=True, slots=True)
class EndTranscription:
    """All segments of a turn, or LAST_WORDS, have been heard; `complete` is false when some words may be missing."""

    turn_id: str
    complete: bool


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


@dataclass(frozen=True, slots=True)
class Disconnect:
    role: str
    actor_id: str
    connection_id: str

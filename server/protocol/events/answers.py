"""What the candidate says and types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event

EndedBy = Literal["silence", "button", "time_limit", "text", "skipped"]


@dataclass(frozen=True, slots=True)
class Word:
    """Characters `[char_start, char_end)` of the segment's text."""

    char_start: int
    char_end: int
    t_start_ms: int
    t_end_ms: int
    probability: float


@event("segment.transcribed")
@dataclass(frozen=True, slots=True)
class SegmentTranscribed:
    """Final text of a stretch of speech. Captions are these plus the latest `caption.updated`.

    A later one of the same segment with a higher `revision` takes the place of the former: the candidate went on
    speaking after all, or the text came late. Its text may be empty. `aside`: it was said to a person who
    had joined, and is part of no answer.
    """

    turn_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int
    text: str
    confidence: float
    words: tuple[Word, ...] = ()
    revision: int = 0
    aside: bool = False


@event("segment.failed")
@dataclass(frozen=True, slots=True)
class SegmentFailed:
    turn_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int
    code: str


@event("segment.deferred")
@dataclass(frozen=True, slots=True)
class SegmentDeferred:
    """No recogniser was there to hear it. Its sound is kept, and `segment.transcribed` follows when there is one."""

    turn_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int


@event("answer.drafted")
@dataclass(frozen=True, slots=True)
class AnswerDrafted:
    """Typed text that has not been submitted yet. It becomes part of the answer when the answer ends otherwise."""

    turn_id: str
    text: str


@event("answer.closing")
@dataclass(frozen=True, slots=True)
class AnswerClosing:
    """The answer has ended; its last words are being transcribed."""

    turn_id: str
    ended_by: EndedBy


@event("answer.completed")
@dataclass(frozen=True, slots=True)
class AnswerCompleted:
    """`hint` is neutral and about time only."""

    turn_id: str
    question_id: str
    text: str
    ended_by: EndedBy
    duration_ms: int
    hint_code: str
    hint: str
    transcription_complete: bool = True


@event("answer.revised")
@dataclass(frozen=True, slots=True)
class AnswerRevised:
    """Text that came after the answer was completed: `text` is all of it now. What it shows is assessed anew."""

    turn_id: str
    question_id: str
    text: str
    transcription_complete: bool

"""What a virtual candidate saw and measured: read by the tests and by load reports."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from server.protocol import events as e
from server.protocol.envelope import Envelope
from server.protocol.flow import AnswerForm
from server.protocol.signals import CaptionUpdated


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One question and its answer. Durations are None when the moment was not seen."""

    turn_id: str
    question_id: str
    index: int
    asked_as: e.AskedAs
    form: AnswerForm
    asked: str
    script: str
    transcript: str
    ended_by: e.EndedBy | None
    hint: str
    cut_off: bool
    """The answer was ended before all of it had been said."""
    captions: int
    first_caption_ms: int | None
    """From the first word said to the first caption."""
    closing_ms: int | None
    """From the last word said to `answer.closing`: how long the server waits in silence."""
    next_question_ms: int | None
    """From `answer.closing` to the next question, or to the end."""


@dataclass(frozen=True, slots=True)
class InterviewResult:
    """`envelopes` holds the candidate's events in order of `seq`; it has holes where HR's events are."""

    interview: str
    completed: bool
    abort_reason: e.EndReason | None
    turns: tuple[TurnResult, ...]
    envelopes: tuple[Envelope, ...]
    connections: int
    publications: int
    rtt_ms: int | None

    def profiles(self) -> tuple[e.QualityProfileChanged, ...]:
        """What it was asked to send, in order."""
        told = (envelope.data for envelope in self.envelopes)
        return tuple(data for data in told if isinstance(data, e.QualityProfileChanged))

    def follow_ups(self) -> tuple[TurnResult, ...]:
        return tuple(turn for turn in self.turns if turn.asked_as == "follow_up")


@dataclass(slots=True)
class TurnMeasure:
    """A turn while it runs; moments are seconds of the monotonic clock."""

    asked: e.QuestionAsked
    index: int
    script: str = ""
    transcript: str = ""
    ended_by: e.EndedBy | None = None
    hint: str = ""
    captions: int = 0
    fully_said: bool = False
    speech_began: float | None = None
    speech_ended: float | None = None
    first_caption: float | None = None
    closing: float | None = None
    followed: float | None = None

    def take_back(self, withdrawn: TurnMeasure) -> None:
        """What was said under a withdrawn question was said to this one."""
        self.script = f"{self.script} {withdrawn.script}".strip()
        self.fully_said, self.speech_ended = withdrawn.fully_said, withdrawn.speech_ended

    def conclude(self) -> TurnResult:
        return TurnResult(
            turn_id=self.asked.turn_id,
            question_id=self.asked.question_id,
            index=self.index,
            asked_as=self.asked.asked_as,
            form=self.asked.form,
            asked=self.asked.text,
            script=self.script,
            transcript=self.transcript,
            ended_by=self.ended_by,
            hint=self.hint,
            cut_off=self.speech_began is not None and not self.fully_said,
            captions=self.captions,
            first_caption_ms=_between(self.speech_began, self.first_caption),
            closing_ms=_between(self.speech_ended, self.closing),
            next_question_ms=_between(self.closing, self.followed),
        )


@dataclass(slots=True)
class Recorder:
    """A fold over what the candidate receives, with the moment of each."""

    envelopes: list[Envelope] = field(default_factory=list)
    turns: dict[str, TurnMeasure] = field(default_factory=dict)
    completed: bool = False
    abort_reason: e.EndReason | None = None
    _asked_of: Counter[str] = field(default_factory=Counter)

    def note(self, envelope: Envelope) -> None:
        if envelope.seq is not None:
            self.envelopes.append(envelope)
        now = time.monotonic()
        match envelope.data:
            case e.QuestionAsked() as asked if asked.turn_id not in self.turns:
                self._follow(now)
                self.turns[asked.turn_id] = TurnMeasure(asked, self._asked_of[asked.question_id])
                self._asked_of[asked.question_id] += 1
            case CaptionUpdated(turn_id=turn_id) if turn_id in self.turns:
                turn = self.turns[turn_id]
                turn.captions += 1
                turn.first_caption = turn.first_caption or now
            case e.SegmentTranscribed(turn_id=turn_id) if turn_id in self.turns:
                self.turns[turn_id].first_caption = self.turns[turn_id].first_caption or now
            case e.QuestionWithdrawn(turn_id=turn_id, reopened_turn_id=reopened_id) if turn_id in self.turns:
                self._asked_of[self.turns.pop(turn_id).asked.question_id] -= 1
                self.turns[reopened_id].closing = self.turns[reopened_id].followed = None
            case e.AnswerClosing(turn_id=turn_id) if turn_id in self.turns:
                self.turns[turn_id].closing = now
            case e.AnswerCompleted() as answer if answer.turn_id in self.turns:
                turn = self.turns[answer.turn_id]
                turn.transcript, turn.ended_by, turn.hint = answer.text, answer.ended_by, answer.hint
            case e.AnswerRevised(turn_id=turn_id, text=text) if turn_id in self.turns:
                self.turns[turn_id].transcript = text
            case e.InterviewClosing():
                self._follow(now)
            case e.InterviewCompleted():
                self.completed = True
            case e.InterviewAborted(reason=reason):
                self.abort_reason = reason

    @property
    def ended(self) -> bool:
        return self.completed or self.abort_reason is not None

    def _follow(self, now: float) -> None:
        if self.turns:
            last = next(reversed(self.turns.values()))
            last.followed = last.followed or now


def _between(start: float | None, end: float | None) -> int | None:
    return None if start is None or end is None else round((end - start) * 1000)

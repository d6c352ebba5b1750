"""What this package accepts and returns. Text and times only: nothing else may ever reach a score."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from realtime_scoring.turns.habit import PauseHabit

Language = Literal["en", "zh-CN"]
QuestionKind = Literal["identity", "introduction", "behavioural", "situational", "logic", "open"]
StarPart = Literal["situation", "task", "action", "result"]
Confidence = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One word of an answer: characters `[char_start, char_end)` of the text, milliseconds on the interview clock."""

    char_start: int
    char_end: int
    t_start_ms: int
    t_end_ms: int


@dataclass(frozen=True, slots=True)
class AnswerText:
    """What was said (or typed) in one turn. `words` is empty for typed text."""

    turn_id: str
    text: str
    language: Language
    words: tuple[TimedWord, ...] = ()
    asr_confidence: float | None = None
    """Mean word probability in 0..1; None for typed text."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the flow. `follow_up_limit` is the allowance of counted probes."""

    id: str
    text: str
    kind: QuestionKind
    competencies: tuple[str, ...]
    follow_up_limit: int
    language: Language


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim: `quote` is exactly `text[char_start:char_end]` of the turn's text."""

    competency: str
    indicator: str
    sign: Literal[1, -1]
    weight: float
    turn_id: str
    quote: str
    char_start: int
    char_end: int
    t_start_ms: int | None
    t_end_ms: int | None
    star: StarPart | None = None


@dataclass(frozen=True, slots=True)
class StarCoverage:
    """How far each part of Situation, Task, Action, Result is told, 0..1."""

    situation: float = 0.0
    task: float = 0.0
    action: float = 0.0
    result: float = 0.0


class Flag(StrEnum):
    """Observations on an answer that may trigger a follow-up; never a penalty by themselves."""

    UNANSWERED = "unanswered"
    TOO_SHORT = "too_short"
    OFF_TOPIC = "off_topic"
    NO_EVENT = "no_event"
    HYPOTHETICAL = "hypothetical"
    IN_GENERAL = "in_general"
    """Told as what is usually done or would be: enough for talk of the matter, and no evidence of an act."""
    WE_DOMINATES = "we_dominates"
    NO_ACTION = "no_action"
    NO_RESULT = "no_result"
    NO_QUANTITY = "no_quantity"
    NO_CONTEXT = "no_context"
    ASKED_TO_REPEAT = "asked_to_repeat"
    LOW_ASR_CONFIDENCE = "low_asr_confidence"


@dataclass(frozen=True, slots=True)
class CompetencyLevel:
    """A level of the anchored scale, 1..5, or None: not enough evidence (a legal result, not a low one)."""

    competency: str
    level: int | None
    confidence: Confidence
    anchor: str
    evidence: tuple[Evidence, ...] = ()
    mean_level: float | None = None
    """Only in a `Score`: the mean over questions that `level` was rounded from (half up)."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What all answers to one question show together (main answer first, then answers to follow-ups)."""

    question_id: str
    star: StarCoverage
    flags: frozenset[Flag]
    levels: tuple[CompetencyLevel, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    engine: str
    rubric: str
    lexicon: str


@dataclass(frozen=True, slots=True)
class Score:
    """Mean over questions, per competency. `total` = 20 x mean level over competencies with a level, or None."""

    total: float | None
    levels: tuple[CompetencyLevel, ...]
    versions: Versions


FollowUpKind = Literal["back_to_question", "specific_example", "own_part", "result", "quantity", "context"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A planned probe. `quote` (may be empty) is an exact span of the answer of `turn_id`."""

    kind: FollowUpKind
    text: str
    trigger: Flag
    turn_id: str
    quote: str
    char_start: int
    char_end: int
    alternatives: tuple[FollowUpKind, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedFollowUps:
    """What was already asked: limits count these. `on_question` in order of asking."""

    on_question: tuple[FollowUpKind, ...] = ()
    in_interview: int = 0


@dataclass(frozen=True, slots=True)
class FollowUpLimits:
    per_interview: int = 6


@dataclass(frozen=True, slots=True)
class TurnProfile:
    """Patience of the end-of-answer decision, all in ms of silence on the interview clock."""

    sure_silence_ms: int = 700
    """After words that say that the answer is over."""
    complete_silence_ms: int = 900
    likely_silence_ms: int = 2600
    """Where more speaks for the end than against it."""
    incomplete_silence_ms: int = 4500
    unlikely_silence_ms: int = 6500
    """Where hardly anything has been told, and after words that win time and may be an end all the same."""
    thinking_silence_ms: int = 10_000
    minimum_speech_ms: int = 1000
    nudge_silence_ms: int = 15000
    time_multiplier: float = 1.0


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """What is known of a running answer at a moment of the interview clock.

    `speech_stopped_at_ms` is None while the candidate speaks or has not spoken yet; `listening_since_ms` is when the
    question had been put; `moment_until_ms` is set by the *I need a moment* button.
    """

    listening_since_ms: int
    speaking: bool
    speech_ms: int
    speech_stopped_at_ms: int | None
    text: str
    language: Language
    question_kind: QuestionKind
    time_limit_ms: int
    moment_until_ms: int | None = None
    nudged: bool = False
    resumed_at_ms: int | None = None
    """The candidate had spoken, was interrupted (repetition, network, typing), and may go on since then."""
    habit: PauseHabit | None = None
    """How this candidate pauses; None: like most."""
    follow_up: bool = False
    """The question is a probe of the answer before."""
    warned: bool = False
    """The end of the time has been announced."""


TurnAction = Literal["end_silence", "warn_time", "end_time_limit", "nudge"]


@dataclass(frozen=True, slots=True)
class TurnDeadline:
    """What happens at `at_ms` unless something is said or pressed before."""

    at_ms: int
    action: TurnAction


HintCode = Literal["within_time", "short", "long", "time_limit", "no_answer", "not_written_down", "typed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """`answered` of `total` counted questions (follow-ups do not count), and time left by the flow's own budget."""

    answered: int
    total: int
    remaining_ms: int


@dataclass(frozen=True, slots=True)
class Competency:
    """`anchors[i]` describes level i + 1. Texts per language."""

    id: str
    name: dict[Language, str] = field(default_factory=dict)
    anchors: dict[Language, tuple[str, str, str, str, str]] = field(default_factory=dict)

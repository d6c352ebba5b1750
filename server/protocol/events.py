"""Events of the interview log: facts that happened, in order, with a `seq`. Additive within version 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.flow import AnswerForm, Flow, Language
from server.protocol.registry import Registry

EVENTS = Registry()
event = EVENTS.register

ConsentKind = Literal["recording", "ai_scoring"]
AskedAs = Literal["main", "follow_up", "repeat"]
EndedBy = Literal["silence", "button", "time_limit", "text"]
DeviceState = Literal["ok", "denied", "missing", "failed", "skipped"]
ConnectionWord = Literal["excellent", "good", "poor", "lost"]
ConnectionReason = Literal["loss", "delay", "jitter", "bandwidth", "server", "silent"]
ProfileName = Literal["high", "medium", "low", "audio", "minimum"]
ProfileReason = Literal[
    "start", "loss", "delay", "jitter", "bandwidth", "device", "server", "unwatched", "watched", "recovered"
]
EndReason = Literal["candidate_ended", "hr_ended", "expired"]


# --- before the interview


@event("interview.created")
@dataclass(frozen=True, slots=True)
class InterviewCreated:
    """Carries the whole flow, so that the log needs nothing beside itself."""

    organisation_id: str
    organisation_name: str
    candidate_name: str
    job_title: str
    language: Language
    flow: Flow
    created_by: str
    time_multiplier: float = 1.0


@event("invite.issued")
@dataclass(frozen=True, slots=True)
class InviteIssued:
    invite_id: str
    expires_at: str


@event("invite.redeemed")
@dataclass(frozen=True, slots=True)
class InviteRedeemed:
    invite_id: str


@event("language.chosen")
@dataclass(frozen=True, slots=True)
class LanguageChosen:
    language: Language


@event("consent.given")
@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """`granted` false records a refusal. `text_hash` is the SHA-256 of the text shown."""

    kind: ConsentKind
    granted: bool
    text_hash: str
    text_version: str
    language: Language


@event("device.checked")
@dataclass(frozen=True, slots=True)
class DeviceChecked:
    camera: DeviceState
    microphone: DeviceState
    speaker: DeviceState
    network_rtt_ms: int | None = None


# --- the course of the interview


@event("interview.started")
@dataclass(frozen=True, slots=True)
class InterviewStarted:
    """Zero of the interview clock. `text_only` when the candidate has no microphone."""

    text_only: bool
    greeting: str


@event("recogniser.selected")
@dataclass(frozen=True, slots=True)
class RecogniserSelected:
    name: str
    demonstration: bool


@event("stage.entered")
@dataclass(frozen=True, slots=True)
class StageEntered:
    stage_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why a follow-up was asked: shown to HR, never to the candidate."""

    kind: str
    trigger: str
    turn_id: str
    quote: str
    char_start: int
    char_end: int
    alternatives: tuple[str, ...]
    source: Literal["embedded", "hr", "llm"] = "embedded"


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


# --- answers


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
    """Final text of a stretch of speech. Captions are these plus the latest `caption.updated`."""

    turn_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int
    text: str
    confidence: float
    words: tuple[Word, ...] = ()


@event("segment.failed")
@dataclass(frozen=True, slots=True)
class SegmentFailed:
    turn_id: str
    segment_id: str
    t_start_ms: int
    t_end_ms: int
    code: str


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


@dataclass(frozen=True, slots=True)
class EvidenceClaim:
    """`quote` is exactly `text[char_start:char_end]` of the turn's completed answer."""

    competency: str
    indicator: str
    sign: int
    weight: float
    turn_id: str
    quote: str
    char_start: int
    char_end: int
    t_start_ms: int | None
    t_end_ms: int | None
    star: Literal["situation", "task", "action", "result"] | None


@dataclass(frozen=True, slots=True)
class LevelReached:
    """`level` None: not enough evidence."""

    competency: str
    competency_name: str
    level: int | None
    confidence: Literal["low", "medium", "high"]
    anchor: str
    evidence: tuple[EvidenceClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Star:
    situation: float
    task: float
    action: float
    result: float


@event("answer.assessed")
@dataclass(frozen=True, slots=True)
class AnswerAssessed:
    turn_id: str
    question_id: str
    star: Star
    flags: tuple[str, ...]
    levels: tuple[LevelReached, ...]


@event("score.updated")
@dataclass(frozen=True, slots=True)
class ScoreUpdated:
    """`demonstration`: made from the demonstration recogniser's text, so it shows the mechanism and nothing more."""

    total: float | None
    levels: tuple[LevelReached, ...]
    engine_version: str
    rubric_version: str
    lexicon_version: str
    demonstration: bool


# --- the end


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


# --- presence and media

Transport = Literal["webrtc", "websocket"]


@event("candidate.connected")
@dataclass(frozen=True, slots=True)
class CandidateConnected:
    connection_id: str


@event("candidate.disconnected")
@dataclass(frozen=True, slots=True)
class CandidateDisconnected:
    connection_id: str


@event("observer.joined")
@dataclass(frozen=True, slots=True)
class ObserverJoined:
    user_id: str
    connection_id: str


@event("observer.left")
@dataclass(frozen=True, slots=True)
class ObserverLeft:
    user_id: str
    connection_id: str


@event("server.restarted")
@dataclass(frozen=True, slots=True)
class ServerRestarted:
    """The interview went on in a new process: connections of the old one are gone."""


@event("media.connected")
@dataclass(frozen=True, slots=True)
class MediaConnected:
    """`transport` websocket: the candidate's network lets no WebRTC through; there is sound only."""

    epoch: int
    audio: bool
    video: bool
    transport: Transport = "webrtc"


@event("media.interrupted")
@dataclass(frozen=True, slots=True)
class MediaInterrupted:
    epoch: int
    reason: str


@event("media.recovered")
@dataclass(frozen=True, slots=True)
class MediaRecovered:
    epoch: int


@event("media.faulted")
@dataclass(frozen=True, slots=True)
class MediaFaulted:
    code: str
    detail: str


@event("connection.changed")
@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """`reason` None: nothing keeps it from being better."""

    word: ConnectionWord
    reason: ConnectionReason | None = None


@event("quality.profile_changed")
@dataclass(frozen=True, slots=True)
class QualityProfileChanged:
    """What the candidate's page sends from now on. Sizes and rates are upper limits, 0 where `video` is off; a camera
    that the candidate has switched off stays off."""

    profile: ProfileName
    video: bool
    max_kbps: int
    width: int
    height: int
    fps: int
    audio_kbps: int
    reason: ProfileReason


@event("recording.opened")
@dataclass(frozen=True, slots=True)
class RecordingOpened:
    epoch: int
    name: str
    start_ms: int


@event("recording.closed")
@dataclass(frozen=True, slots=True)
class RecordingClosed:
    epoch: int
    name: str
    duration_ms: int
    size_bytes: int

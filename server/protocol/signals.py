"""Signals: server -> client messages that are not facts of the log. They carry no `seq` and may be lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events import AlertKind, ConnectionReason, ConnectionWord, EvidenceClaim, FloorMode, Star
from server.protocol.registry import Registry

SIGNALS = Registry()
signal = SIGNALS.register

Limitation = Literal["none", "cpu", "bandwidth", "other"]
CameraState = Literal["on", "off", "none"]
"""By the candidate's own choice; `none`: there is no camera."""
Phase = Literal["invited", "lobby", "live", "closing", "archived", "aborted"]


@signal("session.welcomed")
@dataclass(frozen=True, slots=True)
class SessionWelcomed:
    """Answer to `session.hello`. Events after `after_seq` follow at once."""

    role: Literal["candidate", "hr"]
    connection_id: str
    heartbeat_ms: int
    server_version: str


@signal("session.pong")
@dataclass(frozen=True, slots=True)
class SessionPong:
    """Echo of `session.ping`, for the page's round-trip time."""

    echo: str


@signal("session.caught_up")
@dataclass(frozen=True, slots=True)
class SessionCaughtUp:
    """All events up to `seq` of the envelope's interview have been sent; from here on they are live."""

    seq: int


@signal("command.accepted")
@dataclass(frozen=True, slots=True)
class CommandAccepted:
    """`seq` of the last event the command caused (of the first run, when the id was seen before)."""

    command: str
    seq: int


@signal("command.rejected")
@dataclass(frozen=True, slots=True)
class CommandRejected:
    command: str | None
    code: str
    detail: str
    retryable: bool


@signal("caption.updated")
@dataclass(frozen=True, slots=True)
class CaptionUpdated:
    """Text of the segment being spoken: `committed` stays, `unstable` may still change. `revision` is the one that the
    segment's next final text will have: above 0 the candidate went on after its text was there already."""

    turn_id: str
    segment_id: str
    committed: str
    unstable: str
    revision: int = 0


@signal("speech.changed")
@dataclass(frozen=True, slots=True)
class SpeechChanged:
    speaking: bool


@signal("voice.captioned")
@dataclass(frozen=True, slots=True)
class VoiceCaptioned:
    """As `caption.updated`, of a user of HR who speaks to the candidate."""

    user_id: str
    segment_id: str
    committed: str
    unstable: str
    revision: int = 0


@signal("voice.heard")
@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """The user of HR who speaks to the candidate begins to, or pauses."""

    user_id: str
    speaking: bool


@signal("voice.reach")
@dataclass(frozen=True, slots=True)
class VoiceReach:
    """HR only: whether the candidate can hear the user who has the floor; null: they can. `away`: not connected now.
    `websocket`: their network lets no WebRTC through. `unable`: their page was loaded before there were voices."""

    user_id: str
    obstacle: Literal["away", "websocket", "unable"] | None


@signal("evidence.gathered")
@dataclass(frozen=True, slots=True)
class EvidenceGathered:
    """HR only: what the answers to a question show up to now, while the last of them is still being given. Quotes of
    the open turn are of its text so far; of very many, the newest. It replaces the one before, and `answer.assessed`
    replaces it; no level is found before the answer is complete."""

    turn_id: str
    question_id: str
    star: Star
    claims: tuple[EvidenceClaim, ...]


@signal("level.measured")
@dataclass(frozen=True, slots=True)
class LevelMeasured:
    rms_dbfs: float
    peak_dbfs: float
    clipped: bool
    snr_db: float | None


@signal("quality.measured")
@dataclass(frozen=True, slots=True)
class QualityMeasured:
    """The last two seconds. Losses are shares, 0..1; what only the candidate's page measures is null until it tells.
    Of the sound that was listened to, `audio_recovered` was lost but held by the packet after it, and `audio_concealed`
    was lost for good and made up; 0..1."""

    word: ConnectionWord
    audio_loss: float
    audio_jitter_ms: float
    audio_kbps: float
    video_kbps: float
    video_width: int
    video_height: int
    rtt_ms: int | None
    reason: ConnectionReason | None = None
    video_loss: float = 0.0
    fps: float = 0.0
    available_kbps: float | None = None
    limitation: Limitation | None = None
    camera: CameraState | None = None
    audio_recovered: float = 0.0
    audio_concealed: float = 0.0


@signal("audio.opened")
@dataclass(frozen=True, slots=True)
class AudioOpened:
    """Binary frames of this epoch are listened to. `silent_ms` have passed since the last sound that was heard of the
    candidate (None: nothing has been heard by this server): what was said since may be sent first."""

    epoch: int
    silent_ms: int | None


@dataclass(frozen=True, slots=True)
class CardAlert:
    """`acknowledged_by`: name of who looks after it; empty: nobody yet."""

    kind: AlertKind
    since: str | None
    acknowledged_by: str = ""


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One interview on HR's board. Times are RFC 3339 UTC. `unread`: messages of the candidate that nobody of HR has
    seen. `owner_id`: who created it, a user or something that is none. `alert_after_minutes`: with the candidate's
    extra time, if they have any."""

    interview: str
    candidate_name: str
    job_title: str
    flow_title: str
    phase: Phase
    stage_title: str
    stage_index: int
    stages_total: int
    stage_entered_at: str | None
    alert_after_minutes: int
    question_number: int
    questions_total: int
    candidate_connected: bool
    connection: ConnectionWord | None
    speaking: bool
    last_caption: str
    observers: int
    created_at: str
    watchers: tuple[str, ...] = ()
    """Names of those who watch, each once."""
    floor_holder: str = ""
    floor_mode: FloorMode | None = None
    paused: bool = False
    asked_for_human: bool = False
    unread: int = 0
    alerts: tuple[CardAlert, ...] = ()
    owner_id: str = ""


@signal("board.snapshot")
@dataclass(frozen=True, slots=True)
class BoardSnapshot:
    cards: tuple[BoardCard, ...]


@signal("board.card_changed")
@dataclass(frozen=True, slots=True)
class BoardCardChanged:
    card: BoardCard

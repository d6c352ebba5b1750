"""Commands: client -> server. A command's envelope `id` is its idempotency key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from server.protocol.audio_frame import AudioCodec
from server.protocol.command_table import COMMANDS as COMMANDS
from server.protocol.command_table import command
from server.protocol.console_commands import Identifier
from server.protocol.events import ConsentKind, DeviceState
from server.protocol.flow import AnswerForm, Language
from server.protocol.signals import CameraState, Limitation

MAX_ANSWER_CHARACTERS = 20_000
MAX_REVIEW_CHARACTERS = 2_000
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]


# --- the connection itself


@command("session.hello")
@dataclass(frozen=True, slots=True)
class SessionHello:
    """First frame of every socket. HR may leave `token` out and be known by the login cookie."""

    token: Annotated[str, Field(max_length=4096)] | None = None
    after_seq: Annotated[int, Field(ge=0)] = 0


@command("session.ping")
@dataclass(frozen=True, slots=True)
class SessionPing:
    echo: Annotated[str, Field(max_length=64)] = ""


# --- the candidate


@command("language.choose")
@dataclass(frozen=True, slots=True)
class LanguageChoose:
    language: Language


@command("consent.give")
@dataclass(frozen=True, slots=True)
class ConsentGive:
    kind: ConsentKind
    granted: bool
    text_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@command("device.report")
@dataclass(frozen=True, slots=True)
class DeviceReport:
    camera: DeviceState
    microphone: DeviceState
    speaker: DeviceState
    network_rtt_ms: Annotated[int, Field(ge=0, le=600_000)] | None = None


@command("interview.start")
@dataclass(frozen=True, slots=True)
class InterviewStart:
    text_only: bool = False


@command("question.present")
@dataclass(frozen=True, slots=True)
class QuestionPresent:
    turn_id: Identifier
    spoken: bool


@command("question.repeat")
@dataclass(frozen=True, slots=True)
class QuestionRepeat:
    turn_id: Identifier


@command("moment.request")
@dataclass(frozen=True, slots=True)
class MomentRequest:
    turn_id: Identifier


@command("time.extend")
@dataclass(frozen=True, slots=True)
class TimeExtend:
    """Doubles what is left of the answer's time, once for each answer."""

    turn_id: Identifier


@command("form.switch")
@dataclass(frozen=True, slots=True)
class FormSwitch:
    turn_id: Identifier
    form: AnswerForm


@command("answer.finish")
@dataclass(frozen=True, slots=True)
class AnswerFinish:
    turn_id: Identifier


@command("answer.submit")
@dataclass(frozen=True, slots=True)
class AnswerSubmit:
    turn_id: Identifier
    text: Annotated[str, Field(min_length=1, max_length=MAX_ANSWER_CHARACTERS, pattern=r"^[^\x00]*$")]
    """No NUL character: PostgreSQL cannot store one."""


@command("answer.draft")
@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What stands in the text box. The last one counts when the answer ends without being submitted."""

    turn_id: Identifier
    text: Annotated[str, Field(max_length=MAX_ANSWER_CHARACTERS, pattern=r"^[^\x00]*$")]


@command("interview.end")
@dataclass(frozen=True, slots=True)
class InterviewEnd:
    pass


@command("review.request")
@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """Once the interview is over: a person is to look at the answers. Saying why is free."""

    text: Annotated[str, Field(max_length=MAX_REVIEW_CHARACTERS, pattern=r"^[^\x00]*$")] = ""


@command("quality.report")
@dataclass(frozen=True, slots=True)
class QualityReportCommand:
    """The page's own getStats, every two seconds: the server has no round-trip time of a receive-only peer.

    `sent_kbps` and `available_kbps` are of all it sends, `loss` (0..1) is what the server reported to it of the voice;
    `fps`, `width` and `height` are of the picture it sends. Null where the browser does not say.
    """

    rtt_ms: Annotated[int, Field(ge=0, le=600_000)] | None = None
    available_kbps: Rate | None = None
    limitation: Limitation | None = None
    sent_kbps: Rate | None = None
    loss: Annotated[float, Field(ge=0, le=1)] | None = None
    fps: Annotated[float, Field(ge=0, le=1_000)] | None = None
    width: Annotated[int, Field(ge=0, le=65_535)] | None = None
    height: Annotated[int, Field(ge=0, le=65_535)] | None = None
    candidate_type: Literal["host", "srflx", "prflx", "relay"] | None = None
    camera: CameraState | None = None


@command("audio.open")
@dataclass(frozen=True, slots=True)
class AudioOpen:
    """The candidate's voice is to come over this socket, as binary frames (`server.protocol.audio_frame`), instead of
    WebRTC. Answered by `audio.opened` too. Ends with the socket, and when a WebRTC connection takes over."""

    codec: AudioCodec


@command("audio.close")
@dataclass(frozen=True, slots=True)
class AudioClose:
    """No more frames follow: a WebRTC connection that stands ready takes over from here. An epoch that is over stays
    over."""

    epoch: Annotated[int, Field(ge=1, lt=2**32)]


# --- HR


@command("board.watch")
@dataclass(frozen=True, slots=True)
class BoardWatch:
    pass


@command("interview.watch")
@dataclass(frozen=True, slots=True)
class InterviewWatch:
    """Events of the envelope's `interview` after `after_seq`, then live."""

    after_seq: Annotated[int, Field(ge=0)] = 0


@command("interview.unwatch")
@dataclass(frozen=True, slots=True)
class InterviewUnwatch:
    pass

"""Commands of people: HR who step in, and chat between them and the candidate. Part of `server.protocol.commands`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from server.protocol.command_table import command
from server.protocol.events import AlertKind, ChatChannel, DirectiveKind, FloorMode

MAX_CHAT_CHARACTERS = 2_000
MAX_DIRECTIVE_CHARACTERS = 300
MAX_REASON_CHARACTERS = 500
MAX_MINUTES = 30

Identifier = Annotated[str, Field(min_length=1, max_length=80)]
Minutes = Annotated[int, Field(ge=1, le=MAX_MINUTES)]
Reason = Annotated[str, Field(max_length=MAX_REASON_CHARACTERS, pattern=r"^[^\x00]*$")]


@command("floor.take")
@dataclass(frozen=True, slots=True)
class FloorTake:
    """The interviewer falls silent and the candidate hears the sender, who must be watching this interview."""

    mode: FloorMode


@command("floor.mode")
@dataclass(frozen=True, slots=True)
class FloorChangeMode:
    mode: FloorMode


@command("floor.hand_back")
@dataclass(frozen=True, slots=True)
class FloorHandBack:
    """`answered`: the open question has its answer; the interviewer goes on to what comes next."""

    answered: bool = False


@command("directive.give")
@dataclass(frozen=True, slots=True)
class DirectiveGive:
    """`text` is of `ask`, `rephrase` and `note`, `minutes` of `extend`. `override`: why a protected topic is asked
    about all the same."""

    kind: DirectiveKind
    text: Annotated[str, Field(max_length=MAX_DIRECTIVE_CHARACTERS, pattern=r"^[^\x00]*$")] = ""
    minutes: Minutes = 2
    verbatim: bool = False
    override: Reason = ""


@command("directive.withdraw")
@dataclass(frozen=True, slots=True)
class DirectiveWithdraw:
    directive_id: Identifier


@command("chat.send")
@dataclass(frozen=True, slots=True)
class ChatSend:
    channel: ChatChannel
    text: Annotated[str, Field(min_length=1, max_length=MAX_CHAT_CHARACTERS, pattern=r"^[^\x00]*$")]


@command("chat.read")
@dataclass(frozen=True, slots=True)
class ChatRead:
    channel: ChatChannel
    up_to: Annotated[int, Field(ge=0, le=1_000_000)]


@command("help.request")
@dataclass(frozen=True, slots=True)
class HelpRequest:
    """The candidate would like to talk to a person."""

    text: Reason = ""


@command("help.acknowledge")
@dataclass(frozen=True, slots=True)
class HelpAcknowledge:
    pass


@command("interview.pause")
@dataclass(frozen=True, slots=True)
class InterviewPause:
    pass


@command("interview.resume")
@dataclass(frozen=True, slots=True)
class InterviewResume:
    pass


@command("question.skip")
@dataclass(frozen=True, slots=True)
class QuestionSkip:
    turn_id: Identifier


@command("question.unskip")
@dataclass(frozen=True, slots=True)
class QuestionUnskip:
    """Within five seconds, and before the candidate has begun to answer `turn_id`, which was asked instead."""

    turn_id: Identifier


@command("time.grant")
@dataclass(frozen=True, slots=True)
class TimeGrant:
    turn_id: Identifier
    minutes: Minutes


@command("interview.close")
@dataclass(frozen=True, slots=True)
class InterviewClose:
    """Kindly, with the closing words, five seconds later."""


@command("interview.cancel_close")
@dataclass(frozen=True, slots=True)
class InterviewCancelClose:
    pass


@command("interview.reopen")
@dataclass(frozen=True, slots=True)
class InterviewReopen:
    """One that broke off goes on; the candidate needs a new link. `confirmed`: so does one that no fault ended."""

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON_CHARACTERS, pattern=r"^[^\x00]*\S[^\x00]*$")]
    confirmed: bool = False


@command("alert.acknowledge")
@dataclass(frozen=True, slots=True)
class AlertAcknowledge:
    kind: AlertKind

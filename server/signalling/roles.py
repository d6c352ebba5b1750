"""Who may send which command: the one table."""

from __future__ import annotations

from typing import Literal

from server.auth.permissions import Permission
from server.errors import Forbidden
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol.commands import COMMANDS

Role = Literal["candidate", "hr"]

ROLES: dict[type, frozenset[Role]] = {
    c.SessionHello: frozenset({"candidate", "hr"}),
    c.SessionPing: frozenset({"candidate", "hr"}),
    c.LanguageChoose: frozenset({"candidate"}),
    c.ConsentGive: frozenset({"candidate"}),
    c.DeviceReport: frozenset({"candidate"}),
    c.InterviewStart: frozenset({"candidate"}),
    c.QuestionPresent: frozenset({"candidate"}),
    c.QuestionRepeat: frozenset({"candidate", "hr"}),
    c.MomentRequest: frozenset({"candidate"}),
    c.TimeExtend: frozenset({"candidate"}),
    c.FormSwitch: frozenset({"candidate"}),
    c.AnswerFinish: frozenset({"candidate"}),
    c.AnswerDraft: frozenset({"candidate"}),
    c.AnswerSubmit: frozenset({"candidate"}),
    c.InterviewEnd: frozenset({"candidate"}),
    c.ReviewRequest: frozenset({"candidate"}),
    c.QualityReportCommand: frozenset({"candidate"}),
    c.AudioOpen: frozenset({"candidate"}),
    c.AudioClose: frozenset({"candidate"}),
    c.BoardWatch: frozenset({"hr"}),
    c.InterviewWatch: frozenset({"hr"}),
    c.InterviewUnwatch: frozenset({"hr"}),
    cc.FloorTake: frozenset({"hr"}),
    cc.FloorChangeMode: frozenset({"hr"}),
    cc.FloorHandBack: frozenset({"hr"}),
    cc.DirectiveGive: frozenset({"hr"}),
    cc.DirectiveWithdraw: frozenset({"hr"}),
    cc.ChatSend: frozenset({"candidate", "hr"}),
    cc.ChatRead: frozenset({"candidate", "hr"}),
    cc.HelpRequest: frozenset({"candidate"}),
    cc.HelpAcknowledge: frozenset({"hr"}),
    cc.InterviewPause: frozenset({"hr"}),
    cc.InterviewResume: frozenset({"hr"}),
    cc.QuestionSkip: frozenset({"hr"}),
    cc.QuestionUnskip: frozenset({"hr"}),
    cc.TimeGrant: frozenset({"hr"}),
    cc.InterviewClose: frozenset({"hr"}),
    cc.InterviewCancelClose: frozenset({"hr"}),
    cc.InterviewReopen: frozenset({"hr"}),
    cc.AlertAcknowledge: frozenset({"hr"}),
}


# What somebody of HR needs for a command, by its name; chats ask by their channel.
COMMAND_PERMISSIONS: dict[str, Permission] = {
    "board.watch": "interview.view",
    "interview.watch": "interview.observe",
    "interview.unwatch": "interview.observe",
    "directive.give": "interview.whisper",
    "directive.withdraw": "interview.whisper",
    "floor.take": "interview.speak",
    "floor.mode": "interview.speak",
    "floor.hand_back": "interview.speak",
    "interview.pause": "interview.control",
    "interview.resume": "interview.control",
    "interview.close": "interview.control",
    "interview.cancel_close": "interview.control",
    "interview.reopen": "interview.control",
    "question.repeat": "interview.control",
    "question.skip": "interview.control",
    "question.unskip": "interview.control",
    "time.grant": "interview.control",
    "help.acknowledge": "alert.acknowledge",
    "alert.acknowledge": "alert.acknowledge",
}
_CHATS = ("chat.send", "chat.read")
_CHANNELS: dict[str, Permission] = {"candidate": "chat.candidate", "backroom": "chat.backroom"}


def permission_for(command: object) -> Permission:
    """Raises Forbidden for a command that is not HR's."""
    name = COMMANDS.of(command).name
    permission = COMMAND_PERMISSIONS.get(name)
    if permission is None and name in _CHATS:
        permission = _CHANNELS.get(str(getattr(command, "channel", "")))
    if permission is None:
        raise Forbidden("this command is not for your role")
    return permission


def check_role(command: object, role: Role) -> None:
    if role not in ROLES.get(type(command), frozenset()):
        raise Forbidden("this command is not for your role")

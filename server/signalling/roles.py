"""Who may send which command: the one table."""

from __future__ import annotations

from typing import Literal

from server.errors import Forbidden
from server.protocol import commands as c

Role = Literal["candidate", "hr"]

ROLES: dict[type, frozenset[Role]] = {
    c.SessionHello: frozenset({"candidate", "hr"}),
    c.SessionPing: frozenset({"candidate", "hr"}),
    c.LanguageChoose: frozenset({"candidate"}),
    c.ConsentGive: frozenset({"candidate"}),
    c.DeviceReport: frozenset({"candidate"}),
    c.InterviewStart: frozenset({"candidate"}),
    c.QuestionPresent: frozenset({"candidate"}),
    c.QuestionRepeat: frozenset({"candidate"}),
    c.MomentRequest: frozenset({"candidate"}),
    c.FormSwitch: frozenset({"candidate"}),
    c.AnswerFinish: frozenset({"candidate"}),
    c.AnswerDraft: frozenset({"candidate"}),
    c.AnswerSubmit: frozenset({"candidate"}),
    c.InterviewEnd: frozenset({"candidate"}),
    c.QualityReportCommand: frozenset({"candidate"}),
    c.AudioOpen: frozenset({"candidate"}),
    c.AudioClose: frozenset({"candidate"}),
    c.BoardWatch: frozenset({"hr"}),
    c.InterviewWatch: frozenset({"hr"}),
    c.InterviewUnwatch: frozenset({"hr"}),
}


def check_role(command: object, role: Role) -> None:
    if role not in ROLES.get(type(command), frozenset()):
        raise Forbidden("this command is not for your role")

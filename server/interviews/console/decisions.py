"""Which decision each command of a person leads to, and each intent of the interview's own about people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.interviews import intents as i
from server.interviews.console import alerts, chatting, controls, holding
from server.interviews.course import Events
from server.interviews.mind import Mind
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import console_commands as cc

_OF_PEOPLE: dict[type, Callable[[InterviewState, Any, i.Person, int, Mind], Events]] = {
    cc.FloorTake: holding.take_floor,
    cc.FloorChangeMode: holding.change_mode,
    cc.FloorHandBack: holding.hand_back,
    cc.InterviewPause: holding.pause,
    cc.InterviewResume: holding.resume,
    cc.DirectiveGive: controls.direct,
    cc.DirectiveWithdraw: controls.undirect,
    cc.QuestionSkip: controls.skip_question,
    cc.QuestionUnskip: controls.undo_skip,
    c.QuestionRepeat: controls.repeat_question,
    cc.TimeGrant: controls.grant_time,
    cc.InterviewClose: controls.announce_close,
    cc.InterviewCancelClose: controls.cancel_close,
    cc.InterviewReopen: controls.reopen,
    cc.ChatSend: chatting.send_message,
    cc.ChatRead: chatting.mark_read,
    cc.HelpRequest: chatting.request_help,
    cc.HelpAcknowledge: chatting.acknowledge_help,
    cc.AlertAcknowledge: alerts.acknowledge_alert,
}
_OF_EITHER = frozenset({c.QuestionRepeat})
"""Asked by a candidate it is no matter of people."""


def concerns_people(command: object, side: str) -> bool:
    """Whether it matters who sends it."""
    return type(command) in _OF_PEOPLE and (side == "hr" or type(command) not in _OF_EITHER)


def decide_by(state: InterviewState, command: i.By, now_ms: int, mind: Mind) -> Events:
    return _OF_PEOPLE[type(command.command)](state, command.command, command.person, now_ms, mind)


CONSOLE_DECISIONS: dict[type, Callable[[InterviewState, Any, int, Mind], Events]] = {
    i.By: decide_by,
    i.ApplyDirectives: controls.apply_directives,
    i.CloseNow: controls.close_now,
    i.FreeFloor: holding.free_floor,
    i.RaiseAlert: alerts.raise_alert,
    i.ClearAlert: alerts.clear_alert,
}

"""What the row of an interview takes over from its events. The log stays the truth; the row answers lists quickly."""

from __future__ import annotations

from collections.abc import Iterable

from server.protocol.events import (
    ChatSeen,
    ChatSent,
    HelpAcknowledged,
    HelpRequested,
    InterviewAborted,
    InterviewClosing,
    InterviewCompleted,
    InterviewReopened,
    InterviewStarted,
    InviteRedeemed,
    LanguageChosen,
    ReviewRequested,
)
from server.protocol.signals import Phase

UNFINISHED: tuple[Phase, ...] = ("invited", "lobby", "live", "closing")

_PHASES: dict[type, Phase] = {
    InviteRedeemed: "lobby",
    InterviewStarted: "live",
    InterviewClosing: "closing",
    InterviewCompleted: "archived",
    InterviewAborted: "aborted",
    InterviewReopened: "lobby",
}


def changed_columns(phase: str, chat_seen: int, data: Iterable[object]) -> dict[str, str | bool | int]:
    """`phase` and `chat_seen` before, `data` of the new events in order. A second redemption does not send a live
    interview back."""
    changes: dict[str, str | bool | int] = {}
    for item in data:
        entered = _PHASES.get(type(item))
        if isinstance(item, InviteRedeemed) and changes.get("phase", phase) != "invited":
            continue
        if entered is not None:
            changes["phase"] = entered
        if isinstance(item, LanguageChosen):
            changes["language"] = item.language
        if isinstance(item, ReviewRequested):
            changes["review_requested"] = True
        if isinstance(item, HelpRequested | HelpAcknowledged):
            changes["help_pending"] = isinstance(item, HelpRequested)
        if isinstance(item, ChatSent) and (item.channel, item.sender) == ("candidate", "candidate"):
            changes["chat_sent"] = item.number
        if (read := _read_up_to(item)) > chat_seen:
            changes["chat_seen"] = chat_seen = read
    return changes


def _read_up_to(item: object) -> int:
    """By somebody of HR, of what the candidate wrote: who answers has seen what stands above."""
    match item:
        case ChatSeen(channel="candidate", reader="hr", up_to=number):
            return number
        case ChatSent(channel="candidate", sender="hr", number=number):
            return number
        case _:
            return 0

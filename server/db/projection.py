"""What the row of an interview takes over from its events. The log stays the truth; the row answers lists quickly."""

from __future__ import annotations

from collections.abc import Iterable

from server.protocol.events import (
    InterviewAborted,
    InterviewClosing,
    InterviewCompleted,
    InterviewStarted,
    InviteRedeemed,
    LanguageChosen,
)
from server.protocol.signals import Phase

UNFINISHED: tuple[Phase, ...] = ("invited", "lobby", "live", "closing")

_PHASES: dict[type, Phase] = {
    InviteRedeemed: "lobby",
    InterviewStarted: "live",
    InterviewClosing: "closing",
    InterviewCompleted: "archived",
    InterviewAborted: "aborted",
}


def changed_columns(phase: str, data: Iterable[object]) -> dict[str, str]:
    """`phase` before, `data` of the new events in order. A second redemption does not send a live interview back."""
    changes: dict[str, str] = {}
    for item in data:
        entered = _PHASES.get(type(item))
        if entered == "lobby" and changes.get("phase", phase) != "invited":
            continue
        if entered is not None:
            changes["phase"] = entered
        if isinstance(item, LanguageChosen):
            changes["language"] = item.language
    return changes

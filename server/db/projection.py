"""What the row of an interview takes over from its events. The log stays the truth; the row answers lists quickly."""

from __future__ import annotations

from collections.abc import Iterable

from server.protocol.events import (
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


def changed_columns(phase: str, data: Iterable[object]) -> dict[str, str | bool]:
    """`phase` before, `data` of the new events in order. A second redemption does not send a live interview back."""
    changes: dict[str, str | bool] = {}
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
    return changes

"""What of an interview's log a user of HR does not see: what is written between people, where it is none of their
business."""

from __future__ import annotations

from dataclasses import replace

from server.auth.permissions import PERMISSIONS, Permission
from server.db.users import User
from server.protocol import events as e

_OF_CHANNELS: dict[str, Permission] = {"candidate": "chat.view", "backroom": "chat.backroom"}


def visible_to_user(user: User, data: object) -> object | None:
    """`data` with what is not theirs to see left out; None when all of it is not."""
    granted = PERMISSIONS[user.role]
    match data:
        case e.ChatSent() | e.ChatSeen():
            return data if _OF_CHANNELS.get(data.channel, "chat.candidate") in granted else None
        case e.HelpRequested() | e.ReviewRequested() if "chat.view" not in granted:
            return replace(data, text="")  # that a person was asked for is seen, what was written to them is not
        case _:
            return data

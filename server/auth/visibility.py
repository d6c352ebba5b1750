"""What of an interview's log a user of HR does not see: chats that are none of their business."""

from __future__ import annotations

from server.auth.permissions import PERMISSIONS, Permission
from server.db.users import User
from server.protocol.events import EVENTS

_OF_CHANNELS: dict[str, Permission] = {"candidate": "chat.view", "backroom": "chat.backroom"}


def visible_to_user(user: User, data: object) -> object | None:
    """None: not theirs to see."""
    if not EVENTS.holds(data) or not EVENTS.of(data).name.startswith("chat."):
        return data
    needed = _OF_CHANNELS.get(str(getattr(data, "channel", "")), "chat.candidate")
    return data if needed in PERMISSIONS[user.role] else None

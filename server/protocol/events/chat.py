"""What candidate and HR write to each other, and what HR writes among themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.protocol.events.registration import event

ChatChannel = Literal["candidate", "backroom"]
"""`backroom`: of those who watch; the candidate never sees it."""
ChatSide = Literal["candidate", "hr"]


@event("chat.sent")
@dataclass(frozen=True, slots=True)
class ChatSent:
    """`number` counts the messages of its channel from 1. `user_id` is empty for the candidate."""

    channel: ChatChannel
    number: int
    sender: ChatSide
    user_id: str
    name: str
    text: str


@event("chat.seen")
@dataclass(frozen=True, slots=True)
class ChatSeen:
    """The reader has seen the channel's messages up to this number."""

    channel: ChatChannel
    reader: ChatSide
    user_id: str
    up_to: int


@event("help.requested")
@dataclass(frozen=True, slots=True)
class HelpRequested:
    """The candidate would like to talk to a person."""

    text: str


@event("help.acknowledged")
@dataclass(frozen=True, slots=True)
class HelpAcknowledged:
    user_id: str
    name: str

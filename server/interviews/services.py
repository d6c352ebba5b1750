"""Who acts on an interview, and what an interview needs of its process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from server.db.log import EventLog
from server.interviews.admission import Admits, admit_all
from server.interviews.broadcast import Broadcast
from server.interviews.clock import WallClock
from server.interviews.media_desk import SessionFactory
from server.interviews.mind import Mind
from server.language_model.opening import Lanes


@dataclass(frozen=True, slots=True)
class Actor:
    """Who sends a command or is present."""

    role: Literal["candidate", "hr", "system"]
    id: str
    connection_id: str = ""
    name: str = ""
    """Of a user of HR."""


@dataclass(frozen=True, slots=True)
class Services:
    """What an interview needs of its process."""

    log: EventLog
    broadcast: Broadcast
    mind: Mind
    wall: WallClock
    open_session: SessionFactory
    hold: Callable[[str], Awaitable[None]]
    """Before each write: raises Displaced when another worker has the interview now."""
    admits: Admits = admit_all
    """Whether the recogniser bears one more who speaks."""
    lanes: Lanes | None = None
    """To the language model; None: there is none."""

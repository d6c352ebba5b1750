"""Who is there."""

from __future__ import annotations

from dataclasses import dataclass

from server.protocol.events.registration import event


@event("candidate.connected")
@dataclass(frozen=True, slots=True)
class CandidateConnected:
    connection_id: str


@event("candidate.disconnected")
@dataclass(frozen=True, slots=True)
class CandidateDisconnected:
    connection_id: str


@event("observer.joined")
@dataclass(frozen=True, slots=True)
class ObserverJoined:
    """`watcher`: the same for all pages that one user has open on this interview, and nothing else about them."""

    user_id: str
    connection_id: str
    name: str = ""
    watcher: str = ""


@event("observer.left")
@dataclass(frozen=True, slots=True)
class ObserverLeft:
    user_id: str
    connection_id: str


@event("server.restarted")
@dataclass(frozen=True, slots=True)
class ServerRestarted:
    """The interview went on in a new process: connections of the old one are gone."""

"""Signalling's routes on fakes of the rooms below: interviews with a log in memory, callers by simple tokens."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from media.errors import SdpRejected
from media.types import IceServer, ObserverAnswer, PublisherAnswer, SocketAudioAnswer, SocketAudioCodec
from media.voices.facts import VoiceAnswer
from server.auth.access import Access, UserDisabled
from server.auth.guard import Guard
from server.auth.standing import Standing
from server.auth.tokens import CandidateSession
from server.db.interviews import InterviewRow
from server.db.log import LoggedEvent
from server.db.users import ROLES, Credentials, Role, User, Users
from server.errors import InterviewError, NotFound, Unauthenticated, Unavailable
from server.http.problems import HANDLERS
from server.identifiers import new_id
from server.interviews.broadcast import board_topic, envelope_of, interview_topic
from server.interviews.bus import EventBus, LocalBus
from server.interviews.errors import TurnOver
from server.interviews.farewells import Farewells
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import signals as s
from server.protocol.envelope import Envelope
from server.signalling.routes import signalling_routes

AT = "2026-03-02T09:16:07.120Z"
COOKIE = {"Cookie": "viva_session=hr-1"}


@dataclass(frozen=True, slots=True)
class FakeState:
    seq: int


class FakeLog:
    def __init__(self) -> None:
        self.events: dict[str, list[LoggedEvent]] = {}
        self.failure: InterviewError | None = None
        self.reads = 0

    def append(self, interview_id: str, data: object, cause: str | None = None) -> LoggedEvent:
        events = self.events.setdefault(interview_id, [])
        event = LoggedEvent(interview_id, len(events) + 1, new_id(), datetime.now(UTC), 10, cause, data)
        events.append(event)
        return event

    async def read(self, interview_id: str, after_seq: int = 0, limit: int | None = None) -> tuple[LoggedEvent, ...]:
        self.reads += 1
        if self.failure is not None:
            raise self.failure
        await asyncio.sleep(0)
        return tuple(self.events.get(interview_id, [])[after_seq:][:limit])


class FakeInterview:
    def __init__(self, interview_id: str, organisation_id: str, log: FakeLog, bus: EventBus) -> None:
        self.id = interview_id
        self.organisation_id = organisation_id
        self.log = log
        self.bus = bus
        self.submitted: list[tuple[object, Actor, str | None]] = []
        self.present: list[Actor] = []
        self.published: list[int] = []
        self.media_failure: Exception | None = None
        self.opened: list[SocketAudioCodec] = []
        self.heard: list[tuple[int, int, int, bytes]] = []
        self.stuck = False
        self.voices: dict[str, str] = {}
        self.members: set[str] = {f"user-{organisation_id}"}

    @property
    def state(self) -> FakeState:
        return FakeState(len(self.log.events.get(self.id, ())))

    async def happen(self, *facts: object, cause: str | None = None, loudly: bool = True) -> int:
        for fact in facts:
            event = self.log.append(self.id, fact, cause)
            if loudly:
                await self.bus.publish(interview_topic(self.id), envelope_of(event))
        return self.state.seq

    async def signal(self, data: object) -> None:
        await self.bus.publish(interview_topic(self.id), Envelope(new_id(), None, self.id, AT, None, data))

    async def submit(self, command: object, actor: Actor, command_id: str | None) -> int:
        if self.stuck:
            await asyncio.Event().wait()
        for event in reversed(self.log.events[self.id]):
            if command_id is not None and event.cause == command_id:
                return event.seq
        self.submitted.append((command, actor, command_id))
        match command:
            case c.AnswerSubmit(turn_id=turn_id, text=text):
                completed = e.AnswerCompleted(turn_id, "q", text, "text", 0, "within", "")
                return await self.happen(e.AnswerClosing(turn_id, "text"), completed, cause=command_id)
            case c.AnswerFinish():
                raise TurnOver("this question is over")
            case c.InterviewEnd():
                raise Unavailable("the disk is full")
            case _:
                return self.state.seq

    async def connect(self, actor: Actor) -> None:
        self.present.append(actor)
        if actor.role == "candidate":
            await self.happen(e.CandidateConnected(actor.connection_id))
        else:
            await self.happen(e.ObserverJoined(actor.id, actor.connection_id))

    async def disconnect(self, actor: Actor) -> None:
        if actor not in self.present:
            return
        self.present.remove(actor)
        if actor.role == "candidate":
            await self.happen(e.CandidateDisconnected(actor.connection_id))
        else:
            await self.happen(e.ObserverLeft(actor.id, actor.connection_id))

    async def publish(self, offer_sdp: str) -> PublisherAnswer:
        if self.media_failure is not None:
            raise self.media_failure
        if not offer_sdp.startswith("v=0"):
            raise SdpRejected("the offer is malformed")
        self.published.append(len(self.published) + 1)
        return PublisherAnswer(self.published[-1], "v=0 answer")

    async def unpublish(self, epoch: int) -> None:
        if epoch in self.published:
            self.published.remove(epoch)

    async def open_audio(self, codec: SocketAudioCodec) -> SocketAudioAnswer:
        if self.media_failure is not None:
            raise self.media_failure
        self.opened.append(codec)
        self.published.append(len(self.opened))
        return SocketAudioAnswer(len(self.opened), 1_500)

    def push_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None:
        self.heard.append((epoch, sequence, timestamp, data))

    async def observe(self, user_id: str, offer_sdp: str) -> ObserverAnswer:
        if self.media_failure is not None:
            raise self.media_failure
        return ObserverAnswer("observer-1", "v=0 answer")

    async def unobserve(self, user_id: str, observer_id: str) -> None:
        self.published.append(-1)

    async def open_voice(self, user_id: str, offer_sdp: str) -> VoiceAnswer:
        if self.media_failure is not None:
            raise self.media_failure
        self.voices[user_id] = f"voice-{len(self.voices) + 1}"
        return VoiceAnswer(self.voices[user_id], "v=0 answer")

    async def close_voice(self, user_id: str, voice_id: str) -> None:
        if self.voices.get(user_id) == voice_id:
            del self.voices[user_id]


@dataclass
class FakeRegistry:
    interviews: dict[str, FakeInterview] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def get(self, interview_id: str) -> FakeInterview:
        self.asked.append(interview_id)
        if interview_id not in self.interviews:
            raise NotFound("no such interview")
        return self.interviews[interview_id]

    async def board(self, organisation_id: str) -> tuple[s.BoardCard, ...]:
        mine = (each for each in self.interviews.values() if each.organisation_id == organisation_id)
        return tuple(card(each.id) for each in mine)


@dataclass
class FakeInterviews:
    registry: FakeRegistry

    async def find(self, organisation_id: str, interview_id: str, member: str | None = None) -> InterviewRow | None:
        interview = self.registry.interviews.get(interview_id)
        if interview is None or interview.organisation_id != organisation_id:
            return None
        if member is not None and member not in interview.members:
            return None
        created_at = datetime.fromisoformat(AT)
        return InterviewRow(interview_id, organisation_id, "", "", "", "en", "live", False, created_at)

    async def unfinished_of(self, organisation_id: str, member: str) -> frozenset[str]:
        known = self.registry.interviews
        return frozenset([each for each in known if await self.find(organisation_id, each, member) is not None])


class FakeTrail:
    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str | None, str]] = []
        """User, action, interview, outcome."""

    async def add(
        self, user: User, action: str, interview_id: str | None = None, detail: str = "", *, outcome: str = "ok"
    ) -> None:
        self.entries.append((user.id, action, interview_id, outcome))


class FakeUsers(Users):
    """`gone` and `roles`: what became of users since they came, by their ids."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.roles: dict[str, Role] = {}
        self.known: dict[str, User] = {}

    def now(self, user: User) -> User:
        return replace(user, active=user.id not in self.gone, role=self.roles.get(user.id, user.role))

    async def credentials_of(self, user_ids: Collection[str]) -> Mapping[str, Credentials]:
        return {each: Credentials(self.now(self.known[each]), "hash") for each in user_ids}


class FakeAccess(Access):
    """Candidates' tokens are `candidate-<interview>`, users' `<role>-<organisation>`; `hr` is one who watches only. A
    session may be checked `checks_left` times before a newer link, or signing out, ends it."""

    def __init__(self, users: FakeUsers) -> None:
        self._public_host = None
        self.users = users
        self.checks_left = 1_000

    async def candidate(self, token: str) -> CandidateSession:
        kind, _, interview_id = token.partition("-")
        self.checks_left -= 1
        if kind != "candidate" or self.checks_left < 0:
            raise Unauthenticated("the session is not valid")
        return CandidateSession(f"session-{interview_id}", "invite", interview_id)

    async def credentials(self, token: str) -> Credentials:
        kind, _, organisation_id = token.partition("-")
        role = "observer" if kind == "hr" else kind
        self.checks_left -= 1
        if role not in ROLES or self.checks_left < 0:
            raise Unauthenticated("the login is no longer valid")
        came = User(f"user-{organisation_id}", organisation_id, "a@example.org", "A", role)
        self.users.known[came.id] = came
        user = self.users.now(came)
        if not user.active:
            raise UserDisabled("this user was shut out")
        return Credentials(user, "hash")


class FakeResources:
    def __init__(self) -> None:
        self.bus: EventBus = LocalBus()
        self.log = FakeLog()
        self.registry = FakeRegistry()
        self.interviews = FakeInterviews(self.registry)
        self.users = FakeUsers()
        self.trail = FakeTrail()
        self.guard = Guard(self.interviews, self.trail)
        self.standing = Standing(self.users)
        self.farewells = Farewells(self.registry.get)

    def ice_servers(self, name: str) -> tuple[IceServer, ...]:
        return (IceServer(("stun:stun.example.org",)), IceServer(("turn:turn.example.org",), f"1:{name}", 'p"w'))


class House:
    def __init__(self) -> None:
        self.resources = FakeResources()
        self.app = Starlette(routes=signalling_routes(), exception_handlers=dict(HANDLERS))
        self.app.state.resources = self.resources
        self.access = self.app.state.access = FakeAccess(self.resources.users)
        self.port = 0

    def open_interview(self, interview_id: str = "one", organisation_id: str = "1") -> FakeInterview:
        interview = FakeInterview(interview_id, organisation_id, self.resources.log, self.resources.bus)
        self.resources.registry.interviews[interview_id] = interview
        return interview

    async def show_card(self, interview_id: str, organisation_id: str = "1") -> None:
        envelope = Envelope(new_id(), None, interview_id, AT, None, s.BoardCardChanged(card(interview_id)))
        await self.resources.bus.publish(board_topic(organisation_id), envelope)

    def dial(
        self,
        *,
        headers: dict[str, str] | None = None,
        subprotocols: Sequence[str] = ("viva.v1",),
        sock: socket.socket | None = None,
    ) -> AbstractAsyncContextManager[ClientConnection]:
        return connect(
            f"ws://127.0.0.1:{self.port}/v1/socket",
            subprotocols=[Subprotocol(name) for name in subprotocols] or None,
            additional_headers=headers,
            open_timeout=5,
            close_timeout=1,
            ping_interval=None,
            proxy=None,
            compression=None,
            sock=sock,
        )


def card(interview_id: str) -> s.BoardCard:
    return s.BoardCard(
        interview=interview_id, candidate_name="", job_title="", flow_title="", phase="live", stage_title="",
        stage_index=0, stages_total=1, stage_entered_at=None, alert_after_minutes=10, question_number=1,
        questions_total=1, candidate_connected=True, connection=None, speaking=False, last_caption="", observers=0,
        created_at=AT,
    )  # fmt: skip


# --- the client's side

Frame = dict[str, Any]


async def say(
    socket: ClientConnection,
    type_name: str,
    data: Frame | None = None,
    *,
    command_id: str = "",
    interview: str | None = None,
) -> str:
    command_id = command_id or new_id()
    frame = {"v": 1, "id": command_id, "type": type_name, "data": data or {}}
    if interview is not None:
        frame["interview"] = interview
    await socket.send(json.dumps(frame))
    return command_id


async def hear(socket: ClientConnection) -> Frame:
    async with asyncio.timeout(5):
        frame: Frame = json.loads(await socket.recv())
    return frame


async def hear_until(socket: ClientConnection, type_name: str) -> list[Frame]:
    """All frames up to and including the first of the type."""
    frames = [await hear(socket)]
    while frames[-1]["type"] != type_name:
        frames.append(await hear(socket))
    return frames


async def enter(socket: ClientConnection, interview_id: str = "one", after_seq: int = 0) -> list[Frame]:
    """As a candidate; what came up to `session.caught_up`."""
    await say(socket, "session.hello", {"token": f"candidate-{interview_id}", "after_seq": after_seq})
    return await hear_until(socket, "session.caught_up")


async def enter_as_hr(socket: ClientConnection) -> Frame:
    await say(socket, "session.hello")
    return await hear(socket)


def seqs(frames: Sequence[Frame]) -> list[int]:
    return [frame["seq"] for frame in frames if frame["seq"] is not None]

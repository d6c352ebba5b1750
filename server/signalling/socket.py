"""`GET /v1/socket`: hello, then commands in, events and signals out, until somebody goes."""

from __future__ import annotations

import asyncio
import importlib.metadata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.auth.access import access_of, login_token
from server.auth.tokens import CandidateSession
from server.db.users import Credentials
from server.errors import Forbidden, InterviewError, TooManyRequests, Unauthenticated, Unavailable
from server.http.problems import problem
from server.identifiers import new_id
from server.interviews.services import Actor
from server.protocol.commands import SessionHello, SessionPing
from server.protocol.envelope import CommandEnvelope, Envelope, InvalidMessage
from server.protocol.signals import CommandAccepted, SessionPong, SessionWelcomed
from server.signalling.allowance import Allowance
from server.signalling.candidate import CandidateDesk
from server.signalling.ending import CloseCode, SocketEnded, socket_tasks
from server.signalling.feed import check_seq
from server.signalling.messages import rejection, signal
from server.signalling.observer import ObserverDesk
from server.signalling.outbox import Outbox
from server.signalling.ports import Resources
from server.signalling.roles import Role, check_role
from server.signalling.seats import Seats
from server.signalling.wire import Wire, decode

SUBPROTOCOL = "viva.v1"
HELLO_TIMEOUT_S = 5.0
HEARTBEAT_MS = 5_000
COMMAND_TIMEOUT_S = 15.0
COMMANDS_WAITING = 64
"""Of one client, sent before the answer to the one before; what comes beyond that is refused, not kept for later. A
page that comes back asks for all it watches at once: nobody means more than that."""
FAREWELL_TIMEOUT_S = 5.0
VERSION = importlib.metadata.version("viva-interview")

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Login:
    """Somebody of HR; `token` is asked about again before each command."""

    credentials: Credentials
    token: str


class _Desk(Protocol):
    async def handle(self, command: CommandEnvelope) -> int: ...

    def hear(self, message: bytes) -> None: ...

    async def note_refused(self, command: CommandEnvelope, error: InterviewError) -> None: ...


async def serve_socket(websocket: WebSocket, seats: Seats) -> None:
    if SUBPROTOCOL not in websocket.scope["subprotocols"]:
        return await _deny(websocket)
    await websocket.accept(subprotocol=SUBPROTOCOL)
    socket = _Socket(websocket, seats)
    try:
        await socket.run()
    except SocketEnded as end:
        await socket.close(end)


class _Socket:
    def __init__(self, websocket: WebSocket, seats: Seats) -> None:
        self._websocket = websocket
        self._wire = Wire(websocket)
        self._outbox = Outbox()
        self._seats = seats
        self._connection_id = new_id()
        self._resources: Resources = websocket.app.state.resources

    async def run(self) -> None:
        """Raises SocketEnded, always."""
        hello, caller = await self._receive_hello()
        if isinstance(caller, _Login):
            await self._serve_observer(caller)
        else:
            await self._serve_candidate(caller, hello)

    async def close(self, end: SocketEnded) -> None:
        if end.code is None:
            return
        if end.code == CloseCode.SLOW_CONSUMER:
            logger.warning("signalling.slow_consumer_dropped", connection=self._connection_id)
        try:
            async with asyncio.timeout(FAREWELL_TIMEOUT_S):
                if end.code != CloseCode.SLOW_CONSUMER:
                    await self._wire.flush(self._outbox)
                await self._websocket.close(end.code, end.reason)
        except (TimeoutError, SocketEnded, WebSocketDisconnect):
            logger.info("signalling.close_unheard", close_code=end.code)

    async def _receive_hello(self) -> tuple[SessionHello, CandidateSession | _Login]:
        frame = await self._wire.receive(HELLO_TIMEOUT_S)
        command_id = None
        try:
            command = decode(frame)
            command_id = command.id
            hello = command.data
            if not isinstance(hello, SessionHello):
                raise Unauthenticated("the first frame is session.hello")
            if hello.token is None:
                return hello, await self._log_in()
            session = await access_of(self._websocket).candidate(hello.token)
            await check_seq(self._resources.log, session.interview_id, hello.after_seq)
        except InterviewError as error:
            await self._wire.send(rejection(error, command_id))
            raise SocketEnded(_code_of(error), error.code) from error
        return hello, session

    async def _log_in(self) -> _Login:
        """Raises Unauthenticated, Forbidden, CrossSiteRequest."""
        token = login_token(self._websocket)
        credentials = await access_of(self._websocket).credentials(token)
        await self._resources.guard.require(credentials.user, "interview.observe")
        return _Login(credentials, token)

    async def _serve_candidate(self, session: CandidateSession, hello: SessionHello) -> None:
        actor = Actor("candidate", session.id, self._connection_id)
        desk = CandidateDesk(
            actor,
            session.interview_id,
            resources=self._resources,
            outbox=self._outbox,
            check_session=partial(access_of(self._websocket).candidate, hello.token or ""),
        )
        async with self._seats.take(session.interview_id) as claimed:
            await self._welcome("candidate")
            try:
                async with socket_tasks() as tasks:
                    tasks.create_task(self._wire.send_from(self._outbox))
                    tasks.create_task(_give_way(claimed))
                    tasks.create_task(desk.run_feed(hello.after_seq))
                    await self._converse(desk, "candidate", tasks)
            finally:
                await _say_farewell(desk.leave)

    async def _serve_observer(self, login: _Login) -> None:
        user = login.credentials.user
        actor = Actor("hr", user.id, self._connection_id, user.name)
        await self._welcome("hr")
        async with self._resources.standing.watch(login.credentials) as lost, socket_tasks() as tasks:
            desk = ObserverDesk(
                actor,
                user,
                tasks,
                resources=self._resources,
                outbox=self._outbox,
                check_user=partial(access_of(self._websocket).user, login.token),
            )
            tasks.create_task(self._wire.send_from(self._outbox))
            tasks.create_task(_end_when_lost(lost))
            tasks.create_task(desk.keep_sight())
            try:
                await self._converse(desk, "hr", tasks)
            finally:
                await _say_farewell(desk.leave)

    async def _welcome(self, role: Role) -> None:
        await self._outbox.put(signal(SessionWelcomed(role, self._connection_id, HEARTBEAT_MS, VERSION)))

    async def _converse(self, desk: _Desk, role: Role, tasks: asyncio.TaskGroup) -> None:
        """Commands are obeyed one after the other, sound is heard at once. Raises SocketEnded, always; what the client
        said before it went is done."""
        commands: asyncio.Queue[CommandEnvelope] = asyncio.Queue(COMMANDS_WAITING)
        tasks.create_task(self._obey(desk, commands))
        try:
            await self._read(desk, role, commands)
        except SocketEnded as end:
            if end.code is None:
                await _wait_until_done(commands)
            raise

    async def _read(self, desk: _Desk, role: Role, commands: asyncio.Queue[CommandEnvelope]) -> None:
        """Never waits for `commands`: what would be obeyed long after it was said is refused at once."""
        allowance = Allowance(asyncio.get_running_loop().time)
        while True:
            frame = await self._wire.receive()
            if isinstance(frame, bytes):
                await self._hear(desk, frame, allowance)
                continue
            allowed = allowance.take() and not commands.full()
            command: CommandEnvelope | None = None
            try:
                command = decode(frame)
                _check(command, role, allowed=allowed)
            except InterviewError as error:
                await self._outbox.put(rejection(error, None if command is None else command.id))
                if allowance.note_bad(error) and command is not None:
                    await desk.note_refused(command, error)
                continue
            allowance.note_good()
            commands.put_nowait(command)

    async def _hear(self, desk: _Desk, message: bytes, allowance: Allowance) -> None:
        try:
            desk.hear(message)
        except InterviewError as error:
            await self._outbox.put(rejection(error))
            allowance.note_bad(error)
        await asyncio.sleep(0)  # frames that came all at once: others have their turn in between

    async def _obey(self, desk: _Desk, commands: asyncio.Queue[CommandEnvelope]) -> None:
        while True:
            command = await commands.get()
            await self._outbox.put(await _answer(desk, command))
            commands.task_done()


async def _wait_until_done(commands: asyncio.Queue[CommandEnvelope]) -> None:
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT_S):
            await commands.join()
    except TimeoutError:
        logger.warning("signalling.commands_left", waiting=commands.qsize())


def _check(command: CommandEnvelope, role: Role, *, allowed: bool) -> None:
    """Raises InterviewError."""
    if not allowed:
        raise TooManyRequests("slow down; send it again in a second", retry_after_s=1)
    if isinstance(command.data, SessionHello):
        raise InvalidMessage("session.hello was said already")
    check_role(command.data, role)


async def _answer(desk: _Desk, command: CommandEnvelope) -> Envelope:
    if isinstance(command.data, SessionPing):
        return signal(SessionPong(command.data.echo))
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT_S):
            seq = await desk.handle(command)
    except TimeoutError:
        return rejection(Unavailable("the interview does not answer; send it again"), command.id)
    except InterviewError as error:
        return rejection(error, command.id)
    return signal(CommandAccepted(command.id, seq), command.interview)


def _code_of(error: InterviewError) -> CloseCode:
    if isinstance(error, Unauthenticated | Forbidden):
        return CloseCode.UNAUTHENTICATED
    return CloseCode.TRY_AGAIN_LATER if error.retryable else CloseCode.PROTOCOL_ERROR


async def _give_way(claimed: asyncio.Event) -> None:
    await claimed.wait()
    raise SocketEnded(CloseCode.SUPERSEDED, "superseded")


async def _end_when_lost(lost: asyncio.Event) -> None:
    await lost.wait()
    raise SocketEnded(CloseCode.UNAUTHENTICATED, "the user was shut out or changed; log in again")


async def _say_farewell(leave: Callable[[], Awaitable[None]]) -> None:
    """The client's absence is recorded; where that fails, the next start of the server makes up for it."""
    try:
        async with asyncio.timeout(FAREWELL_TIMEOUT_S):
            await leave()
    except InterviewError as error:
        logger.info("signalling.leave_failed", code=error.code)
    except TimeoutError:
        logger.warning("signalling.leave_timed_out")


async def _deny(websocket: WebSocket) -> None:
    answer = problem(400, "subprotocol_missing", f"offer the subprotocol {SUBPROTOCOL}")
    await websocket.send_denial_response(answer)

"""A client's WebSocket: it stays connected, resumes by `seq`, and repeats commands that were not answered."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
import uuid
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Subprotocol

from server.protocol.commands import COMMANDS, SessionHello, SessionPing
from server.protocol.decoding import decode_envelope
from server.protocol.envelope import VERSION, Envelope
from server.protocol.signals import CommandAccepted, CommandRejected, SessionPong, SessionWelcomed
from simulation.errors import ConnectionLost, Refused, Superseded

SUBPROTOCOL = Subprotocol("viva.v1")
PING_INTERVAL_S = 5.0
RETRY_DELAYS_S = (0.1, 0.3, 1.0, 2.0)
SUPERSEDED, UNAUTHENTICATED, PROTOCOL_ERROR = 4000, 4001, 4002
INCOMING_LIMIT = 1000
"""Messages waiting to be read. When full the reader waits, and the server's slow-consumer policy takes over."""


class ProtocolSocket:
    """One candidate's socket. `run` is owned by the caller's task group and ends after `close`."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        certificates: ssl.SSLContext | None = None,
        give_up_after_s: float = 60.0,
    ) -> None:
        self._url = "ws" + base_url.removeprefix("http").rstrip("/") + "/v1/socket"
        self._token = token
        self._certificates = certificates
        self._give_up_after_s = give_up_after_s
        self._connection: ClientConnection | None = None
        self._unanswered: dict[str, tuple[str, asyncio.Future[CommandAccepted]]] = {}
        self._closing = False
        self.incoming: asyncio.Queue[Envelope] = asyncio.Queue(INCOMING_LIMIT)
        self.connected = asyncio.Event()
        self.last_seq = 0
        self.connections = 0
        self.rtt_ms: int | None = None

    async def run(self) -> None:
        """Raises ConnectionLost, Superseded or Refused when going on makes no sense."""
        attempt = 0
        away_since = time.monotonic()
        while not self._closing:
            try:
                async with connect(
                    self._url,
                    subprotocols=[SUBPROTOCOL],
                    ssl=self._certificates,
                    proxy=None,
                    open_timeout=10,
                    close_timeout=2,
                    ping_interval=None,
                ) as connection:
                    if await self._converse(connection):
                        attempt, away_since = 0, time.monotonic()
                self._judge(connection)
            except (OSError, InvalidHandshake, InvalidMessage, ConnectionClosed, TimeoutError) as error:
                if time.monotonic() - away_since > self._give_up_after_s:
                    raise ConnectionLost(f"no socket for {self._give_up_after_s:.0f} s: {error}") from error
            if not self._closing:
                await asyncio.sleep(RETRY_DELAYS_S[min(attempt, len(RETRY_DELAYS_S) - 1)])
                attempt += 1

    async def send(self, command: object, *, timeout_s: float = 60.0) -> CommandAccepted:
        """Waits for the answer, over reconnects too. Raises Refused, or TimeoutError."""
        command_id = str(uuid.uuid4())
        answer: asyncio.Future[CommandAccepted] = asyncio.get_running_loop().create_future()
        self._unanswered[command_id] = (encode_command(command, command_id), answer)
        try:
            if self.connected.is_set():
                await self._transmit(self._unanswered[command_id][0])
            # Not wait_for: Python 3.11's forgets a cancellation that meets the answer.
            async with asyncio.timeout(timeout_s):
                return await answer
        finally:
            del self._unanswered[command_id]

    async def send_binary(self, message: bytes) -> None:
        """Once, where the socket is up; what gets lost here is past when it is back."""
        try:
            if self._connection is not None and self.connected.is_set():
                await self._connection.send(message)
        except ConnectionClosed:
            pass

    async def drop(self) -> None:
        """Loses the connection without a word, as a network does; `run` reconnects."""
        if self._connection is not None:
            self._connection.transport.abort()

    async def close(self) -> None:
        self._closing = True
        if self._connection is not None:
            await self._connection.close()

    async def _converse(self, connection: ClientConnection) -> bool:
        """True when the server welcomed this connection."""
        hello = SessionHello(token=self._token, after_seq=self.last_seq)
        await connection.send(encode_command(hello, str(uuid.uuid4())))
        self._connection = connection
        async with asyncio.TaskGroup() as tasks:
            pinging = tasks.create_task(self._ping(connection))
            try:
                async for frame in connection:
                    await self._receive(frame)
            except ConnectionClosed:
                pass
            finally:
                pinging.cancel()
                welcomed = self.connected.is_set()
                self.connected.clear()
                self._connection = None
        return welcomed

    async def _receive(self, frame: str | bytes) -> None:
        envelope = decode_envelope(frame)
        if envelope is None:
            return
        match envelope.data:
            case SessionWelcomed():
                self.connections += 1
                self.connected.set()
                for waiting, _ in list(self._unanswered.values()):
                    await self._transmit(waiting)
            case SessionPong(echo):
                self.rtt_ms = max(0, round(time.monotonic() * 1000 - float(echo)))
            case CommandAccepted() as accepted:
                self._answer(accepted.command, accepted)
            case CommandRejected() as rejected:
                self._answer(rejected.command, rejected)
        if envelope.seq is not None:
            if envelope.seq <= self.last_seq:
                return
            self.last_seq = envelope.seq
        await self.incoming.put(envelope)

    def _answer(self, command_id: str | None, answer: CommandAccepted | CommandRejected) -> None:
        if command_id not in self._unanswered:
            return
        _, future = self._unanswered[command_id]
        if future.done():
            return
        if isinstance(answer, CommandAccepted):
            future.set_result(answer)
        else:
            future.set_exception(Refused("command", answer.code, answer.detail, retryable=answer.retryable))

    async def _transmit(self, frame: str) -> None:
        """A frame lost here is sent again after the next welcome."""
        try:
            if self._connection is not None:
                await self._connection.send(frame)
        except ConnectionClosed:
            pass

    async def _ping(self, connection: ClientConnection) -> None:
        while True:
            await asyncio.sleep(PING_INTERVAL_S)
            echo = SessionPing(echo=f"{time.monotonic() * 1000:.1f}")
            await self._transmit(encode_command(echo, str(uuid.uuid4())))

    def _judge(self, connection: ClientConnection) -> None:
        reason = connection.close_reason or "no reason given"
        if connection.close_code == SUPERSEDED:
            raise Superseded(reason)
        if connection.close_code == UNAUTHENTICATED:
            raise Refused("open the socket", "unauthenticated", reason)
        if connection.close_code == PROTOCOL_ERROR:
            raise Refused("open the socket", "protocol_error", reason)


def encode_command(command: object, command_id: str) -> str:
    message_type = COMMANDS.of(command)
    data: dict[str, Any] = message_type.adapter.dump_python(command, mode="json")
    frame = {"v": VERSION, "id": command_id, "type": message_type.name, "data": data}
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))

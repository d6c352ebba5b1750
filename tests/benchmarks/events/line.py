"""A client's socket, as cheap as it can be: two hundred of them share one process and its clock."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PING_EVERY_S = 8.0
CARD = '"type":"board.card_changed"'
NARROW_BYTES = 4_096

Frame = dict[str, Any]
Hear = Callable[[Frame, float], None]


class CommandRefused(Exception):
    pass


class Line:
    """`hear` gets every frame but cards of the board, which are counted, and when it was read (seconds, monotonic)."""

    def __init__(self, connection: ClientConnection, hear: Hear | None = None) -> None:
        self._connection = connection
        self.hear = hear
        self._answers: dict[str, asyncio.Future[int]] = {}
        self.card_bytes = 0
        self.cards = 0
        self.snapshot_bytes = 0
        self.closed_code: int | None = None

    async def run(self) -> None:
        """Reads until the server closes; pings meanwhile."""
        async with asyncio.TaskGroup() as tasks:
            pinging = tasks.create_task(self.ping())
            try:
                while True:
                    self._take(str(await self._connection.recv()), time.monotonic())
            except ConnectionClosed:
                self.closed_code = self._connection.close_code
            finally:
                pinging.cancel()
                for answer in self._answers.values():
                    answer.cancel()

    async def say(
        self, name: str, data: Mapping[str, object] | None = None, interview: str | None = None, command_id: str = ""
    ) -> None:
        """Raises ConnectionClosed."""
        frame = {"v": 1, "id": command_id or uuid.uuid4().hex, "type": name, "data": data or {}, "interview": interview}
        await self._connection.send(json.dumps(frame))

    async def ask(
        self, name: str, data: Mapping[str, object] | None = None, interview: str | None = None, command_id: str = ""
    ) -> int:
        """The `seq` of the answer; `run` must be running. Raises CommandRefused."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        command_id = command_id or uuid.uuid4().hex
        self._answers[command_id] = answer
        try:
            await self.say(name, data, interview, command_id)
            async with asyncio.timeout(30):
                return await answer
        finally:
            del self._answers[command_id]

    def _take(self, text: str, at_s: float) -> None:
        if CARD in text:
            self.cards += 1
            self.card_bytes += len(text.encode())
            return
        frame: Frame = json.loads(text)
        answer = self._answers.get(frame["data"].get("command") or "")
        if answer is not None and not answer.done():
            self._settle(answer, frame)
        if frame["type"] == "board.snapshot":
            self.snapshot_bytes = len(text.encode())
        if self.hear is not None:
            self.hear(frame, at_s)

    def _settle(self, answer: asyncio.Future[int], frame: Frame) -> None:
        if frame["type"] == "command.accepted":
            answer.set_result(frame["data"]["seq"])
        else:
            answer.set_exception(CommandRefused(f"{frame['data'].get('code')}: {frame['data'].get('detail')}"))

    async def ping(self) -> None:
        """Until cancelled, or the socket is closed."""
        try:
            while True:
                await asyncio.sleep(PING_EVERY_S)
                await self.say("session.ping")
        except ConnectionClosed:
            pass


async def dial(stack: AsyncExitStack, base_url: str, cookie: str | None, *, narrow: bool = False) -> ClientConnection:
    """`narrow`: the kernel takes little on behalf of a client that reads nothing. Closed with the stack."""
    sock = None
    if narrow:
        host, _, port = base_url.rpartition("//")[2].rpartition(":")
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_BYTES)
        sock.connect((host, int(port)))
        sock.setblocking(False)
    connection = connect(
        "ws" + base_url.removeprefix("http") + "/v1/socket",
        subprotocols=[Subprotocol("viva.v1")],
        additional_headers={"Cookie": cookie} if cookie else None,
        proxy=None,
        compression=None,
        ping_interval=None,
        close_timeout=1,
        max_size=None,
        max_queue=4 if narrow else 1_024,
        sock=sock,
    )
    return await stack.enter_async_context(connection)

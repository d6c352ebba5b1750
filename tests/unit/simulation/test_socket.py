"""The client's socket against a small server that plays its part of the protocol and misbehaves on request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from server.protocol.commands import AnswerFinish
from server.protocol.envelope import Envelope, encode_envelope
from server.protocol.events import LanguageChosen
from server.protocol.signals import CommandAccepted, CommandRejected, SessionWelcomed
from simulation.errors import ConnectionLost, Refused, Superseded
from simulation.socket import SUBPROTOCOL, ProtocolSocket


class Script:
    """A server's end. `frames` are the commands it got, `seqs` what it sends after a welcome."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.seqs: tuple[int, ...] = ()
        self.drop_first_command = False
        self.close_with: int | None = None
        self.reject: str | None = None

    async def serve(self, connection: ServerConnection) -> None:
        hello = json.loads(await connection.recv())
        self.frames.append(hello)
        if self.close_with:
            await connection.close(self.close_with, "so it is")
            return
        await connection.send(envelope(SessionWelcomed("candidate", "c1", 5000, "0")))
        for seq in self.seqs:
            await connection.send(envelope(LanguageChosen("en"), seq))
        async for frame in connection:
            command = json.loads(frame)
            self.frames.append(command)
            if self.drop_first_command:
                self.drop_first_command = False
                connection.transport.abort()
                return
            if self.reject:
                await connection.send(envelope(CommandRejected(command["id"], self.reject, "no", False)))
            else:
                await connection.send(envelope(CommandAccepted(command["id"], 7)))

    def hellos(self) -> list[int]:
        return [frame["data"]["after_seq"] for frame in self.frames if frame["type"] == "session.hello"]


def envelope(data: object, seq: int | None = None) -> str:
    return encode_envelope(Envelope("m", seq, "i", "2026-01-01T00:00:00Z", None, data))


@asynccontextmanager
async def connected(script: Script, **options: Any) -> AsyncIterator[ProtocolSocket]:
    async with serve(script.serve, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as server:
        port = server.sockets[0].getsockname()[1]
        socket = ProtocolSocket(f"http://127.0.0.1:{port}", "token", **options)
        running = asyncio.ensure_future(socket.run())
        try:
            yield socket
            await socket.close()
            await asyncio.wait_for(running, 10)
        finally:
            running.cancel()


async def test_events_arrive_once_and_a_reconnect_asks_for_what_follows() -> None:
    script = Script()
    script.seqs = (1, 2, 3)
    async with connected(script) as socket:
        seen = [await socket.incoming.get() for _ in range(4)]
        assert [one.seq for one in seen] == [None, 1, 2, 3]
        script.seqs = (3, 4)
        await socket.drop()
        seen = [await asyncio.wait_for(socket.incoming.get(), 10) for _ in range(2)]
        assert [one.seq for one in seen] == [None, 4], "seq 3 was sent twice and is given out once"
    assert script.hellos() == [0, 3]
    assert socket.connections == 2


async def test_a_command_lost_with_the_connection_is_sent_again_under_the_same_id() -> None:
    script = Script()
    script.drop_first_command = True
    async with connected(script) as socket:
        accepted = await socket.send(AnswerFinish("t1"), timeout_s=10)
        assert accepted.seq == 7
    commands = [frame for frame in script.frames if frame["type"] == "answer.finish"]
    assert len(commands) == 2
    assert commands[0] == commands[1]


async def test_a_rejection_carries_its_code() -> None:
    script = Script()
    script.reject = "wrong_turn"
    async with connected(script) as socket:
        with pytest.raises(Refused) as refused:
            await socket.send(AnswerFinish("t1"), timeout_s=10)
        assert refused.value.code == "wrong_turn"


@pytest.mark.parametrize(("code", "error"), [(4000, Superseded), (4001, Refused), (4002, Refused)])
async def test_some_closures_end_the_client(code: int, error: type[Exception]) -> None:
    script = Script()
    script.close_with = code
    async with serve(script.serve, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(error, match="so it is"):
            await asyncio.wait_for(ProtocolSocket(f"http://127.0.0.1:{port}", "token").run(), 10)


async def test_a_server_that_stays_away_is_given_up() -> None:
    socket = ProtocolSocket("http://127.0.0.1:9", "token", give_up_after_s=0.2)
    with pytest.raises(ConnectionLost):
        await asyncio.wait_for(socket.run(), 10)


async def test_who_is_cancelled_as_the_answer_comes_is_cancelled() -> None:
    """A task that goes on after that waits a minute for its next answer, which nobody gives any more."""
    socket = ProtocolSocket("http://127.0.0.1:1", "token")
    sending = asyncio.ensure_future(socket.send(AnswerFinish("turn")))
    await asyncio.sleep(0)
    ((_, answer),) = socket._unanswered.values()
    answer.set_result(CommandAccepted("c", 1))
    sending.cancel()
    await asyncio.wait([sending])
    assert sending.cancelled()

"""Somebody of HR who watches an interview over a socket, as the page does before it asks for picture and sound."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from simulation.socket import SUBPROTOCOL

JOINED_WITHIN_S = 20.0


@asynccontextmanager
async def watching(http: httpx.AsyncClient, interview: str) -> AsyncIterator[None]:
    """As the user whom `http` is logged in as."""
    url = "ws" + str(http.base_url).removeprefix("http").rstrip("/") + "/v1/socket"
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}
    async with connect(url, subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None) as socket:
        await _say(socket, "session.hello", {}, None)
        await _say(socket, "interview.watch", {"after_seq": 0}, interview)
        async with asyncio.timeout(JOINED_WITHIN_S):
            while json.loads(await socket.recv())["type"] != "command.accepted":
                pass
        listening = asyncio.create_task(_listen(socket))
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.wait([listening])


async def _say(socket: ClientConnection, kind: str, data: dict[str, int], interview: str | None) -> None:
    await socket.send(json.dumps({"v": 1, "id": kind, "type": kind, "data": data, "interview": interview}))


async def _listen(socket: ClientConnection) -> None:
    """Who does not read is disconnected."""
    try:
        async for _ in socket:
            pass
    except ConnectionClosed:
        return

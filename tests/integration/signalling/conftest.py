from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from tests.integration.signalling.house import House


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A real server on a free port of the loopback; its interviews are fakes that keep their log in memory."""
    house = House()
    # With the protocol named, asyncio switches Nagle's algorithm off: otherwise every second answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        house.app, ws="websockets-sansio", ws_max_size=64 * 1024, lifespan="off", log_level="warning", access_log=False
    )
    server = uvicorn.Server(config)
    server.config.load()
    house.port = listener.getsockname()[1]
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server._serve([listener]))
        while not server.started:
            await asyncio.sleep(0.005)
        try:
            yield house
        finally:
            server.should_exit = True
            server.force_exit = True
            await serving
            listener.close()

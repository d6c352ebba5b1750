from __future__ import annotations

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
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    house.port = listener.getsockname()[1]
    try:
        yield house
    finally:
        # No waiting for clients: what they left open ends with the test.
        server.force_exit = True
        await server.shutdown(sockets=[listener])

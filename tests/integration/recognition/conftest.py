"""A real Redis, asking processes and workers in this one, and workers in processes of their own."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from blockbuster import blockbuster_ctx

from server.recognition import pending, remote, roster, worker
from tests.fakes.redis_server import RedisServer
from tests.integration.recognition.stage import Stage


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server (apt install redis-server)")
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def stage(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Everything that is waited for comes sooner than in a server."""
    for module in (remote, worker):
        monkeypatch.setattr(module, "BEAT_S", 0.1)
    monkeypatch.setattr("server.recognition.worker_line.LEASE_MS", 600)
    monkeypatch.setattr(worker, "LEASE_MS", 600)
    monkeypatch.setattr(worker, "TAKE_OVER_EVERY_S", 0.1)
    monkeypatch.setattr(pending, "ABSENT_AFTER_S", 30.0)  # a test's machine may be slow
    assert roster.LEASE_MS == 5_000
    async with AsyncExitStack() as stack, asyncio.timeout(60):
        yield Stage(redis, stack)


@pytest.fixture
def soon_absent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is away is soon known to be."""
    monkeypatch.setattr(pending, "ABSENT_AFTER_S", 1.0)


@pytest.fixture(autouse=True)
def _no_blocking_calls() -> Iterator[None]:
    """A blocking call of ours on the event loop is an error."""
    with blockbuster_ctx(["server"]) as watch:
        watch.functions["os.path.abspath"].deactivate()  # reads no disk; SQLAlchemy calls it for a database's name
        for function in watch.functions.values():
            function.can_block_in("redis/utils.py", "get_lib_version")  # once a connection; not ours to change
        yield

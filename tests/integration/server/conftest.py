"""Databases to run on: SQLite in a file, and a PostgreSQL of our own on a Unix socket."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from blockbuster import blockbuster_ctx

from server.auth import passwords
from server.db.database import Database, open_database
from server.db.migrate import migrate
from tests.fakes.redis_server import RedisServer
from tests.integration.server.pair import Pair, node_of, open_pair


def _postgres_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def _as_postgres(command: list[str]) -> None:
    """PostgreSQL refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql (apt install postgresql)")
    # A short path: a Unix socket's name is at most 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="viva-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    data, log = home / "data", home / "log"
    _as_postgres([str(binaries / "initdb"), "-D", str(data), "-U", "viva", "-A", "trust", "-E", "UTF8", "--no-locale"])
    options = f"-c listen_addresses='' -c unix_socket_directories={home} -c shared_buffers=16MB"
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    _as_postgres([*control, "-l", str(log), "-o", options, "start"])
    try:
        yield f"postgresql://viva@/postgres?host={home}"
    finally:
        _as_postgres([*control, "-m", "immediate", "stop"])
        shutil.rmtree(home)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Migrated and empty."""
    url = f"sqlite:///{tmp_path / 'viva.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    await asyncio.to_thread(migrate, url)
    database = open_database(url)
    await _empty(database)
    yield database
    await database.close()


async def _empty(database: Database) -> None:
    from server.db.schema import metadata

    async with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server (apt install redis-server)")
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def pair(tmp_path: Path, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr("server.nodes.placement.OTHERS_WITHIN_S", 0.05)
    monkeypatch.setattr("server.nodes.placement.HEARTBEAT_S", 0.1)
    monkeypatch.setattr("server.nodes.placement.CALM_S", 0.6)
    monkeypatch.setattr("server.nodes.call_server.HEARTBEAT_S", 0.1)
    monkeypatch.setattr("server.interviews.registry.LOOK_EVERY_S", 0.1)
    async with open_pair(tmp_path, redis) as opened:
        async with asyncio.timeout(10):
            while any(node_of(place).placement.peers.count < 2 for place in (opened.one, opened.two)):
                await asyncio.sleep(0.02)
        yield opened


@pytest.fixture(autouse=True)
def _cheap_password_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The strength of argon2 is tested on its own; here it would only take time."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(autouse=True)
def _no_blocking_calls() -> Iterator[None]:
    """A blocking call of ours on the event loop is an error."""
    with blockbuster_ctx(["server", "media"]) as watch:
        watch.functions["os.path.abspath"].deactivate()  # reads no disk; SQLAlchemy calls it for a database's name
        for function in watch.functions.values():
            function.can_block_in("redis/utils.py", "get_lib_version")  # once a connection; not ours to change
        yield

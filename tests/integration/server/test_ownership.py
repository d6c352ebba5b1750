"""One server owns a database, whatever kind; a second one changes nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from server.app import create_app
from server.db import ownership as ownership_module
from server.db.ownership import OWNER_LOCK, AlreadyRunning, own_database, owned_database
from server.resources import prepare
from server.settings import load_settings
from tests.fakes.engine import FakeEngine
from tests.integration.server.workplace import create_interview, open_workplace

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from server.db.ownership import own_database
with own_database(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'viva.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


def test_another_process_is_refused_until_the_first_has_gone(url: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), own_database(url):
            pass
    finally:
        holder.kill()
        holder.communicate()
    for _ in range(100):  # PostgreSQL notices a killed client within moments
        try:
            with own_database(url):
                return
        except AlreadyRunning:
            time.sleep(0.05)
    pytest.fail("a dead owner still owns")


async def test_ownership_ends_with_its_block(url: str) -> None:
    for _ in range(2):
        async with owned_database(url):
            with pytest.raises(AlreadyRunning):
                await owned_database(url).__aenter__()


async def test_nobody_else_owns_while_a_worker_lives(url: str) -> None:
    """Workers share; the owner itself takes no part; who was there first goes on."""
    async with owned_database(url) as ownership, owned_database(url, member=True), owned_database(url, member=True):
        await asyncio.to_thread(ownership.check)
        with pytest.raises(AlreadyRunning):
            await owned_database(url).__aenter__()
    async with owned_database(url, member=True):  # its owner has died
        with pytest.raises(AlreadyRunning):
            await owned_database(url).__aenter__()
    async with owned_database(url):
        pass


def test_a_path_written_differently_is_the_same_database(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with own_database(f"sqlite:///{tmp_path}/viva.sqlite3"):
        for other in (f"{tmp_path}/link/viva.sqlite3", f"{tmp_path}/link/../{tmp_path.name}/viva.sqlite3"):
            with pytest.raises(AlreadyRunning), own_database(f"sqlite:///{other}"):
                pass


async def test_a_second_server_leaves_live_interviews_alone(tmp_path: Path) -> None:
    settings = await asyncio.to_thread(load_settings, {"data_dir": tmp_path / "var"})
    prepared = await asyncio.to_thread(lambda: prepare(settings, engine=FakeEngine(script=())))
    second = await asyncio.to_thread(create_app, settings, prepared)
    async with open_workplace(tmp_path) as workplace:
        created = await create_interview(await workplace.hr())
        before = await workplace.resources.log.read(created["interview"])
        with pytest.raises(AlreadyRunning):
            await second.router.lifespan_context(second).__aenter__()
        with pytest.raises(AlreadyRunning):
            await asyncio.to_thread(lambda: prepare(settings, engine=FakeEngine(script=())))
        assert await workplace.resources.log.read(created["interview"]) == before


async def test_a_lock_that_the_database_forgot_is_taken_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is cut, as by a restart of PostgreSQL; then the lock is found in other hands."""
    monkeypatch.setattr(ownership_module, "CHECK_INTERVAL_S", 0.05)
    async with owned_database(postgres_url) as ownership:
        keeping = asyncio.create_task(ownership.keep())
        async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as other:
            query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"

            async def owner() -> int | None:
                row = await (await other.execute(query, [OWNER_LOCK])).fetchone()
                return row[0] if row else None

            first = await owner()
            await other.execute("SELECT pg_terminate_backend(%s)", [first])
            async with asyncio.timeout(10):
                while await owner() in (None, first):
                    await asyncio.sleep(0.05)
            second = await owner()
            # Waits in the queue, so that it has the lock the moment it is free.
            waiting = asyncio.create_task(_wait_for_lock(postgres_url, keeping))
            await asyncio.sleep(0.2)
            await other.execute("SELECT pg_terminate_backend(%s)", [second])
            assert isinstance(await waiting, AlreadyRunning)
    assert keeping.done()


async def _wait_for_lock(url: str, keeping: asyncio.Task[None]) -> BaseException | None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as rival:
        await rival.execute("SELECT pg_advisory_lock(%s)", [OWNER_LOCK])
        async with asyncio.timeout(10):
            await asyncio.wait({keeping})
    return keeping.exception()

"""How the process starts and ends, and what it does when one of its own tasks dies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from server.app import create_app
from server.db.errors import StorageUnavailable
from server.db.log import EventLog
from server.interviews.registry import InterviewRegistry
from server.observability import LoopLag
from server.resources import prepare
from server.settings import load_settings
from tests.fakes.engine import FakeEngine
from tests.integration.server.workplace import create_interview, open_workplace, token_of


@dataclass(frozen=True, slots=True)
class Watched:
    app: Starlette
    failures: list[str]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    settings = load_settings({"data_dir": tmp_path})
    failures: list[str] = []
    prepared = prepare(settings, engine=FakeEngine(script=()))
    return Watched(create_app(settings, prepared, on_failure=lambda: failures.append("told")), failures)


async def test_a_dead_task_is_told_so_that_the_process_can_end(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    die = asyncio.Event()

    async def run(self: LoopLag) -> None:
        await die.wait()
        raise RuntimeError("a bug")

    monkeypatch.setattr(LoopLag, "run", run)

    async def serve() -> None:
        async with watched.app.router.lifespan_context(watched.app):
            assert watched.failures == []
            die.set()
            await asyncio.sleep(30)

    with pytest.raises(BaseExceptionGroup):
        await serve()
    assert watched.failures == ["told"]


async def test_a_start_without_storage_fails_and_leaves_nothing_running(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: EventLog, phases: object = None) -> tuple[str, ...]:
        raise StorageUnavailable("the database does not answer")

    monkeypatch.setattr(EventLog, "unfinished", fail)
    before = asyncio.all_tasks()
    with pytest.raises(BaseExceptionGroup) as caught:
        await watched.app.router.lifespan_context(watched.app).__aenter__()
    assert caught.group_contains(StorageUnavailable)
    assert watched.failures == []
    assert {task for task in asyncio.all_tasks() - before if not task.done()} == set()


async def test_interviews_are_there_again_after_a_restart(tmp_path: Path) -> None:
    async with open_workplace(tmp_path) as workplace:
        hr = await workplace.hr()
        created = await create_interview(hr)
        body = {"token": token_of(created)}
        session = (await workplace.client.post("/v1/invites/redeem", json=body)).json()["session"]
        before = await workplace.resources.log.read(created["interview"])
        cookie = hr.cookies["viva_session"]
    async with open_workplace(tmp_path) as workplace:
        after = await workplace.resources.log.read(created["interview"])
        assert after[: len(before)] == before
        info = await workplace.client.get("/v1/session", headers={"Authorization": f"Bearer {session}"})
        assert (info.status_code, info.json()["phase"]) == (200, "lobby")
        me = await workplace.client.get("/v1/me", headers={"Authorization": f"Bearer {cookie}"})
        assert me.status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(["token", "email", "password", "flow", "candidate_name", "job_title", "language"])


def test_no_body_makes_the_server_fail(tmp_path: Path) -> None:
    """Any JSON, and any bytes, at every door that takes a body: always a problem with a code below 500."""
    with asyncio.Runner() as runner:
        place = open_workplace(tmp_path, auth={"logins_per_minute": 10_000, "redeems_per_minute": 10_000})
        workplace = runner.run(place.__aenter__())
        hr = runner.run(workplace.hr())

        def send(client: httpx.AsyncClient, path: str, **content: object) -> httpx.Response:
            headers = {"Content-Type": "application/json"}
            return runner.run(client.post(path, headers=headers, **content))  # type: ignore[arg-type]

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.dictionaries(FIELDS, JSON, max_size=5) | JSON, st.binary(max_size=200))
        def shake(body: object, raw: bytes) -> None:
            for path in ("/v1/login", "/v1/invites/redeem", "/v1/interviews"):
                for answer in (send(hr, path, json=body), send(hr, path, content=raw)):
                    assert answer.status_code < 500, answer.text
                    if answer.status_code >= 400:
                        assert answer.json()["code"]

        shake()
        assert runner.run(workplace.client.get("/healthz")).status_code == 200
        runner.run(place.__aexit__(None, None, None))


async def test_an_interview_that_does_not_end_does_not_keep_the_process(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(self: InterviewRegistry, *, ready: asyncio.Event) -> None:
        ready.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(InterviewRegistry, "run", run)
    monkeypatch.setattr("server.app.END_WITHIN_S", 0.05)
    async with asyncio.timeout(20), watched.app.router.lifespan_context(watched.app):
        pass
    assert watched.failures == []

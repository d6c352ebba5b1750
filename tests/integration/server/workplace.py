"""A whole server in this process, without sockets: the real app on a real database, with a silent recogniser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from server.app import create_app
from server.auth.passwords import hash_password
from server.db.migrate import prepare_database
from server.db.users import Role
from server.nodes.membership import Membership
from server.resources import Resources, prepare
from server.settings import load_settings
from tests.fakes.engine import FakeEngine

PASSWORD = "correct horse battery"
CSRF = {"X-Viva-Request": "1"}


def _make_app(folder: Path, membership: Membership | None, groups: dict[str, Any]) -> Starlette:
    """As at a start: before there is a loop to block."""
    settings = load_settings({"data_dir": folder / "var", **groups})
    if membership is not None:
        prepare_database(settings.database_url)
    prepared = prepare(settings, engine=FakeEngine(script=()), member=membership is not None)
    return create_app(settings, prepared, membership=membership)


@dataclass(frozen=True, slots=True)
class Workplace:
    client: httpx.AsyncClient
    resources: Resources

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """A client with a cookie jar of its own."""
        return httpx.AsyncClient(transport=self.client._transport, base_url=self.client.base_url, headers=headers)

    async def add_user(self, email: str, role: Role = "recruiter", organisation: str = "Example") -> None:
        owner = await self.resources.organisations.ensure(organisation)
        await self.resources.users.add(owner.id, email, email.partition("@")[0], role, await hash_password(PASSWORD))

    async def log_in(self, email: str) -> httpx.AsyncClient:
        browser = self.browser(**CSRF)
        answer = await browser.post("/v1/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return browser

    async def hr(self, role: Role = "recruiter", organisation: str = "Example") -> httpx.AsyncClient:
        email = f"{role}@{organisation.lower()}.example"
        await self.add_user(email, role, organisation)
        return await self.log_in(email)


@asynccontextmanager
async def open_workplace(
    folder: Path, membership: Membership | None = None, **groups: dict[str, Any]
) -> AsyncIterator[Workplace]:
    """`groups`: settings that differ from the defaults; `membership`: as one of several workers."""
    app = await asyncio.to_thread(_make_app, folder, membership, groups)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("192.0.2.7", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://viva.test") as client:
            yield Workplace(client, app.state.resources)


async def create_interview(hr: httpx.AsyncClient, **changes: str) -> dict[str, str]:
    body = {"flow": "five-stage", "candidate_name": "王小明", "job_title": "Clerk", "language": "zh-CN", **changes}
    answer = await hr.post("/v1/interviews", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, str] = answer.json()
    return created


def token_of(created: dict[str, str]) -> str:
    return created["invite_url"].rpartition("/join/")[2]

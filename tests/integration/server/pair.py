"""Two workers of one server in this process, on one database and one real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from server.hr.consents import consents
from server.interviews.interview import Interview
from server.interviews.services import Actor
from server.nodes.membership import Membership
from server.nodes.node import Node
from server.nodes.remote_interview import RemoteInterview
from server.protocol import commands as c
from tests.fakes.redis_server import RedisServer
from tests.integration.server.workplace import Workplace, create_interview, open_workplace, token_of

CANDIDATE = Actor("candidate", "candidate", "socket-1")
SERVER = "server-of-a-test"


@dataclass
class Pair:
    one: Workplace
    two: Workplace
    hr: httpx.AsyncClient
    redis: RedisServer

    async def invited(self) -> tuple[str, str]:
        """An interview without an actor anywhere, and its invite's token."""
        created = await create_interview(self.hr)
        await self.close_everywhere(created["interview"])
        return created["interview"], token_of(created)

    async def close_everywhere(self, interview_id: str) -> None:
        for place in (self.one, self.two):
            interview = place.resources.registry.running(interview_id)
            if interview is not None:
                await interview.stop()
                while place.resources.registry.running(interview_id) is not None:
                    await asyncio.sleep(0.01)
                while place.resources.registry._opening.locked():
                    await asyncio.sleep(0.01)
        owners = node_of(self.one).placement._leases
        async with asyncio.timeout(5):
            while await owners.owners([interview_id]) != [None]:
                await asyncio.sleep(0.01)

    async def live_at_one(self) -> tuple[Interview, RemoteInterview]:
        """A running interview that `one` has, here and as `two` sees it."""
        interview_id, token = await self.invited()
        here = await self.one.resources.registry.here(interview_id)
        answer = await self.two.client.post("/v1/invites/redeem", json={"token": token})
        assert answer.status_code == 200, answer.text
        there = await self.two.resources.registry.get(interview_id)
        assert isinstance(there, RemoteInterview)
        await there.connect(CANDIDATE)
        for consent in consents(names_model=False):
            await there.submit(c.ConsentGive(consent.kind, True, consent.texts["zh-CN"].hash), CANDIDATE, None)
        await there.submit(c.InterviewStart(), CANDIDATE, "start")
        assert here.state.phase == there.state.phase == "live"
        return here, there


def node_of(place: Workplace) -> Node:
    assert place.resources.node is not None
    return place.resources.node


@asynccontextmanager
async def open_pair(folder: Path, redis: RedisServer) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        places: list[Workplace] = []

        for number in range(2):
            membership = Membership(SERVER, f"node-{number}", number, 2)
            place = open_workplace(folder, membership, redis={"url": redis.url})
            places.append(await stack.enter_async_context(place))
        yield Pair(places[0], places[1], await places[0].hr(), redis)

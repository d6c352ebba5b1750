"""`viva serve --workers 2`, real processes: two interviews on two workers, HR on either, and one of them is killed."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.db.ownership import own_database
from server.protocol.commands import InterviewEnd
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.client import open_http
from simulation.errors import ServerFailed
from simulation.manner import Manner
from simulation.server_process import ServerProcess, find_free_port
from tests.fakes.loopback import Observer
from tests.fakes.redis_server import RedisServer
from tests.integration.interviewing import House, open_house
from tests.integration.test_survival import answer_to_the_end, check_log, speak_for_a_while, times_of
from tests.integration.watching import watching

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

TAKEN_UP_WITHIN_S = 10.0
TURN = "introduction-0"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server (apt install redis-server)")
    server = RedisServer()
    server.start()
    yield server
    server.stop()


class Crew:
    """The workers behind a server's one port."""

    def __init__(self, house: House, redis_url: str) -> None:
        self.house = house
        self._redis_url = redis_url

    async def wait_complete(self) -> None:
        async with asyncio.timeout(60):
            while (await self.house.hr.http.get("/readyz")).json()["checks"]["workers"]["detail"] != "2 of 2":
                await asyncio.sleep(0.2)

    def pids(self) -> dict[int, int]:
        """Of the workers that serve, by number: what the log said last."""
        lines = [json.loads(line) for line in self.house.server.log_path.read_text().splitlines()]
        return {line["number"]: line["pid"] for line in lines if line["event"] == "worker.serves"}

    async def owner(self, interview: str) -> int:
        """The number of the worker that has it."""
        async with Redis.from_url(self._redis_url, decode_responses=True) as redis:
            (homes,) = [key async for key in redis.scan_iter("viva:*:homes")]
            node = await redis.hget(homes, interview)
            load = await redis.hget(homes.replace(":homes", ":loads"), node or "")
        return int(json.loads(load or "{}")["worker"])

    def serves(self, pid: int, client_port: int) -> bool:
        connections = psutil.Process(pid).net_connections("tcp")
        return any(each.raddr and each.raddr.port == client_port for each in connections)

    @asynccontextmanager
    async def http_at(self, pid: int) -> AsyncIterator[httpx.AsyncClient]:
        """HR's client on a connection that this worker has taken."""
        for _ in range(200):
            async with open_http(self.house.server.base_url) as http:
                http.cookies.update(self.house.hr.http.cookies)
                http.headers["X-Viva-Request"] = "1"
                answer = await http.get("/healthz")
                port = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
                if self.serves(pid, port):
                    yield http
                    return
        raise AssertionError("this worker takes no connections")

    @asynccontextmanager
    async def socket_at(self, pid: int) -> AsyncIterator[ClientConnection]:
        url = "ws" + self.house.server.base_url.removeprefix("http") + "/v1/socket"
        cookie = "; ".join(f"{name}={value}" for name, value in self.house.hr.http.cookies.items())
        for _ in range(200):
            headers = {"Cookie": cookie}
            protocols = [Subprotocol("viva.v1")]
            async with connect(url, subprotocols=protocols, additional_headers=headers, proxy=None) as socket:
                if self.serves(pid, socket.local_address[1]):
                    yield socket
                    return
        raise AssertionError("this worker takes no connections")


async def watch(socket: ClientConnection, interviews: list[str]) -> dict[str, set[int]]:
    """As HR's page: the board and these interviews, until each has told of the open question and of something new.
    The sequence numbers that came, by interview."""
    seen: dict[str, set[int]] = {interview: set() for interview in interviews}
    caught_up: dict[str, int] = {}
    cards: set[str] = set()
    await say(socket, "session.hello", {})
    await say(socket, "board.watch", {})
    for interview in interviews:
        await say(socket, "interview.watch", {"after_seq": 0}, interview)
    async with asyncio.timeout(40):
        while len(cards) < 2 or any(max(seen[each], default=0) <= caught_up.get(each, 10**9) for each in interviews):
            frame = json.loads(await socket.recv())
            assert frame["type"] != "command.rejected", frame
            if frame["type"] == "board.snapshot":
                cards |= {card["interview"] for card in frame["data"]["cards"] if card["phase"] == "live"}
            elif frame["type"] == "session.caught_up":
                caught_up[frame["interview"]] = frame["data"]["seq"]
            elif frame["seq"] is not None:
                seen[frame["interview"]].add(frame["seq"])
    return seen


async def see_both(crew: Crew, pid: int, interviews: list[str]) -> None:
    async with crew.socket_at(pid) as socket:
        seen = await watch(socket, interviews)
    assert all(numbers == set(range(1, max(numbers) + 1)) for numbers in seen.values())


async def say(socket: ClientConnection, kind: str, data: dict[str, Any], interview: str | None = None) -> None:
    envelope = {"v": 1, "id": f"{kind}-{interview}", "type": kind, "data": data, "interview": interview}
    await socket.send(json.dumps(envelope))


async def listen(http: httpx.AsyncClient, interview: str) -> None:
    """By WHEP, through whichever worker `http` is connected to: the candidate is heard."""
    async with watching(http, interview):
        await look(http, interview)


async def look(http: httpx.AsyncClient, interview: str) -> None:
    observer = Observer()
    try:
        headers = {"Content-Type": "application/sdp"}
        path = f"/v1/interviews/{interview}/whep"
        answer = await http.post(path, content=await observer.offer(), headers=headers)
        assert answer.status_code == 201, answer.text
        await observer.connect(answer.text)
        async with asyncio.timeout(20):
            await observer.receive("audio", 20)
        assert (await http.delete(answer.headers["location"])).status_code == 200
    finally:
        await observer.close()


async def check_others_are_refused(house: House, redis_url: str) -> None:
    """A second server on the same data, of one process or of several; and several without Redis."""
    for variables in ({}, {"VIVA_HTTP_WORKERS": "2", "VIVA_REDIS_URL": redis_url}):
        second = ServerProcess(house.server.data_dir, find_free_port(), {"VIVA_ASR_MODEL": "demo", **variables})
        with pytest.raises(ServerFailed, match=r"ended with 1:(.|\n)*already_running"):
            await second.run_command("serve")
    alone = ServerProcess(house.server.data_dir.parent / "other", find_free_port())
    with pytest.raises(ServerFailed, match=r"ended with 1:\s*redis_required: "):
        await alone.run_command("serve", "--workers", "2")


async def wait_gone(pids: Iterable[int]) -> None:
    async with asyncio.timeout(20):
        while any(psutil.pid_exists(pid) for pid in pids):
            await asyncio.sleep(0.1)


async def test_two_workers_share_the_interviews_and_one_takes_over_from_the_other(
    tmp_path: Path, redis: RedisServer
) -> None:
    variables = {"VIVA_HTTP_WORKERS": "2", "VIVA_REDIS_URL": redis.url, "VIVA_LOG_FORMAT": "json"}
    async with open_house(tmp_path / "data", **variables) as house:
        crew = Crew(house, redis.url)
        await crew.wait_complete()
        links = [await house.invite(name=f"Candidate {number}") for number in (1, 2)]
        ids = [link.interview for link in links]
        manner = Manner(pace=0.2, camera=False)
        struck, other = [VirtualCandidate(link.invite_url, load_answers("en-1"), manner) for link in links]
        async with asyncio.TaskGroup() as tasks:
            interviewing = [tasks.create_task(candidate.run()) for candidate in (struck, other)]
            refusing = tasks.create_task(check_others_are_refused(house, redis.url))
            await asyncio.gather(*(speak_for_a_while(candidate, TURN) for candidate in (struck, other)))
            owners = [await crew.owner(interview) for interview in ids]
            assert sorted(owners) == [0, 1], "each worker has one of them"
            pids = crew.pids()
            before = await house.hr.read_events(ids[0])
            killed_at = datetime.now(UTC)
            os.kill(pids[owners[0]], signal.SIGKILL)
            await asyncio.gather(*(answer_to_the_end(candidate, TURN) for candidate in (struck, other)))
            assert await crew.owner(ids[0]) == owners[1]
            await crew.wait_complete()
            await asyncio.gather(*(see_both(crew, pid, ids) for pid in crew.pids().values()))
            async with crew.http_at(crew.pids()[owners[0]]) as http:
                await listen(http, ids[0])
            for candidate in (struck, other):
                await candidate.socket.send(InterviewEnd())
            await refusing
        results = [task.result() for task in interviewing]
        await check_log(house, ids[0], before, killed_at)
        events = await house.hr.read_events(ids[0])
        (restarted,) = times_of(events, "server.restarted")
        assert (datetime.fromisoformat(restarted["at"]) - killed_at).total_seconds() < TAKEN_UP_WITHIN_S
        assert not times_of(await house.hr.read_events(ids[1]), "server.restarted"), "the other one went its way"
        assert crew.pids()[owners[0]] != pids[owners[0]], "the killed worker was started again"
        await house.server.kill()
        await wait_gone(crew.pids().values())
    with own_database(f"sqlite:///{house.server.data_dir / 'viva.sqlite3'}"):
        pass  # the workers of a dead keeper have ended, and nobody's is the database
    assert all(result.abort_reason == "candidate_ended" for result in results)

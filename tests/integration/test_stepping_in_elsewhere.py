"""HR on one worker, the interview on the other, a real Redis between them: watching, whispering, taking the floor and
HR's voice; and Redis away for longer than a lease."""

from __future__ import annotations

import asyncio
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection

from simulation.client import fetch_session, open_http, redeem_invite
from tests.benchmarks.events.line import CommandRefused, Frame, Line
from tests.fakes.loopback import Publisher, VoiceTrack, make_voice
from tests.fakes.redis_server import RedisServer
from tests.integration.interviewing import House, open_house
from tests.integration.test_workers import Crew

Fits = Callable[[Frame], bool]

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

REDIS_AWAY_S = 20.0
"""Twice as long as a lease."""
KEPT_S = 8.0
"""Longer than the floor is kept for somebody who has left."""


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server (apt install redis-server)")
    server = RedisServer()
    server.start()
    yield server
    server.stop()


class Page:
    """Somebody's socket, and all it has heard."""

    def __init__(self, connection: ClientConnection) -> None:
        self.line = Line(connection, self._hear)
        self.frames: list[Frame] = []
        self._heard = asyncio.Event()

    def _hear(self, frame: Frame, at_s: float) -> None:
        self.frames.append(frame)
        self._heard.set()

    async def wait_for(self, kind: str, fits: Fits = lambda data: True, within_s: float = 15) -> Frame:
        """The data of the first such message, heard already or to come."""
        async with asyncio.timeout(within_s):
            while True:
                self._heard.clear()
                for frame in self.frames:
                    if frame["type"] == kind and fits(frame["data"]):
                        data: Frame = frame["data"]
                        return data
                await self._heard.wait()

    @property
    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.frames if frame["seq"] is not None]


class Scene:
    """A running interview, its candidate on the worker that has it, and HR where the test wants them."""

    def __init__(self, house: House, crew: Crew, tasks: asyncio.TaskGroup) -> None:
        self.house = house
        self.crew = crew
        self._tasks = tasks
        self.interview = ""
        self.here = self.there = 0
        """The processes: of the interview, and the other one."""

    async def begin(self) -> str:
        """The candidate's session token; nobody is connected yet."""
        link = await self.house.invite()
        self.interview = link.interview
        async with open_http(self.house.server.base_url) as http:
            token = await redeem_invite(http, link.invite_url.rsplit("/", 1)[1])
            self._consents = (await fetch_session(http, token)).consents
        pids = self.crew.pids()
        owner = await self.crew.owner(self.interview)
        self.here, self.there = pids[owner], pids[1 - owner]
        return token

    @asynccontextmanager
    async def candidate(self, token: str) -> AsyncIterator[Page]:
        async with self.crew.socket_at(self.here) as connection:
            page = self._run(connection)
            await page.line.say("session.hello", {"token": token})
            for each in self._consents:
                given = {"kind": each.kind, "granted": True, "text_hash": each.texts["en"].hash}
                await page.line.ask("consent.give", given)
            await page.line.ask("interview.start", {"text_only": True})
            yield page

    @asynccontextmanager
    async def hr(self, pid: int) -> AsyncIterator[Page]:
        async with self.crew.socket_at(pid) as connection:
            page = self._run(connection)
            await page.line.say("session.hello")
            await page.line.ask("board.watch")
            await page.line.ask("interview.watch", {"after_seq": 0}, self.interview)
            await page.wait_for("session.caught_up")
            yield page

    def _run(self, connection: ClientConnection) -> Page:
        page = Page(connection)
        self._tasks.create_task(page.line.run())
        return page


@asynccontextmanager
async def open_scene(folder: Path, redis: RedisServer) -> AsyncIterator[Scene]:
    variables = {"VIVA_HTTP_WORKERS": "2", "VIVA_REDIS_URL": redis.url, "VIVA_LOG_FORMAT": "json"}
    async with open_house(folder / "data", **variables) as house, asyncio.TaskGroup() as tasks:
        crew = Crew(house, redis.url)
        await crew.wait_complete()
        yield Scene(house, crew, tasks)


async def put_question(candidate: Page) -> str:
    asked = [frame["data"] for frame in candidate.frames if frame["type"] == "question.asked"]
    turn_id: str = asked[-1]["turn_id"]
    await candidate.line.ask("question.present", {"turn_id": turn_id, "spoken": False})
    return turn_id


async def answer(candidate: Page, number: int) -> str:
    """The turn of the open question, which is put and answered."""
    turns = [frame["data"]["turn_id"] for frame in candidate.frames if frame["type"] == "question.asked"]
    turn_id = await put_question(candidate)
    text = f"This is answer {number}, in a few words of my own."
    await candidate.line.ask("answer.submit", {"turn_id": turn_id, "text": text})
    await candidate.wait_for("question.asked", lambda data: data["turn_id"] != turn_id and data["turn_id"] not in turns)
    return turn_id


async def connect_voice(http: httpx.AsyncClient, interview: str) -> None:
    """HR's microphone, through whichever worker `http` is connected to."""
    publisher = Publisher(audio=VoiceTrack(make_voice(((5.0, True),))), video=None)
    try:
        headers = {"Content-Type": "application/sdp"}
        path = f"/v1/interviews/{interview}/voice"
        reply = await http.post(path, content=await publisher.offer(), headers=headers)
        assert reply.status_code == 201, reply.text
        await publisher.connect(reply.text)
        assert (await http.delete(reply.headers["location"])).status_code == 200
    finally:
        await publisher.close()


async def test_hr_steps_in_from_the_other_worker(tmp_path: Path, redis: RedisServer) -> None:
    async with open_scene(tmp_path, redis) as scene:
        token = await scene.begin()
        async with scene.candidate(token) as candidate, scene.hr(scene.there) as far, scene.hr(scene.here) as near:
            await candidate.wait_for("question.asked")
            await whisper(scene, candidate, far, near)
            await hold_the_floor(scene, candidate, far, near)
            log = await scene.house.hr.read_events(scene.interview)
            for page in (far, near):
                await page.wait_for("chat.sent")
                assert page.seqs == list(range(1, max(page.seqs) + 1))
                assert max(page.seqs) >= log[-1]["seq"]
                assert page.line.cards, "the board of each shows what happens"


async def whisper(scene: Scene, candidate: Page, far: Page, near: Page) -> None:
    """Said twice, by whichever worker, it is done once."""
    told = {"kind": "ask", "text": "the budget"}
    command_id = uuid.uuid4().hex
    seq = await far.line.ask("directive.give", told, scene.interview, command_id)
    for page in (far, near):
        assert await page.line.ask("directive.give", told, scene.interview, command_id) == seq
    await put_question(candidate)
    asked = await near.wait_for("question.asked", lambda data: (data["why"] or {}).get("source") == "hr")
    assert "budget" in asked["text"]
    assert await far.wait_for("question.asked", lambda data: data["text"] == asked["text"]) == asked
    await candidate.wait_for("question.asked", lambda data: data["text"] == asked["text"])
    await answer(candidate, 1)
    given = [frame for frame in far.frames if frame["type"] == "directive.given"]
    assert [frame["seq"] for frame in given] == [seq]


async def hold_the_floor(scene: Scene, candidate: Page, far: Page, near: Page) -> None:
    await far.line.ask("floor.take", {"mode": "barge"}, scene.interview)
    await candidate.wait_for("floor.taken")
    await near.wait_for("floor.taken")
    async with scene.crew.http_at(scene.there) as http:
        await connect_voice(http, scene.interview)
    await near.line.ask("chat.send", {"channel": "backroom", "text": "You have it."}, scene.interview)
    await far.line.ask("floor.hand_back", {}, scene.interview)
    await candidate.wait_for("floor.handed_back")
    await candidate.wait_for("question.asked", lambda data: data["asked_as"] == "repeat")


async def test_redis_away_for_longer_than_a_lease(tmp_path: Path, redis: RedisServer) -> None:
    async with open_scene(tmp_path, redis) as scene:
        token = await scene.begin()
        async with scene.candidate(token) as candidate, scene.hr(scene.there) as far, scene.hr(scene.here) as near:
            await candidate.wait_for("question.asked")
            await answer(candidate, 1)
            owner = await scene.crew.owner(scene.interview)
            await asyncio.to_thread(redis.stop)
            gone_s = time.monotonic()
            turns = [await answer(candidate, 2)]
            with pytest.raises(CommandRefused, match="unavailable"):
                await far.line.ask("chat.send", {"channel": "backroom", "text": "Lost?"}, scene.interview)
            await near.line.ask("chat.send", {"channel": "backroom", "text": "Here it goes on."}, scene.interview)
            await asyncio.sleep(max(0.0, gone_s + REDIS_AWAY_S - time.monotonic()))
            turns.append(await answer(candidate, 3))
            await asyncio.to_thread(redis.start)
            for turn_id in turns:  # without being asked, and without anything new happening
                await far.wait_for("answer.completed", partial(is_about, turn_id), 40)
            await say_until_heard(far, scene.interview, "We are back.")
            await near.wait_for("chat.sent", lambda data: data["text"] == "We are back.")
            await far.wait_for("chat.sent", lambda data: data["text"] == "We are back.")
            await far.line.ask("floor.take", {"mode": "takeover"}, scene.interview)
            await near.wait_for("floor.taken")
            await asyncio.sleep(KEPT_S)
            assert not any(frame["type"] == "floor.handed_back" for frame in near.frames), "who has it is still there"
            await far.line.ask("floor.hand_back", {}, scene.interview)
            await near.wait_for("floor.handed_back")
            await scene.crew.wait_complete()
            await check_nothing_lost(scene, owner, (far, near))


def is_about(turn_id: str, data: Frame) -> bool:
    return bool(data["turn_id"] == turn_id)


async def say_until_heard(page: Page, interview: str, text: str) -> None:
    """As a page does with what was refused for the moment: the same command, with the same id, again."""
    command_id = uuid.uuid4().hex
    async with asyncio.timeout(30):
        while await refusal(page, interview, text, command_id) is not None:
            await asyncio.sleep(0.5)


async def refusal(page: Page, interview: str, text: str, command_id: str) -> str | None:
    try:
        await page.line.ask("chat.send", {"channel": "backroom", "text": text}, interview, command_id)
    except CommandRefused as refused:
        return str(refused)
    return None


async def check_nothing_lost(scene: Scene, owner: int, pages: tuple[Page, Page]) -> None:
    log = await scene.house.hr.read_events(scene.interview)
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    kinds = [event["type"] for event in log]
    assert "server.restarted" not in kinds, "the interview never stopped"
    assert not {"observer.left", "candidate.disconnected"} & set(kinds), "nobody left"
    assert await scene.crew.owner(scene.interview) == owner
    said = [event["data"]["text"] for event in log if event["type"] == "chat.sent"]
    assert said in (["Here it goes on.", "We are back."], ["Lost?", "Here it goes on.", "We are back."])
    for page in pages:
        assert page.seqs == list(range(1, max(page.seqs) + 1)), "each event once, in order"
        assert page.line.closed_code is None
    shown = {frame["seq"]: frame["id"] for frame in pages[0].frames if frame["seq"] is not None}
    assert all(shown.get(event["seq"]) == event["id"] for event in log[: max(shown)])

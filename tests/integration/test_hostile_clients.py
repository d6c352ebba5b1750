"""A real server under hostile clients: it stays up, and the interview beside them does not notice."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from server.protocol.commands import COMMANDS
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.client import open_http, redeem_invite
from simulation.manner import Manner
from tests.integration.interviewing import House, open_house

FRAMES, FRAMES_A_CONNECTION = 10_000, 50
TOO_MANY_INVALID_FRAMES = 4002
PATIENCE_S = 0.25
BROKEN_OFFERS = (
    b"",
    b"v=0",
    b"\xff\xfe\x00",
    b"v=0\r\n" * 2_000,
    b"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 50,
    b"A" * 70_000,
)


def random_frames(seed: int) -> Iterator[str | bytes]:
    """Noise, half-right JSON, real commands with wrong data: the same every time."""
    dice = random.Random(seed)
    names = [message_type.name for message_type in COMMANDS]
    for _ in range(FRAMES):
        kind = dice.randrange(5)
        if kind == 0:
            yield dice.randbytes(dice.randrange(1, 200))
        elif kind == 1:
            yield "".join(chr(dice.randrange(1, 0xD7FF)) for _ in range(dice.randrange(1, 60)))
        elif kind == 2:
            yield json.dumps({"v": dice.choice([1, 2, None]), "id": str(uuid.uuid4()), "type": dice.choice(names)})
        elif kind == 3:
            data: dict[str, object] = {
                dice.choice(["turn_id", "text", "kind", "x"]): dice.choice([None, 1e308, -1, "", [], {}, "\u0000"])
            }
            yield json.dumps({"v": 1, "id": str(uuid.uuid4()), "type": dice.choice(names), "data": data})
        else:
            yield "{" * dice.randrange(1, 400)


async def throw_frames(house: House, session: str) -> set[int | None]:
    """All frames, a few on each connection, since the server soon loses its patience. The codes it closed with."""
    frames = random_frames(7)
    codes: set[int | None] = set()
    while batch := list(islice(frames, FRAMES_A_CONNECTION)):
        codes.add(await throw_batch(house, session, batch))
    return codes


async def throw_batch(house: House, session: str, batch: list[str | bytes]) -> int | None:
    url = "ws" + house.server.base_url.removeprefix("http") + "/v1/socket"
    hello = json.dumps({"v": 1, "id": "hello", "type": "session.hello", "data": {"token": session}})
    async with connect(url, subprotocols=[Subprotocol("viva.v1")], proxy=None) as socket:
        try:
            await socket.send(hello)
            for frame in batch:
                await socket.send(frame)
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    await socket.recv()
        except WebSocketException:
            return socket.close_code
        except TimeoutError:
            return None  # valid frames among the others: the server goes on listening


async def send_broken_offers(house: House, session: str) -> None:
    headers = {"Authorization": f"Bearer {session}", "Content-Type": "application/sdp"}
    async with open_http(house.server.base_url) as http:
        for offer in BROKEN_OFFERS:
            answer = await http.post("/v1/whip", content=offer, headers=headers)
            assert 400 <= answer.status_code < 500, (offer[:20], answer.status_code)
            assert answer.json()["code"]


@pytest.mark.integration
@pytest.mark.timeout(240)
async def test_the_interview_beside_a_hostile_client_goes_its_way(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        link, hostile = await house.invite(), await house.invite(name="Somebody else")
        neighbour = VirtualCandidate(link.invite_url, load_answers("en-1"), Manner(pace=0.2, finish="button"))
        async with open_http(house.server.base_url) as http:
            session = await redeem_invite(http, hostile.invite_url.rsplit("/", 1)[1])
        async with asyncio.TaskGroup() as tasks:
            interviewing = tasks.create_task(neighbour.run())
            codes = await throw_frames(house, session)
            await send_broken_offers(house, session)
        result = interviewing.result()
        house.server.check_alive()
        events = await house.hr.read_events(link.interview)
    assert TOO_MANY_INVALID_FRAMES in codes
    assert codes <= {TOO_MANY_INVALID_FRAMES, None}
    assert result.completed
    assert result.connections == 1, "the neighbour lost its socket"
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert not [event for event in events if event["type"] == "server.restarted"]

"""What passes between workers: notices, answers that never come, and messages that no worker would write."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from server.errors import InterviewError, Unavailable
from server.interviews.services import Actor
from server.nodes import calls
from server.nodes.frames import LARGEST_BYTES, Ask, Done, Failed, decode_frame, encode_frame
from server.nodes.line import NOTICES_LIMIT
from server.protocol import commands as c
from tests.integration.server.pair import CANDIDATE, SERVER, Pair, node_of
from tests.integration.server.workplace import Workplace

pytestmark = pytest.mark.integration


async def ask_rudely(pair: Pair, redis: Redis, ask: Ask) -> Done | Failed | None:
    """As somebody who can write to Redis. None: no answer."""
    async with redis.pubsub() as ears:
        await ears.subscribe(f"viva:{SERVER}:node:{ask.sender}")
        assert (await ears.get_message(timeout=2)) is not None
        await redis.publish(channel_of(pair.one), encode_frame(ask))
        message = await ears.get_message(timeout=2)
    if message is None:
        return None
    frame = decode_frame(message["data"])
    assert isinstance(frame, Done | Failed)
    return frame


def channel_of(place: Workplace) -> str:
    return f"viva:{SERVER}:node:{node_of(place).membership.node}"


async def test_a_hostile_message_is_refused_and_harms_nobody(pair: Pair) -> None:
    here, there = await pair.live_at_one()
    before = here.state.seq
    dice = random.Random(3)
    async with Redis.from_url(pair.redis.url) as redis:
        noise = [dice.randbytes(dice.randrange(300)) for _ in range(200)]
        noise += [b"ask", b"ask 1 x submit", b"ask -1 x submit y\n[]", b"done 1 2 nowhere\n1", b"failed x\n"]
        noise += [b"ask 1 x submit y" + b" " * 500, b"tell push_audio " + here.id.encode() + b"\n[1]"]
        noise += [b"done 99999999999999999999 - -\n", b"x" * (LARGEST_BYTES + 1), b"failed 1\n" + b"{" * 1000]
        for message in noise:
            await redis.publish(channel_of(pair.one), message)
        asks = {
            "unknown": Ask(1, "stranger", "__init__", here.id, b"[]"),
            "private": Ask(2, "stranger", "stop", here.id, b"[]"),
            "not a node's": Ask(3, "stranger", "submit", None, b"[]"),
            "short": Ask(4, "stranger", "submit", here.id, b"[]"),
            "no JSON": Ask(5, "stranger", "submit", here.id, b"{"),
            "no command": Ask(6, "stranger", "submit", here.id, b'[{"type":"x","data":{}},null,null]'),
            "another's": Ask(7, "stranger", "connect", here.id, b'[{"role":"root","id":"1","connection_id":""}]'),
            "no interview": Ask(8, "stranger", "unobserve", "nobody", b'["user-1","1"]'),
        }
        answers = {name: await ask_rudely(pair, redis, ask) for name, ask in asks.items()}
    for name, answer in answers.items():
        assert isinstance(answer, Failed), (name, answer)
        assert b"CallUnknown" in answer.body or name == "no interview", (name, answer)
    assert b"NotFound" in (answers["no interview"] or Failed(0, b"")).body
    assert node_of(pair.one)._line.refused >= 200
    assert here.state.seq == before
    assert await there.submit(c.AnswerDraft("identity-0", "still here"), CANDIDATE, None) == before + 1


async def test_an_answer_that_is_none_is_an_error_and_not_a_result(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    _, there = await pair.live_at_one()
    monkeypatch.setattr(calls.SUBMIT, "encode_result", lambda result: b'"seven"')
    with pytest.raises(InterviewError) as caught:
        await there.submit(c.AnswerDraft("identity-0", "x"), CANDIDATE, None)
    assert caught.value.code == "call_unknown"


async def test_a_worker_that_hangs_is_not_waited_for(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = await pair.live_at_one()

    async def hang(actor: Actor) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(here, "connect", hang)
    monkeypatch.setattr(calls.CONNECT, "within_s", 0.3)
    with pytest.raises(Unavailable):
        await there.connect(replace(CANDIDATE, connection_id="socket-2"))


async def test_sound_reaches_the_interview_and_what_is_none_does_not(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[int, int, int, bytes]] = []
    here, there = await pair.live_at_one()
    monkeypatch.setattr(here, "push_audio", lambda *arguments: heard.append(arguments))
    pushed = [(2, number, 960 * number, b"\xff\x00" * number) for number in range(50)]
    for packet in pushed:
        there.push_audio(*packet)
    line = node_of(pair.two)._line
    line.tell(there.node, "push_audio", here.id, b'["x", 1, 2, ""]')
    line.tell(there.node, "push_audio", "nobody", b'[1, 1, 2, ""]')
    line.tell(there.node, "submit", here.id, b"[]")
    there.push_audio(3, 0, 0, b"last")
    async with asyncio.timeout(5):
        while (3, 0, 0, b"last") not in heard:
            await asyncio.sleep(0.01)
    assert heard == [*pushed, (3, 0, 0, b"last")]
    for number in range(NOTICES_LIMIT + 20):
        there.push_audio(3, number, 0, b"too fast for the line")
    assert pair.two.resources.node is not None
    assert pair.two.resources.node.count().dropped.line == 20
    text = pair.two.resources.metrics.expose()
    assert 'viva_media_dropped_total{at="line"} 20.0' in text

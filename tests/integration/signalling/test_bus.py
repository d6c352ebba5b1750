"""What every bus must do, asked of each; and what only the one between processes can get wrong."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from server.interviews.bus import EventBus, Lagged, LocalBus, Subscription
from server.interviews.bus_redis import RedisBus
from server.protocol import events as e
from server.protocol import signals as s
from server.protocol.envelope import Envelope
from tests.fakes.redis_server import RedisServer

AT = "2026-03-02T09:16:07.120Z"
LIMIT = 8
TOPIC = "interview:one"


def event(seq: int) -> Envelope:
    return Envelope(f"e{seq}", seq, "one", AT, 5, e.MediaRecovered(seq))


def caption(text: str) -> Envelope:
    return Envelope(text, None, "one", AT, None, s.CaptionUpdated("t", "g", text, "客户"))


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server (apt install redis-server)")
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@dataclass(frozen=True, slots=True)
class Line:
    """`here` publishes, `there` reads: one process, or two that share a Redis."""

    here: EventBus
    there: EventBus


@asynccontextmanager
async def two_nodes(url: str, *, connected: bool = True) -> AsyncIterator[Line]:
    here, there = RedisBus(url, LIMIT), RedisBus(url, LIMIT)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(bus.run()) for bus in (here, there)]
        try:
            while connected and not (here.connected and there.connected):
                await asyncio.sleep(0.005)
            yield Line(here, there)
        finally:
            for task in running:
                task.cancel()


@pytest.fixture(params=["local", "redis, same process", "redis, two processes"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    if request.param == "local":
        bus = LocalBus(LIMIT)
        yield Line(bus, bus)
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    async with two_nodes(server.url) as nodes:
        yield nodes if request.param.endswith("two processes") else Line(nodes.here, nodes.here)


async def take(subscription: Subscription, count: int) -> list[Envelope | Lagged]:
    messages = aiter(subscription)
    async with asyncio.timeout(10):
        return [await anext(messages) for _ in range(count)]


async def test_readers_get_what_is_published_in_order(line: Line) -> None:
    published = [event(1), caption("你好"), event(2), event(3)]
    async with line.there.subscribe(TOPIC) as first, line.there.subscribe(TOPIC) as second:
        for envelope in published:
            await line.here.publish(TOPIC, envelope)
        assert await take(first, 4) == published
        assert await take(second, 4) == published


async def test_topics_are_apart(line: Line) -> None:
    async with line.there.subscribe(TOPIC) as one, line.there.subscribe("interview:two") as two:
        await line.here.publish("interview:two", event(1))
        await line.here.publish(TOPIC, event(2))
        assert await take(one, 1) == [event(2)]
        assert await take(two, 1) == [event(1)]


async def test_a_topic_can_be_left_and_taken_up_again(line: Line) -> None:
    for seq in range(3):
        async with line.there.subscribe(TOPIC) as subscription:
            await line.here.publish(TOPIC, event(seq + 1))
            assert await take(subscription, 1) == [event(seq + 1)]
    await line.here.publish(TOPIC, event(9))


async def test_a_reader_that_lags_is_told_so_and_holds_nobody_up(line: Line) -> None:
    async with line.there.subscribe(TOPIC) as slow, line.there.subscribe("end") as end:
        for seq in range(1, 100):
            await line.here.publish(TOPIC, event(seq))
        await line.here.publish("end", event(100))
        await take(end, 1)
        received = await take(slow, LIMIT + 1)
        assert received == [*(event(seq) for seq in range(1, LIMIT + 1)), Lagged()]
        await line.here.publish(TOPIC, event(101))
        assert await take(slow, 1) == [event(101)]


async def test_dropped_signals_are_not_worth_a_word(line: Line) -> None:
    async with line.there.subscribe(TOPIC) as slow, line.there.subscribe("end") as end:
        for number in range(100):
            await line.here.publish(TOPIC, caption(str(number)))
        await line.here.publish("end", event(1))
        await take(end, 1)
        assert Lagged() not in await take(slow, LIMIT)


# --- Redis away


async def test_after_a_restart_of_redis_readers_are_told_and_go_on(redis_server: RedisServer) -> None:
    async with two_nodes(redis_server.url) as line, AsyncExitStack() as stack:
        subscription = await stack.enter_async_context(line.there.subscribe(TOPIC))
        await line.here.publish(TOPIC, event(1))
        assert await take(subscription, 1) == [event(1)]
        redis_server.stop()
        await line.here.publish(TOPIC, event(2))
        await asyncio.sleep(0.3)
        redis_server.start()
        assert await take(subscription, 1) == [Lagged()]
        await _publish_until_heard(line, subscription)


async def _publish_until_heard(line: Line, subscription: Subscription) -> None:
    """The publisher may come back later than the reader; what it could not send is owed as a `Lagged`."""
    async with asyncio.timeout(10):
        seq = 3
        messages = aiter(subscription)
        while True:
            await line.here.publish(TOPIC, event(seq))
            message = await anext(messages)
            if isinstance(message, Envelope):
                assert message.seq is not None
                assert message.seq <= seq
                return
            seq += 1


async def test_a_quiet_redis_is_asked_for_a_sign_of_life(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.pubsub.SILENCE_S", 0.05)
    async with two_nodes(redis_server.url) as line, line.there.subscribe(TOPIC) as subscription:
        await asyncio.sleep(0.3)
        await line.here.publish(TOPIC, event(1))
        assert await take(subscription, 1) == [event(1)]


async def test_a_redis_that_hangs_is_left_and_found_again(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.pubsub.SILENCE_S", 0.2)
    async with two_nodes(redis_server.url) as line, line.there.subscribe(TOPIC) as subscription:
        with redis_server.hanging():
            await line.here.publish(TOPIC, event(1))
            await asyncio.sleep(0.6)
        assert Lagged() in await take(subscription, 1)
        await _publish_until_heard(line, subscription)


async def test_without_redis_readers_of_the_same_process_are_served() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
    bus = RedisBus(url)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(bus.run())
        async with bus.subscribe(TOPIC) as subscription:
            for seq in range(1, 50):
                await bus.publish(TOPIC, event(seq))
            assert await take(subscription, 49) == [event(seq) for seq in range(1, 50)]
        running.cancel()


async def test_who_subscribes_while_redis_is_away_is_told_when_it_is_back(redis_server: RedisServer) -> None:
    redis_server.stop()
    try:
        async with (
            two_nodes(redis_server.url, connected=False) as line,
            line.there.subscribe(TOPIC) as subscription,
        ):
            redis_server.start()
            assert await take(subscription, 1) == [Lagged()]
            await _publish_until_heard(line, subscription)
    finally:
        redis_server.stop()
        redis_server.start()


async def test_foreign_messages_are_ignored(redis_server: RedisServer) -> None:
    async with two_nodes(redis_server.url) as line, line.there.subscribe(TOPIC) as subscription:
        for nonsense in ("", "x", "node {", 'node {"v":1}'):
            subprocess.run(
                ["redis-cli", "-p", str(redis_server.port), "publish", f"viva:{TOPIC}", nonsense],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        await line.here.publish(TOPIC, event(1))
        # A message without a frame is another node's "you may have missed something".
        assert await take(subscription, 2) == [Lagged(), event(1)]

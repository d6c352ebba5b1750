"""Reading from Redis pub/sub, and heeding a cancellation that redis-py has lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError

SILENCE_S = 5.0
"""After this long without a message the connection is asked for a sign of life; after twice as long it is given up."""
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """`subscribe`: from here on messages of the channel come; its data means nothing."""

    kind: Literal["subscribe", "message"]
    channel: str
    data: bytes


async def read_messages(pubsub: PubSub) -> AsyncIterator[Heard]:
    """Ends never; raises RedisError when the connection is gone or silent."""
    asked = False
    while True:
        heed_cancellation()
        message = await pubsub.get_message(timeout=SILENCE_S)
        if message is None:
            if asked:
                raise RedisConnectionError("no sign of life")
            asked = True
            await pubsub.ping()
            continue
        asked = False
        if message["type"] == "subscribe":
            yield Heard("subscribe", message["channel"].decode(), b"")
        elif message["type"] == "message":
            yield Heard("message", message["channel"].decode(), message["data"])


def heed_cancellation() -> None:
    """redis-py loses a cancellation that comes while it connects or hangs up; the task itself still knows of it."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


@contextmanager
def cancellation_heeded() -> Iterator[None]:
    """The same around one call, for callers that may be cleaning up after a cancellation of before."""
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    try:
        yield
    finally:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError

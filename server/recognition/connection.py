"""How this room opens Redis: no retries below, so that no gap goes unseen, and a bound on connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.errors import Unavailable
from server.pubsub import cancellation_heeded

TIMEOUT_S = 2.0
BLOCK_S = 1.0
"""How long a read waits in Redis for something to come."""
CONNECTIONS = 8


class RedisAway(Unavailable):
    """`detail` carries no address."""


class Connection:
    """`commands`, and a line of its own for `reads` that wait."""

    def __init__(self, url: str) -> None:
        self._pools = [_open_pool(url, CONNECTIONS, TIMEOUT_S), _open_pool(url, 1, BLOCK_S + TIMEOUT_S)]
        self.commands, self.reads = (Redis(connection_pool=pool) for pool in self._pools)

    async def close(self) -> None:
        for redis, pool in zip((self.commands, self.reads), self._pools, strict=True):
            await redis.aclose()
            await pool.aclose()


@contextmanager
def redis_spoken_to() -> Iterator[None]:
    """Raises RedisAway for whatever goes wrong between us and Redis, or in it."""
    try:
        with cancellation_heeded():
            yield
    except (RedisError, OSError) as error:
        raise RedisAway(f"Redis does not do as asked ({type(error).__name__})") from error


def _open_pool(url: str, connections: int, timeout_s: float) -> BlockingConnectionPool:
    return BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=TIMEOUT_S,
        socket_timeout=timeout_s,
        socket_connect_timeout=TIMEOUT_S,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
    )

"""Who lives, and who has which interview, in Redis.

A worker keeps one lease, renewed by its heartbeat; an interview is its worker's as long as the worker's lease runs. So
the renewal costs the same for one interview and for a hundred, and a worker that loses its lease loses all of them.
Time is Redis's own. Everything of a server lies under its own name, and runs out when the server is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
from pydantic import ValidationError
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.errors import InterviewError, Unavailable
from server.nodes.membership import LEASE_S, Load, Membership
from server.pubsub import cancellation_heeded

TIMEOUT_S = 2.0
KEPT_MS = 600_000

_NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
_LIVES = """
local function lives(node)
  local until_ms = node and redis.call('ZSCORE', KEYS[1], node)
  return until_ms and tonumber(until_ms) > now
end
"""
_BEAT = (
    _NOW
    + _LIVES
    + """
local unbroken = lives(ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('HDEL', KEYS[2], dead)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[4]) end
return {unbroken and 1 or 0, redis.call('HGETALL', KEYS[2]), redis.call('SMEMBERS', KEYS[4])}
"""
)
_CLAIM = (
    _NOW
    + _LIVES
    + """
local owner = redis.call('HGET', KEYS[3], ARGV[2])
if owner and owner ~= ARGV[1] and lives(owner) then return owner end
if not lives(ARGV[1]) then return '' end
redis.call('HSET', KEYS[3], ARGV[2], ARGV[1])
return ARGV[1]
"""
)
_OWNERS = (
    _NOW
    + _LIVES
    + """
local owners = {}
for index = 1, #ARGV do
  local owner = redis.call('HGET', KEYS[3], ARGV[index])
  owners[index] = lives(owner) and owner or ''
end
return owners
"""
)
_RELEASE = """
if redis.call('HGET', KEYS[3], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[2]) end
return 1
"""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """`unbroken`: this worker's lease had not run out since the last time. `loads` of all who live; `dead`: workers
    whose process has ended."""

    unbroken: bool
    loads: dict[str, Load]
    dead: frozenset[str]


class Leases:
    """Every call raises Unavailable while Redis is away."""

    def __init__(self, url: str, membership: Membership) -> None:
        self._redis = Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            decode_responses=True,
        )
        self._me = membership.node
        self._keys = _keys(membership.server)
        scripts = (_BEAT, _CLAIM, _OWNERS, _RELEASE)
        self._beat, self._claim, self._owners, self._release = map(self._redis.register_script, scripts)

    async def beat(self, load: Load) -> Beat:
        """Renews the lease."""
        written = load.model_dump_json()
        unbroken, flat, dead = await self._run(self._beat, self._me, int(LEASE_S * 1000), written, KEPT_MS)
        loads = dict(_read_loads(dict(zip(flat[::2], flat[1::2], strict=True))))
        return Beat(bool(unbroken), loads, frozenset(dead))

    async def claim(self, interview_id: str) -> str:
        """Takes the interview if nobody living has it. Whose it is now. Raises Unavailable without a lease."""
        return await self.place(interview_id, self._me)

    async def place(self, interview_id: str, node: str) -> str:
        """The same for another worker, who opens the interview when it is first called. Raises Unavailable when that
        one has no lease."""
        owner = str(await self._run(self._claim, node, interview_id))
        if not owner:
            raise Unavailable("the worker has lost its lease; send it again")
        return owner

    async def count_homes(self) -> Counter[str]:
        """How many interviews each worker has, those included that it has not opened yet."""
        try:
            with cancellation_heeded():
                return Counter(str(node) for node in await self._redis.hvals(self._keys[2]))
        except (RedisError, OSError) as error:
            raise _unreachable(error) from error

    async def owners(self, interview_ids: Sequence[str]) -> list[str | None]:
        """None for those that nobody living has."""
        if not interview_ids:
            return []
        return [owner or None for owner in await self._run(self._owners, *interview_ids)]

    async def release(self, interview_id: str) -> None:
        await self._run(self._release, self._me, interview_id)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _run(self, script: Any, *arguments: object) -> Any:
        try:
            with cancellation_heeded():
                return await script(keys=self._keys, args=arguments)
        except (RedisError, OSError) as error:
            raise _unreachable(error) from error


class RedisRequired(InterviewError):
    code: ClassVar[str] = "redis_required"
    status: ClassVar[int] = 500


def require_redis(url: str | None) -> str:
    """What several workers cannot do without; for a blocking caller. Raises RedisRequired, Unavailable."""
    if url is None:
        raise RedisRequired("several workers speak to each other through Redis: set VIVA_REDIS_URL, or --workers 1")
    try:
        with BlockingRedis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        raise Unavailable(f"Redis does not answer ({type(error).__name__}); several workers need it") from error
    return url


def bury(url: str, server: str, node: str) -> None:
    """For a blocking caller who knows that the worker's process has ended: its interviews are free at once. Where Redis
    is away its lease runs out."""
    nodes, loads, _, dead = _keys(server)
    try:
        with BlockingRedis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S) as redis:
            redis.zrem(nodes, node)
            redis.hdel(loads, node)
            redis.sadd(dead, node)
    except (RedisError, OSError) as error:
        logger.warning("leases.unreachable", error=type(error).__name__)


def _unreachable(error: Exception) -> Unavailable:
    logger.warning("leases.unreachable", error=type(error).__name__)
    return Unavailable("the workers cannot reach each other; send it again")


def _keys(server: str) -> tuple[str, str, str, str]:
    return f"viva:{server}:nodes", f"viva:{server}:loads", f"viva:{server}:homes", f"viva:{server}:dead"


def _read_loads(written: dict[str, str]) -> list[tuple[str, Load]]:
    """A worker whose load cannot be read is not chosen; it keeps what it has."""
    loads: list[tuple[str, Load]] = []
    for node, text in written.items():
        try:
            loads.append((node, Load.model_validate_json(text)))
        except ValidationError:
            logger.warning("leases.load_unreadable")
    return loads

"""Rate limits: a moving window per key, in this process or in Redis when several servers share one.

While Redis is away each process counts for itself: logins stay possible, and guessing stays slow.
"""

from __future__ import annotations

import math
import time
from typing import Any

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from server.errors import TooManyRequests
from server.settings import AuthSettings

REDIS_TIMEOUT_S = 2.0

logger = structlog.get_logger(__name__)


class RateLimits:
    def __init__(self, settings: AuthSettings, shared: RedisStorage | None = None) -> None:
        self._shared = shared
        self._shared_limiter = MovingWindowRateLimiter(shared) if shared is not None else None
        self._own_limiter = MovingWindowRateLimiter(MemoryStorage())
        self._login = RateLimitItemPerMinute(settings.logins_per_minute)
        self._redeem = RateLimitItemPerMinute(settings.redeems_per_minute)

    async def count_login(self, address: str, email: str) -> None:
        """By address, and by account: neither many accounts from one place nor one account from many places."""
        await self._count(self._login, "login-address", address)
        await self._count(self._login, "login-account", email.strip().lower())

    async def count_redemption(self, address: str) -> None:
        await self._count(self._redeem, "redeem", address)

    async def reachable(self) -> bool:
        """Whether the shared store, if there is one, answers."""
        return self._shared is None or await self._shared.check()

    async def close(self) -> None:
        if self._shared is not None and isinstance(self._shared.bridge, RedispyBridge):
            client: Any = self._shared.bridge.get_connection()
            await client.aclose()

    async def _count(self, limit: RateLimitItem, *key: str) -> None:
        """Raises TooManyRequests."""
        if self._shared_limiter is not None:
            try:
                await _hit(self._shared_limiter, limit, *key)
            except StorageError as error:
                logger.warning("limits.store_unreachable", error=type(error.storage_error).__name__)
            else:
                return
        await _hit(self._own_limiter, limit, *key)


async def _hit(limiter: MovingWindowRateLimiter, limit: RateLimitItem, *key: str) -> None:
    if await limiter.hit(limit, *key):
        return
    window = await limiter.get_window_stats(limit, *key)
    wait_s = max(1, math.ceil(window.reset_time - time.time()))
    raise TooManyRequests("too many attempts; wait a little", retry_after_s=wait_s)


def open_rate_limits(settings: AuthSettings, redis_url: str | None) -> RateLimits:
    if redis_url is None:
        return RateLimits(settings)
    storage = RedisStorage(
        f"async+{redis_url}",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="viva:limit",
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
    )
    return RateLimits(settings, storage)

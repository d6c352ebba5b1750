"""Rate limits: a moving window per key, in this process or in Redis when several servers share one."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from server.errors import TooManyRequests
from server.settings import AuthSettings


class RateLimits:
    def __init__(self, storage: Storage, settings: AuthSettings) -> None:
        self._storage = storage
        self._limiter = MovingWindowRateLimiter(storage)
        self._login = RateLimitItemPerMinute(settings.logins_per_minute)
        self._redeem = RateLimitItemPerMinute(settings.redeems_per_minute)

    async def count_login(self, address: str, email: str) -> None:
        """By address, and by account: neither many accounts from one place nor one account from many places."""
        await self._hit(self._login, "login-address", address)
        await self._hit(self._login, "login-account", email.strip().lower())

    async def count_redemption(self, address: str) -> None:
        await self._hit(self._redeem, "redeem", address)

    async def reachable(self) -> bool:
        """Whether the store that keeps the counts answers."""
        return await self._storage.check()

    async def _hit(self, limit: RateLimitItem, *key: str) -> None:
        if await self._limiter.hit(limit, *key):
            return
        window = await self._limiter.get_window_stats(limit, *key)
        wait_s = max(1, math.ceil(window.reset_time - time.time()))
        raise TooManyRequests("too many attempts; wait a little", retry_after_s=wait_s)


def open_rate_limits(settings: AuthSettings, redis_url: str | None) -> RateLimits:
    if redis_url is None:
        return RateLimits(MemoryStorage(), settings)
    return RateLimits(RedisStorage(f"async+{redis_url}", implementation="redispy", key_prefix="viva:limit"), settings)

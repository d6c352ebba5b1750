"""Rate limits shared through a real Redis, and what is left of them without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.auth.limiter import RateLimits, open_rate_limits
from server.errors import TooManyRequests
from server.settings import AuthSettings
from tests.fakes.redis_server import RedisServer
from tests.integration.server.workplace import open_workplace

SETTINGS = AuthSettings(logins_per_minute=3, redeems_per_minute=3)


async def _attempts(limits: RateLimits, count: int) -> list[bool]:
    allowed, waits = list[bool](), list[int]()
    for _ in range(count):
        try:
            await limits.count_redemption("192.0.2.7")
        except TooManyRequests as error:
            allowed.append(False)
            waits.append(error.retry_after_s)
        else:
            allowed.append(True)
    assert all(1 <= wait_s <= 60 for wait_s in waits)
    return allowed


@pytest.mark.integration
async def test_two_servers_count_together(redis: RedisServer) -> None:
    one, two = open_rate_limits(SETTINGS, redis.url), open_rate_limits(SETTINGS, redis.url)
    assert await one.reachable()
    assert await _attempts(one, 2) == [True, True]
    assert await _attempts(two, 2) == [True, False]
    await one.count_redemption("192.0.2.8")
    await one.close()
    await two.close()


@pytest.mark.integration
async def test_without_redis_each_counts_for_itself(redis: RedisServer) -> None:
    limits = open_rate_limits(SETTINGS, redis.url)
    assert await _attempts(limits, 1) == [True]
    redis.stop()
    assert not await limits.reachable()
    assert await _attempts(limits, 4) == [True, True, True, False]
    await limits.close()


@pytest.mark.integration
async def test_ready_tells_of_redis(tmp_path: Path, redis: RedisServer) -> None:
    async with open_workplace(tmp_path, redis={"url": redis.url}) as workplace:
        answer = await workplace.client.get("/readyz")
        assert answer.json()["checks"]["redis"] == {"ok": True, "detail": "answers"}
        redis.stop()
        answer = await workplace.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["redis"]["ok"] is False
        hr = await workplace.hr()
        assert (await hr.get("/v1/me")).status_code == 200

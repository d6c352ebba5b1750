"""Rate limits shared through a real Redis, and what is left of them without it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.auth.limiter import RateLimits, open_rate_limits
from server.errors import TooManyRequests
from server.settings import AuthSettings
from tests.integration.server.workplace import open_workplace

SETTINGS = AuthSettings(logins_per_minute=3, redeems_per_minute=3)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("no redis-server (apt install redis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [binary, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    try:
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        process.kill()
        process.wait()


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
async def test_two_servers_count_together(redis: tuple[str, subprocess.Popen[bytes]]) -> None:
    one, two = open_rate_limits(SETTINGS, redis[0]), open_rate_limits(SETTINGS, redis[0])
    assert await one.reachable()
    assert await _attempts(one, 2) == [True, True]
    assert await _attempts(two, 2) == [True, False]
    await one.count_redemption("192.0.2.8")
    await one.close()
    await two.close()


@pytest.mark.integration
async def test_without_redis_each_counts_for_itself(redis: tuple[str, subprocess.Popen[bytes]]) -> None:
    limits = open_rate_limits(SETTINGS, redis[0])
    assert await _attempts(limits, 1) == [True]
    redis[1].kill()
    redis[1].wait()
    assert not await limits.reachable()
    assert await _attempts(limits, 4) == [True, True, True, False]
    await limits.close()


@pytest.mark.integration
async def test_ready_tells_of_redis(tmp_path: Path, redis: tuple[str, subprocess.Popen[bytes]]) -> None:
    async with open_workplace(tmp_path, redis={"url": redis[0]}) as workplace:
        answer = await workplace.client.get("/readyz")
        assert answer.json()["checks"]["redis"] == {"ok": True, "detail": "answers"}
        redis[1].kill()
        redis[1].wait()
        answer = await workplace.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["redis"]["ok"] is False
        hr = await workplace.hr()
        assert (await hr.get("/v1/me")).status_code == 200

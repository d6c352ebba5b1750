"""What may not be in a log is not in it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from server.observability import LoopLag, configure_logging


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_personal_data_and_secrets_are_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    structlog.get_logger("test").info(
        "login.failed",
        interview="0190",
        **{"pii.email": "person@example.org", "password": "hunter2", "Set-Cookie": "viva_session=abc"},
        request={"authorization": "Bearer abc", "pii.name": "王小明", "path": "/join/SeCrEt-_9"},
    )
    (line,) = _lines(capsys)
    text = json.dumps(line, ensure_ascii=False)
    for leaked in ("person@example.org", "hunter2", "abc", "王小明", "SeCrEt"):
        assert leaked not in text
    assert line["interview"] == "0190"
    assert line["request"] == {"authorization": "[redacted]", "pii.name": "[redacted]", "path": "/join/[redacted]"}


def test_logs_of_libraries_take_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    logging.getLogger("uvicorn.error").warning("GET %s failed", "/join/SeCrEt")
    logging.getLogger("aioice").info("chatter")
    (line,) = _lines(capsys)
    assert line["event"] == "GET /join/[redacted] failed"
    assert line["level"] == "warning"


def test_a_traceback_carries_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    styles: tuple[Literal["json", "console"], ...] = ("json", "console")
    for style in styles:
        configure_logging("info", style)
        candidate_name = "王小明"
        try:
            int("x" + candidate_name[:0])
        except ValueError:
            structlog.get_logger("test").exception("broken")
        written = capsys.readouterr().err
        assert "ValueError" in written
        assert candidate_name not in written


def test_the_level_holds(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("warning", "json")
    structlog.get_logger("test").info("unseen")
    assert _lines(capsys) == []


async def test_a_blocked_loop_is_noticed() -> None:
    lag = LoopLag(interval_s=0.001, window=3)
    task = asyncio.create_task(lag.run())
    await asyncio.sleep(0.02)
    loop = asyncio.get_running_loop()
    until = loop.time() + 0.05
    while loop.time() < until:
        pass
    await asyncio.sleep(0.001)
    assert lag.worst_s > 0.02
    for _ in range(20):
        await asyncio.sleep(0.002)
    assert len(lag._lags_s) == 3
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_lag_is_counted_in_buckets() -> None:
    lag = LoopLag(interval_s=0.001)
    assert (lag.p99_s, lag.median_s, lag.worst_s) == (0, 0, 0)
    task = asyncio.create_task(lag.run())
    await asyncio.sleep(0.05)
    until_s = time.monotonic() + 0.06
    while time.monotonic() < until_s:
        pass
    await asyncio.sleep(0.002)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    buckets = list(lag.buckets())
    edges, counts = [edge for edge, _ in buckets], [count for _, count in buckets]
    assert edges[-1] is None
    assert counts == sorted(counts)
    assert counts[-1] == len(lag._lags_s)
    assert counts[-1] > counts[edges.index(0.05)], "the block is above 50 ms"
    assert lag.sum_s == pytest.approx(sum(lag._lags_s))
    assert lag.median_s < lag.worst_s

"""Logs and the health of the event loop. Personal data stays out of logs.

A value that could name a person is logged under a key that begins with `pii.` and is replaced before anything is
written; the same happens to secrets, whatever they are called by mistake.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import accumulate, islice
from statistics import median
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"
PII_PREFIX = "pii."
_SECRET_KEY = re.compile(r"token|password|secret|authorization|cookie|credential|api_?key", re.IGNORECASE)
_LINK_TOKEN = re.compile(r"(/join/)[A-Za-z0-9_-]+")
_OWN_WAYS = ("uvicorn", "uvicorn.error", "uvicorn.access")
"""Whatever they were set up to do before, from here on they take the one way."""
_NOISY = ("aiortc", "aioice", "alembic", "faster_whisper", "httpx", "websockets", "uvicorn.access")


def configure_logging(level: str, style: Literal["console", "json"]) -> None:
    """Own logs and those of libraries go one way, to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(style)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _OWN_WAYS:
        library = logging.getLogger(name)
        library.handlers, library.propagate, library.disabled = [], True, False
        library.setLevel(logging.NOTSET)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if key.startswith(PII_PREFIX) or _SECRET_KEY.search(key):
        return REDACTED
    if isinstance(value, str):
        return _LINK_TOKEN.sub(rf"\1{REDACTED}", value)
    if isinstance(value, Mapping):
        return {inner: _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple) and not key.startswith("_"):
        return [_clean("", item) for item in value]
    return value


def _renderer(style: Literal["console", "json"]) -> Processor:
    if style == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


RECENT = 100
LAG_EDGES_S = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class LoopLag:
    """How late the event loop wakes a sleeper: what every packet and every frame waits on top of its own time."""

    def __init__(self, interval_s: float = 0.05, window: int = 1200) -> None:
        self._interval_s = interval_s
        self._lags_s: deque[float] = deque(maxlen=window)
        self._counts = [0] * (len(LAG_EDGES_S) + 1)
        self.sum_s = 0.0

    @property
    def worst_s(self) -> float:
        """Of the last minute."""
        return max(self._lags_s, default=0.0)

    @property
    def p99_s(self) -> float:
        """Of the last minute."""
        ordered = sorted(self._lags_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] if ordered else 0.0

    @property
    def median_s(self) -> float:
        """Of the last seconds: what a saturated loop shows and a single hiccup does not."""
        return median(list(self._lags_s)[-RECENT:]) if self._lags_s else 0.0

    @property
    def recent_s(self) -> float:
        """Mean of about the last second."""
        recent = list(islice(reversed(self._lags_s), 20))
        return sum(recent) / len(recent) if recent else 0.0

    def buckets(self) -> Iterator[tuple[float | None, int]]:
        """Cumulative counts since the start by upper edge; None stands for no edge."""
        return zip((*LAG_EDGES_S, None), accumulate(self._counts), strict=True)

    async def run(self) -> None:
        while True:
            due_s = time.monotonic() + self._interval_s
            await asyncio.sleep(self._interval_s)
            lag_s = max(0.0, time.monotonic() - due_s)
            self._lags_s.append(lag_s)
            self._counts[bisect_left(LAG_EDGES_S, lag_s)] += 1
            self.sum_s += lag_s

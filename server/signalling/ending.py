"""How a socket ends. Raised anywhere within a socket's task group, `SocketEnded` ends all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

from media.task_group import TaskGroup


class CloseCode(IntEnum):
    GOING_AWAY = 1001
    TOO_BIG = 1009
    RESTARTED = 1012
    TRY_AGAIN_LATER = 1013
    SUPERSEDED = 4000
    UNAUTHENTICATED = 4001
    PROTOCOL_ERROR = 4002
    SLOW_CONSUMER = 4008


class SocketEnded(Exception):
    """`code` None: the client has gone already."""

    def __init__(self, code: CloseCode | None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@asynccontextmanager
async def socket_tasks() -> AsyncIterator[asyncio.TaskGroup]:
    """A TaskGroup that raises the first SocketEnded by itself; any other error is a fault and passes as it is."""
    try:
        async with TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        ends, faults = errors.split(SocketEnded)
        if faults is not None or ends is None:
            raise
        raise _first(ends) from None


def _first(errors: BaseExceptionGroup[SocketEnded]) -> SocketEnded:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, SocketEnded):
        raise TypeError(type(error).__name__)
    return error

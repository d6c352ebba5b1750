"""This worker among the others: everything a process has for that, made and run together."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from media.counters import MediaCounters
from server.db.log import EventLog
from server.interviews.registry import InterviewRegistry
from server.nodes.call_server import CallServer
from server.nodes.desk import NodeDesk
from server.nodes.leases import Leases
from server.nodes.line import Line
from server.nodes.membership import Load, Membership
from server.nodes.placement import RedisPlacement


class Node:
    """`open_for` names the registry it answers for, which itself needs `placement`."""

    def __init__(self, url: str, membership: Membership, *, log: EventLog, measure: Callable[[], Load]) -> None:
        self.membership = membership
        self._line = Line(url, membership)
        leases = Leases(url, membership)
        self.placement = RedisPlacement(membership, leases=leases, line=self._line, log=log, measure=measure)
        self._server: CallServer | None = None

    def open_for(self, registry: InterviewRegistry, expose: Callable[[], str]) -> None:
        self._server = CallServer(registry, NodeDesk(registry, expose), self.placement.gone)

    def count(self) -> MediaCounters:
        return self._line.count()

    def background(self) -> Iterator[Coroutine[Any, Any, None]]:
        if self._server is None:
            raise RuntimeError("the worker answers for nobody yet")
        yield self._line.run(self._server.answer, self._server.hear)
        yield self._server.run()
        yield self.placement.run()

    async def close(self) -> None:
        """After everything that may still release an interview."""
        await self.placement.close()

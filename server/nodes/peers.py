"""The other workers, asked all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import structlog

from server.errors import InterviewError
from server.nodes.calls import Call
from server.nodes.line import Line
from server.nodes.membership import Load

GATHER_WITHIN_S = 2.0

P = ParamSpec("P")
R = TypeVar("R")

logger = structlog.get_logger(__name__)


class Peers:
    def __init__(self, me: str, line: Line, living: Callable[[], dict[str, Load]]) -> None:
        self._me = me
        self._line = line
        self._living = living

    @property
    def count(self) -> int:
        """Workers that live, this one included."""
        return len(self._living())

    async def gather(self, call: Call[Any, P, R], *arguments: P.args, **named: P.kwargs) -> dict[int, R]:
        """By number of worker, this one left out; one that does not answer in time is missing."""
        body = call.encode(*arguments, **named)
        others = [(node, load.worker) for node, load in self._living().items() if node != self._me]
        answers: dict[int, R] = {}

        async def ask(node: str, worker: int) -> None:
            try:
                done = await self._line.ask(node, call.name, None, body, GATHER_WITHIN_S)
                answers[worker] = call.decode_result(done.body)
            except InterviewError as error:
                logger.warning("worker.silent", worker=worker, call=call.name, code=error.code)

        async with asyncio.TaskGroup() as tasks:
            for node, worker in others:
                tasks.create_task(ask(node, worker))
        return answers

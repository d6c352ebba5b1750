"""Child processes on a core of their own, asked over a pipe and answering one message with one."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from typing import Any

from tests.benchmarks.media.messages import Failed, Quit

SPAWN = multiprocessing.get_context("spawn")


class ChildFailed(Exception):
    """A child answered with a failure, or not at all."""


class Child:
    """`main(connection, *arguments)` in a fresh interpreter, on `core` from its first instruction, so that threads of
    its libraries are there too."""

    def __init__(self, name: str, core: int, main: Callable[..., None], *arguments: Any) -> None:
        self.name = name
        self._connection, far = SPAWN.Pipe()
        own = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {core})
        try:
            self._process = SPAWN.Process(target=main, args=(far, core, *arguments), daemon=True, name=name)
            self._process.start()
        finally:
            os.sched_setaffinity(0, own)
        far.close()

    def ask(self, message: object, *, within_s: float = 60.0) -> Any:
        """Raises ChildFailed."""
        self.tell(message)
        return self.read_answer(within_s=within_s)

    def read_answer(self, *, within_s: float = 60.0) -> Any:
        """Of a message that was sent with `tell`, or the first one, which says that the child is ready."""
        try:
            if not self._connection.poll(within_s):
                raise ChildFailed(f"{self.name}: no answer within {within_s:g} s")
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            raise ChildFailed(f"{self.name} has ended: {type(error).__name__}") from error
        if isinstance(answer, Failed):
            raise ChildFailed(f"{self.name}: {answer.reason}")
        return answer

    def tell(self, message: object) -> None:
        """Raises ChildFailed."""
        try:
            self._connection.send(message)
        except OSError as error:
            raise ChildFailed(f"{self.name} has ended: {type(error).__name__}") from error

    def close(self) -> None:
        """Ends it, gently first."""
        try:
            self._connection.send(Quit())
        except OSError:
            pass  # it has ended already
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._connection.close()


async def serve(connection: Connection, handle: Callable[[Any], Awaitable[object]]) -> None:
    """The child's side: says that it is ready, then answers until `Quit` or until its parent is gone."""
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    loop.add_reader(connection.fileno(), arrived.set)
    os.set_blocking(connection.fileno(), True)  # uvloop takes that away, and long answers are cut off
    connection.send("ready")
    try:
        while True:
            while not connection.poll():
                arrived.clear()
                await arrived.wait()
            try:
                message = connection.recv()
            except EOFError:
                return
            if isinstance(message, Quit):
                return
            try:
                answer = await handle(message)
            except Exception as error:  # noqa: BLE001 - the child's supervisor: the failure is the answer
                answer = Failed(f"{type(message).__name__}: {type(error).__name__}: {error}")
            connection.send(answer)
    finally:
        loop.remove_reader(connection.fileno())

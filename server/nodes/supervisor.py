"""Keeps the workers of one server: starts them, starts again who died, passes on the order to end.

Blocking, without an event loop and without threads, so that nothing of it can hang with an interview. A worker that
dies before it has begun to serve, at the first start, ends the whole server: what keeps one from starting keeps them
all. Later ones are started again, each time after a longer pause.
"""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

import structlog

from server.identifiers import new_id
from server.nodes.membership import Membership

FIRST_PAUSE_S = 0.5
LAST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
LOOK_EVERY_S = 1.0
START_WITHIN_S = 300.0
"""A recogniser on a slow disk takes its time."""
END_WITHIN_S = 25.0
READY = b"ready"

logger = structlog.get_logger(__name__)


class WorkerProcess(Protocol):
    """The part of `multiprocessing.Process` that is used here."""

    @property
    def pid(self) -> int | None: ...
    @property
    def exitcode(self) -> int | None: ...
    @property
    def sentinel(self) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Started:
    """A process, and our end of the line to it: it says `READY`, and ends when we hang up."""

    process: WorkerProcess
    line: Connection


Start = Callable[[Membership], Started]
Bury = Callable[[str], None]
"""Called with the node of a worker whose process has ended."""


class _Worker:
    def __init__(self, number: int) -> None:
        self.number = number
        self.started: Started | None = None
        self.node = ""
        self.began_s = 0.0
        self.served = False
        self.ready = False
        self.pause_s = FIRST_PAUSE_S
        self.due_s = 0.0


class Supervisor:
    """`tick` is called about every `LOOK_EVERY_S`; what it raises ends the server."""

    def __init__(self, server: str, workers: int, start: Start, bury: Bury, tick: Callable[[], object]) -> None:
        self._server = server
        self._start = start
        self._bury = bury
        self._tick = tick
        self._workers = [_Worker(number) for number in range(workers)]
        self._ending = False

    def run(self) -> bool:
        """Until SIGTERM or SIGINT. False when the server could not start."""
        with _signals() as orders:
            try:
                for worker in self._workers:
                    self._launch(worker)
                while not self._ending:
                    self._wait(orders)
                    self._tick()
                    if not self._look():
                        return False
                return True
            finally:
                self._end()

    def _wait(self, orders: socket.socket) -> None:
        """For a worker to say something or to die, for an order, for the next start that is due."""
        heard: list[Any] = [orders]
        for worker in self._workers:
            if worker.started is not None:
                heard.append(worker.started.process.sentinel)
                if not worker.ready:
                    heard.append(worker.started.line)
        for event in wait(heard, LOOK_EVERY_S):
            if event is orders and orders.recv(16):
                self._ending = True

    def _look(self) -> bool:
        for worker in self._workers:
            if worker.started is None:
                if time.monotonic() >= worker.due_s:
                    self._launch(worker)
            elif worker.started.process.exitcode is not None:
                if not self._take_leave(worker):
                    return False
            elif not worker.ready:
                self._hear(worker)
        return True

    def _launch(self, worker: _Worker) -> None:
        worker.node = new_id()
        worker.began_s = time.monotonic()
        worker.ready = False
        worker.started = self._start(Membership(self._server, worker.node, worker.number, len(self._workers)))
        logger.info("worker.starting", number=worker.number, pid=worker.started.process.pid)

    def _hear(self, worker: _Worker) -> None:
        if worker.started is None:
            return
        try:
            if worker.started.line.poll() and worker.started.line.recv_bytes() == READY:
                worker.ready = worker.served = True
                logger.info("worker.serves", number=worker.number, pid=worker.started.process.pid)
        except (EOFError, OSError):
            return  # it has died: its sentinel says so
        if not worker.ready and time.monotonic() - worker.began_s > START_WITHIN_S:
            logger.error("worker.start_timed_out", number=worker.number)
            worker.started.process.kill()

    def _take_leave(self, worker: _Worker) -> bool:
        """Of one that has ended. False when it never served."""
        if worker.started is None:
            return True
        self._hear(worker)  # it may have served, however shortly
        exit_code = worker.started.process.exitcode
        self._clear(worker)
        if self._ending:
            return True
        if not worker.served:
            logger.critical("worker.cannot_start", number=worker.number, exit_code=exit_code)
            return False
        lived_s = time.monotonic() - worker.began_s
        worker.pause_s = FIRST_PAUSE_S if lived_s > STEADY_AFTER_S else min(2 * worker.pause_s, LAST_PAUSE_S)
        worker.due_s = time.monotonic() + worker.pause_s
        logger.error("worker.died", number=worker.number, exit_code=exit_code, again_in_s=worker.pause_s)
        return True

    def _end(self) -> None:
        for worker in self._workers:
            if worker.started is not None:
                worker.started.process.terminate()
        until_s = time.monotonic() + END_WITHIN_S
        for worker in self._workers:
            if worker.started is None:
                continue
            worker.started.process.join(max(0.0, until_s - time.monotonic()))
            if worker.started.process.exitcode is None:
                logger.error("worker.killed", number=worker.number)
                worker.started.process.kill()
                worker.started.process.join()
            self._clear(worker)

    def _clear(self, worker: _Worker) -> None:
        if worker.started is None:
            return
        worker.started.process.join()
        worker.started.process.close()
        worker.started.line.close()
        worker.started = None
        self._bury(worker.node)


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket that becomes readable when we are told to end; the handlers themselves do nothing."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    handled = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: None) for number in handled}
    woken = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()

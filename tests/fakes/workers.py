"""Processes for a supervisor to keep, that do one thing each."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from server.nodes.membership import Membership
from server.nodes.supervisor import READY, Started


def serve_until_hung_up(line: Connection) -> None:
    line.send_bytes(READY)
    line.poll(30)


def serve_and_die(line: Connection) -> None:
    line.send_bytes(READY)
    os._exit(3)


def die(line: Connection) -> None:
    os._exit(2)


def serve_and_refuse_to_end(line: Connection) -> None:
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    line.send_bytes(READY)
    time.sleep(60)


class Factory:
    """Starts `jobs[number]`, or the last of `jobs`; remembers whom."""

    def __init__(self, *jobs: Callable[[Connection], None]) -> None:
        self._jobs = jobs
        self._context = multiprocessing.get_context("spawn")
        self.started: list[Membership] = []
        self.processes: list[int] = []

    def __call__(self, membership: Membership) -> Started:
        ours, theirs = self._context.Pipe()
        job = self._jobs[min(membership.worker, len(self._jobs) - 1)]
        process = self._context.Process(target=job, args=(theirs,))
        process.start()
        theirs.close()
        self.started.append(membership)
        self.processes.append(process.pid or 0)
        return Started(process, ours)

"""The one thread that all recorders of an event loop write on: they share a disk, and a visit to a thread costs more
than what one of them has to write.

Who writes in the same round of the loop goes together, and who comes while the thread is at work goes with the next.
The thread waits at a `SimpleQueue`: waking one of an executor takes nearly twice the CPU time, which is most of what a
recording without pictures costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from weakref import WeakKeyDictionary, finalize

_Work = Callable[[], None]
_Job = tuple[_Work, "asyncio.Future[None]"]
_Batches = SimpleQueue[_Work | None]
"""One batch at a time; None ends the thread."""


class DiskThread:
    """Begins with the first work and ends when the last recorder has left and nothing is left to do. Each recorder has
    few jobs at a time, which bounds what waits here."""

    def __init__(self) -> None:
        self._users = 0
        self._jobs: list[_Job] = []
        self._at_work = False
        self._end: Callable[[], object] | None = None
        self._batches: _Batches = SimpleQueue()

    def enter(self) -> None:
        self._users += 1

    def leave(self) -> None:
        self._users -= 1
        self._rest()

    async def do(self, work: _Work) -> None:
        """In the order of the calls. Done also when the caller is cancelled meanwhile."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._jobs.append((work, done))
        if not self._at_work:
            self._at_work = True
            loop.call_soon(self._begin, loop)
        await done

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        jobs, self._jobs = self._jobs, []
        if self._end is None:
            # Recorders that are never finished leave a thread that ends with the loop, or with the process.
            Thread(target=_serve, args=(self._batches,), name="recorder", daemon=True).start()
            self._end = finalize(self, self._batches.put, None)
        self._batches.put(partial(self._work, jobs, loop))

    def _work(self, jobs: list[_Job], loop: asyncio.AbstractEventLoop) -> None:
        """On the thread."""
        errors = [_attempt(work) for work, _ in jobs]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._tell, jobs, errors, loop)

    def _tell(self, jobs: list[_Job], errors: list[BaseException | None], loop: asyncio.AbstractEventLoop) -> None:
        for (_, done), error in zip(jobs, errors, strict=True):
            if done.cancelled():
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
        self._at_work = bool(self._jobs)
        if self._at_work:
            self._begin(loop)
        self._rest()

    def _rest(self) -> None:
        if not self._users and not self._at_work and self._end is not None:
            self._end()
            self._end = None


def _serve(batches: _Batches) -> None:
    while (work := batches.get()) is not None:
        work()
        del work  # it knows the loop, which may end while the thread waits


def _attempt(work: _Work) -> BaseException | None:
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - handed to who asked for the work
        return error
    return None


_threads: WeakKeyDictionary[asyncio.AbstractEventLoop, DiskThread] = WeakKeyDictionary()


def enter_disk_thread() -> DiskThread:
    """The running loop's; who has entered it leaves it."""
    thread = _threads.setdefault(asyncio.get_running_loop(), DiskThread())
    thread.enter()
    return thread

"""One thread for the same small work of all sessions of an event loop: a visit to a thread costs more than most of what
a session has to do there.

Who asks in the same round of the loop goes together, and who comes while the thread is at work goes with the next.
The thread waits at a `SimpleQueue`: waking one of an executor takes nearly twice the CPU time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, finalize

_Result = TypeVar("_Result")
_Job = tuple[Callable[[], Any], "asyncio.Future[Any]"]
_Outcome = tuple[Any, BaseException | None]
_Batches = SimpleQueue[Callable[[], None] | None]
"""One batch at a time; None ends the thread."""


TELL_AFTER_S = 0.005


class SharedThread:
    """Begins with the first work and ends when the last user has left and nothing is left to do. Each user has few jobs
    at a time, which bounds what waits here."""

    def __init__(self, name: str) -> None:
        self._name = name
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

    async def do(self, work: Callable[[], _Result]) -> _Result:
        """In the order of the calls. Done also when the caller is cancelled meanwhile."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_Result] = loop.create_future()
        self._jobs.append((work, done))
        if not self._at_work:
            self._at_work = True
            loop.call_soon(self._begin, loop)
        return await done

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        jobs, self._jobs = self._jobs, []
        if self._end is None:
            # Users that never leave leave a thread that ends with the loop, or with the process.
            Thread(target=_serve, args=(self._batches,), name=self._name, daemon=True).start()
            self._end = finalize(self, self._batches.put, None)
        self._batches.put(partial(self._work, jobs, loop))

    def _work(self, jobs: list[_Job], loop: asyncio.AbstractEventLoop) -> None:
        """On the thread. Who was quick does not wait for who is slow."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            ready: list[tuple[asyncio.Future[Any], _Outcome]] = []
            told_s = time.monotonic()
            for work, done in jobs:
                ready.append((done, _attempt(work)))
                if time.monotonic() - told_s >= TELL_AFTER_S:
                    loop.call_soon_threadsafe(_tell, ready)
                    ready, told_s = [], time.monotonic()
            loop.call_soon_threadsafe(self._finish, ready, loop)

    def _finish(self, ready: list[tuple[asyncio.Future[Any], _Outcome]], loop: asyncio.AbstractEventLoop) -> None:
        _tell(ready)
        self._at_work = bool(self._jobs)
        if self._at_work:
            self._begin(loop)
        self._rest()

    def _rest(self) -> None:
        if not self._users and not self._at_work and self._end is not None:
            self._end()
            self._end = None


def _tell(ready: list[tuple[asyncio.Future[Any], _Outcome]]) -> None:
    for done, (result, error) in ready:
        if done.cancelled():
            continue
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)


def _serve(batches: _Batches) -> None:
    while (work := batches.get()) is not None:
        work()
        del work  # it knows the loop, which may end while the thread waits


def _attempt(work: Callable[[], Any]) -> _Outcome:
    try:
        return work(), None
    except BaseException as error:  # noqa: BLE001 - handed to who asked for the work
        return None, error


_threads: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, SharedThread]] = WeakKeyDictionary()


def enter_shared_thread(name: str) -> SharedThread:
    """The running loop's of that name; who has entered it leaves it."""
    threads = _threads.setdefault(asyncio.get_running_loop(), {})
    thread = threads.setdefault(name, SharedThread(name))
    thread.enter()
    return thread

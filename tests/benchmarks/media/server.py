"""The server process: one core, one kind of session, and an account of what they cost."""

from __future__ import annotations

import asyncio
import gc
import shutil
import threading
from collections.abc import Coroutine
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, assert_never

import psutil

from tests.benchmarks.media.lag import LagSampler, ProcessorMeter
from tests.benchmarks.media.messages import (
    Begin,
    CloseSessions,
    Emitted,
    End,
    Publish,
    ReadOutput,
    RecordingCheck,
    ServerKind,
    ServerWindow,
    Unwatch,
    Watch,
)
from tests.benchmarks.media.process import serve

ServerMessage = Publish | Watch | Unwatch | CloseSessions | ReadOutput | Begin | End


class Host(Protocol):
    """Sessions of one kind by name."""

    faults: list[str]

    @property
    def count(self) -> int: ...
    @property
    def heard_s(self) -> float: ...

    async def run(self) -> None: ...
    async def publish(self, name: str, offer_sdp: str, *, record: bool) -> str: ...
    async def watch(self, name: str, watched: str, offer_sdp: str) -> str: ...
    async def unwatch(self, name: str) -> None: ...
    async def close_session(self, name: str) -> None: ...
    def check_recording(self, name: str, begun_s: float, ended_s: float) -> RecordingCheck | None: ...
    def read_output(self) -> dict[str, tuple[Emitted, ...]]: ...
    async def close(self) -> None: ...


def run_server(connection: Connection, core: int, kind: ServerKind, loop: str, trace: bool, folder: Path) -> None:
    """Recordings go to `folder`, which is the caller's to remove: this process may not live to do it."""
    _run_on(loop, _main(connection, core, _open_host(kind, folder, trace), folder))


def _open_host(kind: ServerKind, folder: Path, trace: bool) -> Host:
    if kind == "naive":
        from tests.benchmarks.media.naive import NaiveHost

        return NaiveHost(folder, trace=trace)
    from tests.benchmarks.media.viva import VivaHost

    return VivaHost(folder, whole=kind == "whole", trace=trace)


def _run_on(loop: str, main: Coroutine[Any, Any, None]) -> None:
    if loop == "uvloop":
        import uvloop

        uvloop.run(main)
    else:
        asyncio.run(main)


async def _main(connection: Connection, core: int, host: Host, folder: Path) -> None:
    server = _Server(core, host, folder)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(host.run())
        try:
            await serve(connection, server.handle)
        finally:
            server.sampler.stop()
            await host.close()
            running.cancel()


class _Server:
    def __init__(self, core: int, host: Host, folder: Path) -> None:
        self._host = host
        self._folder = folder
        self._meter = ProcessorMeter(core)
        self._heard_s = 0.0
        self._faults = 0
        self.sampler = LagSampler(asyncio.get_running_loop())
        self.sampler.start()

    async def handle(self, message: ServerMessage) -> object:
        match message:
            case Publish():
                return {
                    name: await self._host.publish(name, sdp, record=message.record)
                    for name, sdp in message.offers.items()
                }
            case Watch():
                return {
                    name: await self._host.watch(name, watched, sdp) for name, (watched, sdp) in message.offers.items()
                }
            case Unwatch():
                for name in message.names:
                    await self._host.unwatch(name)
            case CloseSessions():
                return await self._close(message)
            case ReadOutput():
                return self._host.read_output()
            case Begin():
                self._begin()
            case End():
                return self._end()
            case _:
                assert_never(message)
        return True

    async def _close(self, message: CloseSessions) -> tuple[RecordingCheck, ...]:
        for name in message.names:
            await self._host.close_session(name)
        checks = [
            await asyncio.to_thread(self._host.check_recording, name, message.begun_s, message.ended_s)
            for name in message.check
        ]
        for path in self._folder.iterdir():
            if path.stem in message.names:
                await asyncio.to_thread(_remove, path)
        return tuple(check for check in checks if check is not None)

    def _begin(self) -> None:
        gc.collect()
        self._faults, self._heard_s = len(self._host.faults), self._host.heard_s
        self.sampler.clear()
        self._meter.begin()

    def _end(self) -> ServerWindow:
        wall_s, cpu_s, others_share = self._meter.end()
        return ServerWindow(
            begun_s=self._meter.begun_s,
            ended_s=self._meter.begun_s + wall_s,
            cpu_s=cpu_s,
            others_share=others_share,
            lag_p50_ms=self.sampler.percentile_ms(50),
            lag_p99_ms=self.sampler.percentile_ms(99),
            lag_max_ms=self.sampler.percentile_ms(100),
            sessions=self._host.count,
            faults=tuple(self._host.faults[self._faults :]),
            heard_s=self._host.heard_s - self._heard_s,
            threads=threading.active_count(),
            memory_mb=psutil.Process().memory_info().rss / 1e6,
        )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()

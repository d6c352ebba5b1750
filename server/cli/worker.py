"""One process that serves: alone, or as one of several workers under `server.cli.workers`."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from server.cli.memory import limit_arenas, settle_memory
from server.errors import InterviewError
from server.nodes.membership import Membership
from server.nodes.supervisor import READY
from server.observability import configure_logging
from server.settings import Settings

if TYPE_CHECKING:  # engines take seconds to import
    import uvicorn
    from starlette.applications import Starlette

MAX_FRAME_BYTES = 64 * 1024
SHUTDOWN_WITHIN_S = 5

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Certificate:
    chain: Path | None = None
    key: Path | None = None


def configure_server(settings: Settings, app: Starlette | None, certificate: Certificate) -> uvicorn.Config:
    import uvicorn

    return uvicorn.Config(
        app or "",
        host=settings.http.host,
        port=settings.http.port,
        loop=settings.http.loop,
        ssl_certfile=certificate.chain,
        ssl_keyfile=certificate.key,
        forwarded_allow_ips=settings.http.trusted_proxies,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        # Every path with an id in it is somebody's; metrics count instead.
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_WITHIN_S,
    )


def run_server(
    make_app: Callable[[Callable[[], None]], Starlette],
    settings: Settings,
    certificate: Certificate,
    *,
    sockets: list[socket.socket] | None = None,
    on_start: Callable[[uvicorn.Server], None] = lambda server: None,
) -> bool:
    """Until it is told to end. False when it could not start or ended by a failure of its own. `make_app` is given
    what to call then."""
    import uvicorn

    limit_arenas()
    failed = False

    def end_process() -> None:
        nonlocal failed
        failed = server.should_exit = True

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                settle_memory()
                logger.info("server.serves", loop=type(asyncio.get_running_loop()).__module__.partition(".")[0])
                on_start(self)

    server = Server(configure_server(settings, make_app(end_process), certificate))
    try:
        server.run(sockets)
    except KeyboardInterrupt:
        return True  # uvicorn has ended everything before it passes Ctrl-C on
    except SystemExit:  # it could not start, and has said why
        return False
    return server.started and not failed


def run_worker(
    settings: Settings, certificate: Certificate, listening: socket.socket, membership: Membership, line: Connection
) -> None:
    """The whole life of a worker's process. It ends when its supervisor does, whatever ended that one."""
    # uvicorn raises the signal that ended it once more, at the end: what is left to do then is done by a common exit.
    signal.signal(signal.SIGTERM, lambda *_: None)
    configure_logging(settings.log.level, settings.log.format)
    structlog.contextvars.bind_contextvars(worker=membership.worker)
    from server.app import create_app
    from server.resources import prepare

    try:
        prepared = prepare(settings, member=True)
    except InterviewError as error:
        logger.critical("worker.failed", code=error.code, detail=error.detail)
        sys.exit(1)

    def make_app(on_failure: Callable[[], None]) -> Starlette:
        return create_app(settings, prepared, membership=membership, on_failure=on_failure)

    def on_start(server: Any) -> None:
        line.send_bytes(READY)
        _end_with(line, server)

    ended_well = run_server(make_app, settings, certificate, sockets=[listening], on_start=on_start)
    sys.exit(0 if ended_well else 1)


def _end_with(line: Connection, server: uvicorn.Server) -> None:
    """The supervisor never writes: a line that can be read has been hung up."""

    def end() -> None:
        asyncio.get_running_loop().remove_reader(line.fileno())
        logger.error("worker.supervisor_gone")
        server.should_exit = True

    asyncio.get_running_loop().add_reader(line.fileno(), end)

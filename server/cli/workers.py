"""`viva serve --workers N`: the process that keeps N others. It serves nobody itself and loads no engine."""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
from collections.abc import Callable

import structlog

from media.models import choose_model
from server.auth.secret import load_secret
from server.cli.progress import download_progress
from server.cli.worker import Certificate, configure_server, run_worker
from server.db.migrate import prepare_database
from server.db.ownership import CHECK_INTERVAL_S, Ownership, own_database
from server.hr.flows import open_library
from server.identifiers import new_id
from server.interviews.rubrics import open_scoring
from server.nodes.leases import bury, require_redis
from server.nodes.membership import Membership, share_threads
from server.nodes.supervisor import Started, Supervisor
from server.settings import Settings

logger = structlog.get_logger(__name__)


def run_workers(settings: Settings, certificate: Certificate) -> bool:
    """Until it is told to end. False when the server could not start.

    Raises RedisRequired, ConfigInvalid, AlreadyRunning, StorageUnavailable, DatabaseOutdated, ModelUnavailable,
    Unavailable.
    """
    redis_url = require_redis(settings.redis_url)
    with own_database(settings.database_url) as ownership:
        _prepare(settings)
        server = new_id()
        listening = configure_server(settings, None, certificate).bind_socket()
        threads = share_threads(settings.asr.threads, settings.http.workers, os.cpu_count() or 1)
        shared = settings.model_copy(update={"asr": settings.asr.model_copy(update={"threads": threads})})
        logger.info("server.starting", workers=settings.http.workers, data_dir=str(settings.data_dir))
        supervisor = Supervisor(
            server,
            settings.http.workers,
            start=_starter(shared, certificate, listening),
            bury=lambda node: bury(redis_url, server, node),
            tick=_keeper(ownership),
        )
        with listening:
            return supervisor.run()


def _prepare(settings: Settings) -> None:
    """Everything that the workers would do at the same time if each did it for itself."""
    load_secret(settings)
    prepare_database(settings.database_url)
    known = {competency.id for competency in open_scoring(settings.rubrics_dir).competencies()}
    for broken in open_library(settings.flows_dir, known).broken:
        logger.warning("flow.invalid", detail=broken.detail)
    if settings.asr.where == "local":
        with download_progress() as progress:
            choose_model(settings.asr.model, progress=progress)


def _starter(settings: Settings, certificate: Certificate, listening: socket.socket) -> Callable[[Membership], Started]:
    """Processes begin from nothing: a copy of this one would share what it has open."""
    context = multiprocessing.get_context("spawn")

    def start(membership: Membership) -> Started:
        ours, theirs = context.Pipe()
        process = context.Process(
            target=run_worker, args=(settings, certificate, listening, membership, theirs), name="viva worker"
        )
        process.start()
        theirs.close()
        return Started(process, ours)

    return start


def _keeper(ownership: Ownership) -> Callable[[], None]:
    """The database stays ours; raises AlreadyRunning when it does not."""
    due_s = time.monotonic() + CHECK_INTERVAL_S

    def keep() -> None:
        nonlocal due_s
        if time.monotonic() >= due_s:
            ownership.check()
            due_s = time.monotonic() + CHECK_INTERVAL_S

    return keep

"""`/healthz`: the process answers. `/readyz`: each thing it depends on does, too."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.errors import InterviewError
from server.http.context import resources_of
from server.nodes.node import Node
from server.recognition.remote import RemoteRecogniser
from server.recognition.spool import Spooled
from server.resources import Resources

LOW_DISK_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """`detail` is for operators: no addresses, no credentials."""

    ok: bool
    detail: str


async def check_all(resources: Resources) -> dict[str, Check]:
    checks = {
        "database": await _check_database(resources),
        "disk": await to_thread.run_sync(check_disk, resources.settings.data_dir),
        "recogniser": _check_recogniser(resources),
        "deferred": _check_deferred(resources),
    }
    if resources.settings.redis_url is not None:
        checks["redis"] = await _check_redis(resources)
    if resources.node is not None:
        checks["workers"] = _check_workers(resources.node)
    return checks


def check_disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    return Check(free >= LOW_DISK_BYTES, f"{free // 1024**2} MiB free")


async def _check_database(resources: Resources) -> Check:
    try:
        await resources.interviews.count_by_phase()
    except InterviewError as error:
        return Check(False, error.detail)
    return Check(True, resources.database.dialect)


async def _check_redis(resources: Resources) -> Check:
    reachable = await resources.limits.reachable()
    return Check(reachable, "answers" if reachable else "does not answer")


def _check_recogniser(resources: Resources) -> Check:
    """That it is the demonstration recogniser is said, not held against the server; nor is it that no worker is there:
    interviews are held, and their text comes later. One in this process that fails at everything is: no interview can
    begin here, and workers come back by themselves, but a device that is gone hardly ever does."""
    info = resources.recogniser
    name = f"{info.name} (demonstration)" if info.demonstration else info.name
    if not isinstance(resources.scheduler, RemoteRecogniser):
        failing = resources.scheduler.stats().failing
        return Check(not failing, f"{name}; fails at everything it is asked" if failing else name)
    roster = resources.scheduler.roster
    if not roster.cards:
        return Check(True, "no worker answers (viva asr-worker); speech is kept and transcribed later")
    waiting = sum(backlog.waiting for backlog in roster.backlog.values())
    return Check(True, f"{name}; workers: {len(roster.cards)}, threads: {roster.threads}, jobs waiting: {waiting}")


def _check_deferred(resources: Resources) -> Check:
    """Speech that was kept for want of a recogniser."""
    return Check(True, describe_deferred(resources.catching_up.waiting))


def describe_deferred(waiting: Spooled) -> str:
    """`none` when nothing waits, whatever has been set aside."""
    waits = f"segments waiting: {waiting.count}, the oldest for {waiting.oldest_s:.0f} s" if waiting.count else "none"
    return f"{waits}; set aside: {waiting.aside}" if waiting.aside else waits


def _check_workers(node: Node) -> Check:
    """One that is being started again is said, not held against the server: the others have its interviews."""
    living, all_of_them = node.placement.peers.count, node.membership.workers
    return Check(living > 0, f"{living} of {all_of_them}")


async def live(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    checks = await check_all(resources_of(request))
    ok = all(check.ok for check in checks.values())
    body = {"status": "ready" if ok else "not ready", "checks": {name: asdict(check) for name, check in checks.items()}}
    return JSONResponse(body, 200 if ok else 503)


def health_routes() -> list[BaseRoute]:
    return [Route("/healthz", live), Route("/readyz", ready)]

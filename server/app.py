"""The application: routes, middleware, and who owns the process's tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware

from server.http.body_limit import BodyLimit
from server.http.problems import HANDLERS
from server.http.routes import http_routes
from server.http.security_headers import SecurityHeaders
from server.nodes.membership import Membership
from server.resources import Preparations, Resources, open_resources, prepare
from server.settings import Settings
from server.signalling.routes import signalling_routes

END_WITHIN_S = 2.0
"""For interviews that did not end when asked to."""

logger = structlog.get_logger(__name__)


def create_app(
    settings: Settings,
    prepared: Preparations | None = None,
    *,
    membership: Membership | None = None,
    on_failure: Callable[[], None] | None = None,
) -> Starlette:
    """`prepared`: what the caller has opened already, to show its progress or its failure. `membership`: this process
    is one of several workers.

    `on_failure` is called when a task of the process dies while it serves: the caller ends the process, since a server
    without its interviews is worse than one that is started again.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        ready = prepared if prepared is not None else await to_thread.run_sync(prepare, settings)
        async with open_resources(settings, ready, membership) as resources, _running(resources, on_failure):
            app.state.resources = resources
            app.state.access = resources.access
            yield

    return Starlette(
        routes=[*signalling_routes(), *http_routes()],
        middleware=[Middleware(SecurityHeaders), Middleware(BodyLimit)],
        exception_handlers=dict(HANDLERS),
        lifespan=lifespan,
    )


@asynccontextmanager
async def _running(resources: Resources, on_failure: Callable[[], None] | None) -> AsyncIterator[None]:
    """The process's own tasks. Interviews end before the recogniser they wait for."""
    started = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as tasks:
            owned = [tasks.create_task(task) for task in resources.background()]
            registry = tasks.create_task(resources.registry.run(ready=started))
            await started.wait()
            yield
            await resources.registry.close()
            await asyncio.wait({registry}, timeout=END_WITHIN_S)
            await resources.scheduler.close()
            for task in (registry, *owned):
                task.cancel()
    except BaseExceptionGroup as failures:
        names = sorted(type(failure).__name__ for failure in failures.exceptions)
        logger.critical("server.task_died", errors=names)
        if started.is_set() and on_failure is not None:
            on_failure()
        raise

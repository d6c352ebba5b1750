"""The application: routes, middleware, and who owns the process's tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from media.ports import Transcriber
from server.http.body_limit import BodyLimit
from server.http.problems import HANDLERS
from server.http.routes import http_routes
from server.http.security_headers import SecurityHeaders
from server.resources import Resources, open_resources
from server.settings import Settings
from server.signalling.routes import signalling_routes


def create_app(settings: Settings, *, transcriber: Transcriber | None = None) -> Starlette:
    """`transcriber` in place of the one the settings choose."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_resources(settings, transcriber=transcriber) as resources, _running(resources):
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
async def _running(resources: Resources) -> AsyncIterator[None]:
    """The process's own tasks. Interviews end before the recogniser they wait for."""
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        owned = [tasks.create_task(task) for task in resources.background()]
        registry = tasks.create_task(resources.registry.run(ready=ready))
        await ready.wait()
        try:
            yield
        finally:
            await resources.registry.close()
            await registry
            await resources.scheduler.close()
            for task in owned:
                task.cancel()

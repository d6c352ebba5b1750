"""The pages and their files, as they lie in `client_web`: no build step, no other host."""

from __future__ import annotations

import importlib.util
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.errors import NotFound


def pages_folder() -> Path:
    spec = importlib.util.find_spec("client_web")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package client_web is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """Browsers ask each time and mostly hear 304: a page never runs with a script of another version."""
        if path.endswith(".py") or "__pycache__" in path:
            raise NotFound("there is nothing here")
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def page_routes() -> list[BaseRoute]:
    mimetypes.init()  # reads files of the system, otherwise at the first answer
    folder = pages_folder()
    return [
        _page("/", folder / "index.html"),
        _page("/join/{invite_token}", folder / "candidate" / "index.html"),
        _page("/hr/", folder / "hr" / "index.html"),
        _page("/hr/from-job", folder / "hr" / "from-job.html"),
        _page("/hr/interviews/{interview}", folder / "hr" / "interview.html"),
        Route("/hr", lambda request: RedirectResponse("/hr/", 308)),
        Mount("/assets", _Assets(directory=folder)),
    ]


def _page(path: str, file: Path) -> Route:
    async def show(request: Request) -> Response:
        return FileResponse(file, media_type="text/html", headers={"Cache-Control": "no-cache"})

    return Route(path, show)

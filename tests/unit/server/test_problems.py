"""Errors as clients and the log see them."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.http.problems import HANDLERS


async def test_a_client_that_goes_in_the_middle_of_a_request_is_no_failure() -> None:
    async def read(request: Request) -> Response:
        await request.body()
        raise AssertionError("nobody is there any more")

    app = Starlette(routes=[Route("/", read, methods=["POST"])], exception_handlers=dict(HANDLERS))
    sent: list[Any] = []
    parts = [{"type": "http.request", "body": b"v=0", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [],
        "query_string": b"",
        "client": None,
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 400

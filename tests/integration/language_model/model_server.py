"""A real HTTP server that speaks chat completions, and does with each request what a test tells it to."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def form(self) -> str:
        return str(self.body.get("response_format", {}).get("type", "plain"))

    @property
    def text(self) -> str:
        return "\n".join(message["content"] for message in self.body["messages"])


Step = Callable[[Seen, Send], Awaitable[None]]


@dataclass(slots=True)
class ModelServer:
    """`steps` are taken one by one; the last one stays."""

    steps: list[Step] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """A client went away in the middle of a wait."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        seen = Seen(scope["path"], headers, json.loads(body))
        self.seen.append(seen)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        answering = asyncio.ensure_future(step(seen, send))
        leaving = asyncio.ensure_future(receive())
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            self.left.set()
        leaving.cancel()
        answering.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)


@asynccontextmanager
async def serve(server: ModelServer) -> AsyncIterator[ModelServer]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(server, ws="none", lifespan="off", log_level="critical", access_log=False)
    config.load()
    running = uvicorn.Server(config)
    running.lifespan = config.lifespan_class(config)
    await running.startup(sockets=[listener])
    server.port = listener.getsockname()[1]
    try:
        yield server
    finally:
        running.force_exit = True
        await running.shutdown(sockets=[listener])


async def send_all(send: Send, status: int, body: bytes, **headers: str) -> None:
    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


def wrap(content: str | None, **message: Any) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": content} | message, "finish_reason": "stop"}
    return json.dumps({"id": "x", "object": "chat.completion", "model": "m", "choices": [choice]}).encode()


def say(reply: Any) -> Step:
    """What the model writes: a text, or something to be written as JSON."""

    async def step(_: Seen, send: Send) -> None:
        content = reply if isinstance(reply, str) else json.dumps(reply)
        await send_all(send, 200, wrap(content), content_type="application/json")

    return step


def answer(body: bytes, status: int = 200, **headers: str) -> Step:
    async def step(_: Seen, send: Send) -> None:
        await send_all(send, status, body, **headers)

    return step


def wait(delay_s: float, then: Step) -> Step:
    async def step(seen: Seen, send: Send) -> None:
        await asyncio.sleep(delay_s)
        await then(seen, send)

    return step


def cut() -> Step:
    """Begins to answer and closes the connection."""

    async def step(_: Seen, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5000")]})
        await send({"type": "http.response.body", "body": b'{"choices": [', "more_body": True})

    return step


def pour(total: int) -> Step:
    """A reply of so many bytes."""

    async def step(_: Seen, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        piece = b" " * 65_536
        for _at in range(total // len(piece)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": wrap("{}")})

    return step


def compress(reply: Any) -> Step:
    return answer(gzip.compress(wrap(json.dumps(reply))), content_encoding="gzip")


def take_only(form: str, then: Step) -> Step:
    """Refuses every stricter form than this one."""

    async def step(seen: Seen, send: Send) -> None:
        if seen.form == form:
            await then(seen, send)
        else:
            await send_all(send, 400, b'{"error": {"message": "response_format is not supported"}}')

    return step

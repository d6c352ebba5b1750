"""A stand-in for the server: the agreed HTTP and socket interface around a scripted interview.

It takes media and throws it away, so that pages can be looked at in every state within seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import uvicorn
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.interviews.explanations import InterviewExplained
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import signals as s
from server.protocol.envelope import decode_command, encode_envelope
from server.protocol.flow import Language
from tests.browser.candidate.sample_reasons import explain_sample
from tests.browser.candidate.scripted_interview import Interview

PAGES = Path(__file__).parents[3] / "client_web"
POLICY = "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; connect-src 'self'"
REFUSED_INVITES = {"used": (409, "invite_used"), "expired": (410, "invite_expired"), "unknown": (404, "invite_unknown")}


class Rehearsal:
    """The stand-in as a server on loopback; `interview` is the one behind every good link."""

    def __init__(self) -> None:
        self.interview = Interview()
        self.peers: list[RTCPeerConnection] = []
        self.unpublished: list[int] = []
        self.refused: dict[type, str] = {}
        """Commands that are answered with an error code."""
        self.up = True
        self.unexplained = False
        """Reasons cannot be had at this moment."""
        configuration = uvicorn.Config(self._application(), port=0, log_level="error", ws="websockets-sansio")
        self.server = uvicorn.Server(configuration)
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    def tell(self, *data: object) -> None:
        self._run(self.interview.tell(*data))

    def signal(self, data: object) -> None:
        self._run(self.interview.signal(data))

    def hang_up(self, code: int, *, stay_down: bool = False) -> None:
        self.up = not stay_down
        for socket in list(self.interview.sockets):
            self._run(socket.close(code))

    def cut_media(self) -> None:
        self._run(self.peers[-1].close())

    def _run(self, coroutine: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(5)

    async def _redeem(self, request: Request) -> Response:
        invite = (await request.json())["token"]
        if invite in REFUSED_INVITES:
            status, code = REFUSED_INVITES[invite]
            return JSONResponse({"status": status, "code": code}, status, media_type="application/problem+json")
        return JSONResponse({"session": "candidate-session", "interview": "itv_1"})

    async def _session(self, request: Request) -> Response:
        return JSONResponse(self.interview.information())

    async def _explanation(self, request: Request) -> Response:
        """What the engine finds in two made-up answers, by the rules that stand."""
        if self.unexplained:
            return JSONResponse({"code": "unavailable"}, 503)
        language = cast(Language, request.query_params["language"])
        explained = TypeAdapter(InterviewExplained).dump_json(explain_sample(language))
        return Response(explained, media_type="application/json")

    async def _publish(self, request: Request) -> Response:
        peer, sink = RTCPeerConnection(), MediaBlackhole()
        peer.on("track", sink.addTrack)
        await peer.setRemoteDescription(RTCSessionDescription((await request.body()).decode(), "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        await sink.start()
        self.peers.append(peer)
        await self.interview.tell(e.MediaConnected(len(self.peers), audio=True, video=True))
        headers = {"Location": f"/v1/whip/{len(self.peers)}", "Content-Type": "application/sdp"}
        return Response(peer.localDescription.sdp, 201, headers)

    async def _unpublish(self, request: Request) -> Response:
        self.unpublished.append(request.path_params["epoch"])
        await self.peers[request.path_params["epoch"] - 1].close()
        return Response(status_code=200)

    async def _page(self, request: Request) -> Response:
        return FileResponse(PAGES / "candidate" / "index.html")

    async def _socket(self, socket: WebSocket) -> None:
        if not self.up:
            return await socket.close(1013)
        await socket.accept("viva.v1")
        interview = self.interview
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                command = decode_command(await socket.receive_text())
                if isinstance(command.data, c.SessionHello):
                    await self._welcome(socket, command.data.after_seq)
                elif isinstance(command.data, c.SessionPing):
                    await socket.send_text(encode_envelope(interview.envelope(s.SessionPong(command.data.echo))))
                elif code := self.refused.get(type(command.data)):
                    rejected = s.CommandRejected(command.id, code, "refused", retryable=False)
                    await socket.send_text(encode_envelope(interview.envelope(rejected)))
                else:
                    interview.commands.append(command.data)
                    await interview.tell(*interview.react(command.data))
                    accepted = s.CommandAccepted(command.id, len(interview.log))
                    await socket.send_text(encode_envelope(interview.envelope(accepted)))
        if socket in interview.sockets:
            interview.sockets.remove(socket)
        return None

    async def _welcome(self, socket: WebSocket, after_seq: int) -> None:
        interview = self.interview
        past = [envelope for envelope in interview.log if envelope.seq is not None and envelope.seq > after_seq]
        welcome = interview.envelope(s.SessionWelcomed("candidate", "con_1", 5000, "0"))
        for envelope in (welcome, *past, interview.envelope(s.SessionCaughtUp(len(interview.log)))):
            await socket.send_text(encode_envelope(envelope))
        interview.sockets.append(socket)
        await interview.tell(e.CandidateConnected(f"con_{len(interview.log)}"))

    def _application(self) -> Starlette:
        @contextlib.asynccontextmanager
        async def lifespan(_app: Starlette) -> Any:
            self._loop = asyncio.get_running_loop()
            yield
            await asyncio.gather(*(peer.close() for peer in self.peers))

        return Starlette(
            routes=[
                Route("/join/{invite}", self._page),
                Route("/v1/invites/redeem", self._redeem, methods=["POST"]),
                Route("/v1/session", self._session),
                Route("/v1/session/explanation", self._explanation),
                Route("/v1/whip", self._publish, methods=["POST"]),
                Route("/v1/whip/{epoch:int}", self._unpublish, methods=["DELETE"]),
                WebSocketRoute("/v1/socket", self._socket),
                Mount("/assets", StaticFiles(directory=PAGES)),
            ],
            middleware=[Middleware(_Policy)],
            lifespan=lifespan,
        )


class _Policy:
    """The content policy of the real server: a page that breaks it would work here and fail there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"content-security-policy", POLICY.encode()))
            await send(message)

        await self.app(scope, receive, send_with_policy)


@contextlib.contextmanager
def rehearse() -> Iterator[Rehearsal]:
    rehearsal = Rehearsal()
    thread = threading.Thread(target=rehearsal.server.run, daemon=True)
    thread.start()
    while not rehearsal.server.started:
        time.sleep(0.01)
    try:
        yield rehearsal
    finally:
        rehearsal.server.should_exit = True
        thread.join(5)

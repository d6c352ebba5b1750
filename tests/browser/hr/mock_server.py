"""HR's side of the HTTP and socket interface, from memory: pages, login, board, and a recorded interview.

Runs uvicorn on loopback in a thread; tests steer it from outside and read what the page asked for.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import uvicorn
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import Versions
from server.http.rubrics import RubricsNamed, name_rubrics
from server.interviews.evolve import evolve
from server.interviews.explanations import InterviewExplained, explain_interview
from server.interviews.state import InterviewState
from server.protocol.commands import COMMANDS, BoardWatch, InterviewWatch, SessionHello, SessionPing
from server.protocol.envelope import Envelope, decode_command, encode_data, encode_envelope
from server.protocol.flow import Language
from server.protocol.signals import (
    BoardCard,
    BoardCardChanged,
    BoardSnapshot,
    CommandAccepted,
    CommandRejected,
    SessionCaughtUp,
    SessionPong,
    SessionWelcomed,
)
from tests.browser.hr.story import FLOW, INTERVIEW, Story

PAGES = Path(__file__).parents[3] / "client_web"
PASSWORD = "correct horse battery"
POLICY = (
    "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
USER = {"id": "usr_1", "email": "hr@example.com", "name": "Kim Example", "role": "recruiter"}


class MockServer:
    """What the pages see. Change it only through `do`, which runs on the server's own loop."""

    def __init__(self) -> None:
        self.story = Story()
        self.cards: list[BoardCard] = []
        self.listed: list[dict[str, Any]] = []
        self.signals: list[Envelope] = []
        self.watches: list[int] = []
        self.created: list[dict[str, Any]] = []
        self.reissued: list[str] = []
        self.unprotected: list[str] = []
        self.held_back = 0
        self.scoring = replace(ScoringEngine.default(), versions=Versions("1.0", "1.0", "1.0"))
        """Of the versions that the story was scored with."""
        self.explained: list[Language] = []
        self.unexplainable = False
        self.recording: Path | None = None
        """None: this role may not play any."""
        self.played: list[str] = []
        self.role = "recruiter"
        self.scores_hidden = True
        self.commands: list[tuple[str, dict[str, Any]]] = []
        """What the page asked for beside watching, in order."""
        self.refusals: dict[str, tuple[str, str]] = {}
        """Code and detail, by the command's name."""
        self.reopened: list[dict[str, Any]] = []
        self.reopens_at_once = True
        self.voice_code = ""
        """Why nobody may speak; empty: they may."""
        self.voices_ended = 0
        self.refuse_sockets = False
        self.logged_in = True
        self._sockets: set[WebSocket] = set()
        self._watching: set[WebSocket] = set()
        self._in_order = asyncio.Lock()
        """What is new comes after all that was known when a page began to watch, as from the real server."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        config = uvicorn.Config(
            self._app(),
            host="127.0.0.1",
            port=0,
            log_level="warning",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)

    # --- from the test's thread

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(15), "the mock server did not start"

    @property
    def url(self) -> str:
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(15)

    def do(self, step: Callable[[], Any]) -> Any:
        assert self._loop is not None

        async def run() -> Any:
            result = step()
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(15)

    def send(self, *envelopes: Envelope) -> None:
        self.do(lambda: self._broadcast(envelopes))

    def change_card(self, card: BoardCard, *, minutes_on: float = 0.0) -> None:
        """`minutes_on`: the server's clock is so far ahead of the page's."""
        at = datetime.now(UTC) + timedelta(minutes=minutes_on)
        self.send(Envelope("sig", None, None, at.isoformat(), None, BoardCardChanged(card)))

    def append(self, data: object, t_ms: int) -> None:
        self.send(self.story.add(data, t_ms))

    def drop_sockets(self, code: int = 1012) -> None:
        self.do(lambda: self._drop(code))

    # --- on the server's loop

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._server.serve())
            while not self._server.started:
                await asyncio.sleep(0.01)
            self._ready.set()

    async def _broadcast(self, envelopes: tuple[Envelope, ...]) -> None:
        async with self._in_order:
            for socket in self._sockets & self._watching:
                for envelope in envelopes:
                    await socket.send_text(encode_envelope(envelope))

    async def _drop(self, code: int) -> None:
        for socket in tuple(self._sockets):
            self._sockets.discard(socket)
            await socket.close(code)

    async def _socket(self, socket: WebSocket) -> None:
        if self.refuse_sockets:
            await socket.close()
            return
        await socket.accept(subprotocol="viva.v1")
        if not self.logged_in:
            await socket.close(4001)
            return
        self._sockets.add(socket)
        try:
            while True:
                frame = await socket.receive_text()
                async with self._in_order:
                    await self._answer(socket, frame)
        except WebSocketDisconnect:
            self._sockets.discard(socket)
        finally:
            self._watching.discard(socket)

    async def _answer(self, socket: WebSocket, frame: str) -> None:
        command = decode_command(frame)
        replies: list[Envelope] = []
        match command.data:
            case SessionHello():
                replies = [self.story.signal(SessionWelcomed("hr", "con_9", 5_000, "0.1.0"))]
            case SessionPing(echo=echo):
                replies = [self.story.signal(SessionPong(echo))]
            case BoardWatch():
                replies = [self.story.signal(BoardSnapshot(tuple(self.cards)))]
            case InterviewWatch(after_seq=after_seq):
                self.watches.append(after_seq)
                known = [event for event in self.story.events if (event.seq or 0) > after_seq]
                sent = known[: len(known) - self.held_back]
                replies = [*sent]
                if not self.held_back:
                    last = self.story.events[-1].seq if self.story.events else 0
                    replies += [self.story.signal(SessionCaughtUp(last or 0)), *self.signals]
            case _:
                self.commands.append((COMMANDS.of(command.data).name, asdict(cast(Any, command.data))))
        refusal = self.refusals.get(COMMANDS.of(command.data).name)
        if refusal is not None:
            replies.append(self.story.signal(CommandRejected(command.id, *refusal, False)))
        elif not isinstance(command.data, SessionPing):
            replies.append(self.story.signal(CommandAccepted(command.id, 0)))
        for reply in replies:
            await socket.send_text(encode_envelope(reply))
        if isinstance(command.data, BoardWatch | InterviewWatch):
            self._watching.add(socket)

    def _app(self) -> ASGIApp:
        app = Starlette(
            routes=[
                Route("/", _page("index.html")),
                Route("/hr/", _page("hr/index.html")),
                Route("/hr/interviews/{id}", _page("hr/interview.html")),
                Mount("/assets", StaticFiles(directory=PAGES)),
                WebSocketRoute("/v1/socket", self._socket),
                Route("/v1/login", self._login, methods=["POST"]),
                Route("/v1/logout", self._logout, methods=["POST"]),
                Route("/v1/me", self._me),
                Route("/v1/flows", self._flows),
                Route("/v1/interviews", self._list, methods=["GET"]),
                Route("/v1/interviews", self._create, methods=["POST"]),
                Route("/v1/interviews/{id}", self._one),
                Route("/v1/interviews/{id}/events", self._events),
                Route("/v1/interviews/{id}/invites", self._invite, methods=["POST"]),
                Route("/v1/interviews/{id}/reopen", self._reopen, methods=["POST"]),
                Route("/v1/interviews/{id}/voice", self._voice, methods=["POST"]),
                Route("/v1/interviews/{id}/voice/{voice}", self._end_voice, methods=["DELETE"]),
                Route("/v1/interviews/{id}/explanations", self._explanations),
                Route("/v1/interviews/{id}/recordings/{name}", self._recording),
                Route("/v1/rubrics", self._rubrics),
                Route("/v1/interviews/{id}/whep", self._whep, methods=["POST"]),
            ]
        )
        return _WithPolicy(app)

    def _guard(self, request: Request) -> Response | None:
        if not self.logged_in:
            return problem(401, "unauthenticated", "Please log in.")
        if request.method != "GET" and request.headers.get("x-viva-request") != "1":
            self.unprotected.append(request.url.path)
            return problem(403, "forbidden", "The request header is missing.")
        return None

    async def _login(self, request: Request) -> Response:
        body = await request.json()
        if body["email"].startswith("throttled"):
            return problem(429, "too_many_requests", "Too many attempts.", {"Retry-After": "60"})
        if body["password"] != PASSWORD:
            return problem(401, "login_failed", "Unknown e-mail address or wrong password.")
        self.logged_in = True
        return JSONResponse({"user": USER})

    async def _logout(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused:
            return refused
        self.logged_in = False
        return Response(status_code=204)

    async def _me(self, request: Request) -> Response:
        return self._guard(request) or JSONResponse(
            {
                "user": {**USER, "role": self.role},
                "organisation": {"id": "org", "name": "Acme Works", "scores_hidden": self.scores_hidden},
                "ice_servers": [],
            }
        )

    async def _flows(self, request: Request) -> Response:
        flow = {
            "id": FLOW.id,
            "version": FLOW.version,
            "title": FLOW.title,
            "languages": FLOW.languages,
            "questions": 2,
            "stages": [stage.title for stage in FLOW.stages],
        }
        return self._guard(request) or JSONResponse({"flows": [flow]})

    async def _list(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused:
            return refused
        start = int(request.query_params.get("cursor") or 0)
        page = self.listed[start : start + 50]
        following = str(start + 50) if start + 50 < len(self.listed) else None
        return JSONResponse({"interviews": page, "next": following})

    async def _create(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused:
            return refused
        self.created.append(await request.json())
        body = {
            "interview": "int_new",
            "invite_url": f"{request.base_url}join/first-link-of-the-interview",
            "expires_at": "2030-01-01T12:00:00+00:00",
        }
        return JSONResponse(body, 201)

    async def _one(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused:
            return refused
        if request.path_params["id"] != INTERVIEW:
            return problem(404, "not_found", "No such interview.")
        recordings = [{"name": "epoch-1-0.mka", "epoch": 1, "start_ms": 450, "duration_ms": 52_750}]
        return JSONResponse(
            {
                "id": INTERVIEW,
                "candidate_name": self.story.candidate_name,
                "job_title": "Software engineer",
                "flow": FLOW.id,
                "language": "en",
                "phase": "live",
                "created_at": "2026-01-02T03:04:05+00:00",
                "flow_snapshot": FLOW.model_dump(mode="json"),
                "recordings": recordings,
            }
        )

    async def _events(self, request: Request) -> Response:
        after = int(request.query_params.get("after") or 0)
        events = [
            {"v": 1, "id": one.id, "seq": one.seq, "type": one.type, "data": encode_data(one.data)}
            for one in self.story.events
            if (one.seq or 0) > after
        ]
        return self._guard(request) or JSONResponse({"events": events})

    async def _invite(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused:
            return refused
        self.reissued.append(request.path_params["id"])
        url = f"{request.base_url}join/second-link-of-the-interview"
        return JSONResponse({"invite_url": url, "expires_at": "2030-01-02T12:00:00+00:00"}, 201)

    async def _reopen(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused:
            return refused
        self.reopened.append(await request.json())
        if not (self.reopens_at_once or self.reopened[-1]["confirmed"]):
            return problem(409, "reopen_needs_confirmation", "No fault ended it.")
        url = f"{request.base_url}join/third-link-of-the-interview"
        return JSONResponse({"invite_url": url, "expires_at": "2030-01-03T12:00:00+00:00"}, 201)

    async def _voice(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused or self.voice_code:
            return refused or problem(409, self.voice_code, "Not now.")
        return Response("v=0\r\n", 201, {"Location": f"{request.url.path}/voc_1"}, media_type="application/sdp")

    async def _end_voice(self, request: Request) -> Response:
        refused = self._guard(request)
        if refused:
            return refused
        self.voices_ended += 1
        return Response(status_code=204)

    async def _rubrics(self, request: Request) -> Response:
        named = TypeAdapter(RubricsNamed).dump_json(name_rubrics(self.scoring))
        return self._guard(request) or Response(named, media_type="application/json")

    async def _explanations(self, request: Request) -> Response:
        language = cast(Language, request.query_params["language"])
        self.explained.append(language)
        if self.unexplainable:
            return problem(503, "unavailable", "The database does not answer.")
        state = InterviewState(INTERVIEW)
        for one in self.story.events:
            state = evolve(state, one.data, at=datetime.fromisoformat(one.at), t_ms=one.t_ms)
        explained = explain_interview(state, self.scoring, language)
        return self._guard(request) or Response(
            TypeAdapter(InterviewExplained).dump_json(explained), media_type="application/json"
        )

    async def _recording(self, request: Request) -> Response:
        self.played.append(request.path_params["name"])
        if self.recording is None:
            return problem(403, "forbidden", "Not for this role.")
        return FileResponse(self.recording, media_type="video/webm")

    async def _whep(self, request: Request) -> Response:
        return self._guard(request) or problem(409, "not_live", "The candidate sends no media.")


class _WithPolicy:
    """The security headers of the real server: what the pages do must pass them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self._app(scope, receive, send_with_policy if scope["type"] == "http" else send)


def _page(name: str) -> Callable[[Request], Any]:
    async def page(_request: Request) -> Response:
        return FileResponse(PAGES / name)

    return page


def problem(status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": "about:blank", "title": code, "status": status, "detail": detail, "code": code, "retryable": False}
    return Response(json.dumps(body), status, headers, media_type="application/problem+json")

"""A media session behind the routes that pages send and speak by, on loopback; whoever asks is let in."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from media.hearing.ear import warm_up
from media.session import MediaSession
from media.settings import MediaSettings
from media.transcription.scheduling.scheduler import AsrScheduler
from server.http.problems import HANDLERS
from tests.fakes.engine import FakeEngine
from tests.fakes.media_parts import CollectingSink, MonotonicClock

PAGES = Path(__file__).parents[3] / "client_web"
PAGE = '<!doctype html><html lang="en"><title>Room</title><body><hr-voice></hr-voice></body></html>'
SDP = "application/sdp"


class SpeakingRoom:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop: asyncio.AbstractEventLoop | None = None
        self.sink = CollectingSink()
        self.session: MediaSession | None = None
        configuration = uvicorn.Config(self._application(), port=0, log_level="error")
        self.server = uvicorn.Server(configuration)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    def give_voice(self, speaker_id: str | None) -> None:
        async def give() -> None:
            assert self.session is not None
            self.session.give_voice(speaker_id)

        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(give(), self._loop).result(5)

    async def _publish(self, request: Request) -> Response:
        assert self.session is not None
        answer = await self.session.accept_publisher((await request.body()).decode())
        return Response(answer.sdp, 201, {"Location": f"/whip/{answer.epoch}", "Content-Type": SDP})

    async def _open_voice(self, request: Request) -> Response:
        assert self.session is not None
        answer = await self.session.open_voice("hr-1", (await request.body()).decode())
        return Response(answer.sdp, 201, {"Location": f"/voice/{answer.voice_id}", "Content-Type": SDP})

    async def _end(self, request: Request) -> Response:
        assert self.session is not None
        if request.url.path.startswith("/voice"):
            await self.session.close_voice("hr-1", request.path_params["id"])
        return Response()

    def _application(self) -> Starlette:
        @contextlib.asynccontextmanager
        async def lifespan(_app: Starlette) -> Any:
            self._loop = asyncio.get_running_loop()
            await asyncio.to_thread(warm_up)
            scheduler = AsrScheduler(FakeEngine(), threads=1)
            self.session = MediaSession(
                "room",
                language="en",
                recording_dir=self._folder,
                clock=MonotonicClock(),
                sink=self.sink,
                scheduler=scheduler,
                settings=MediaSettings(),
            )
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(scheduler.run())
                tasks.create_task(self.session.run())
                yield
                await self.session.close()
                await scheduler.close()

        async def show(request: Request) -> Response:
            return HTMLResponse(PAGE)

        return Starlette(
            routes=[
                Route("/", show),
                Route("/whip", self._publish, methods=["POST"]),
                Route("/voice", self._open_voice, methods=["POST"]),
                Route("/whip/{id}", self._end, methods=["DELETE"]),
                Route("/voice/{id}", self._end, methods=["DELETE"]),
                Mount("/assets", StaticFiles(directory=PAGES)),
            ],
            exception_handlers=dict(HANDLERS),
            lifespan=lifespan,
        )


@contextlib.contextmanager
def open_room(folder: Path) -> Iterator[SpeakingRoom]:
    room = SpeakingRoom(folder)
    thread = threading.Thread(target=room.server.run, daemon=True)
    thread.start()
    while not room.server.started:
        time.sleep(0.01)
    try:
        yield room
    finally:
        room.server.should_exit = True
        thread.join(10)

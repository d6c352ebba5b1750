"""All of signalling as routes. They find their resources in `app.state.resources` and callers in `app.state.access`."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from server.signalling.sdp import describe, refuse_patch
from server.signalling.seats import Seats
from server.signalling.socket import serve_socket
from server.signalling.voice import close_voice, open_voice
from server.signalling.whep import observe, unobserve
from server.signalling.whip import publish, unpublish


def signalling_routes() -> list[BaseRoute]:
    """New for each app: who holds a candidate's seat is kept within."""
    seats = Seats()

    async def socket(websocket: WebSocket) -> None:
        await serve_socket(websocket, seats)

    watching = "/v1/interviews/{interview}/whep"
    speaking = "/v1/interviews/{interview}/voice"
    return [
        WebSocketRoute("/v1/socket", socket),
        Route("/v1/whip", publish, methods=["POST"]),
        Route("/v1/whip", describe, methods=["OPTIONS"]),
        Route("/v1/whip/{epoch:int}", unpublish, methods=["DELETE"]),
        Route("/v1/whip/{epoch:int}", refuse_patch, methods=["PATCH"]),
        Route(watching, observe, methods=["POST"]),
        Route(watching, describe, methods=["OPTIONS"]),
        Route(watching + "/{observer}", unobserve, methods=["DELETE"]),
        Route(watching + "/{observer}", refuse_patch, methods=["PATCH"]),
        Route(speaking, open_voice, methods=["POST"]),
        Route(speaking, describe, methods=["OPTIONS"]),
        Route(speaking + "/{voice}", close_voice, methods=["DELETE"]),
        Route(speaking + "/{voice}", refuse_patch, methods=["PATCH"]),
    ]

"""Frames in and out of one accepted WebSocket, with the ways a client can go away made one: SocketEnded."""

from __future__ import annotations

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.protocol.envelope import CommandEnvelope, Envelope, InvalidMessage, decode_command, encode_envelope
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.outbox import Outbox

MAX_FRAME_BYTES = 64 * 1024
SILENCE_S = 20.0
SEND_TIMEOUT_S = 10.0


class Wire:
    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self, timeout_s: float = SILENCE_S) -> str | bytes:
        """A text frame or a binary one. Raises SocketEnded."""
        try:
            async with asyncio.timeout(timeout_s):
                message = await self._websocket.receive()
        except TimeoutError:
            raise SocketEnded(CloseCode.GOING_AWAY, "nothing heard") from None
        if message["type"] == "websocket.disconnect":
            raise SocketEnded(None)
        text: str | None = message.get("text")
        frame: str | bytes = text if text is not None else message.get("bytes") or b""
        size = len(frame.encode(errors="replace")) if isinstance(frame, str) else len(frame)
        if size > MAX_FRAME_BYTES:
            raise SocketEnded(CloseCode.TOO_BIG, f"a frame holds {MAX_FRAME_BYTES} bytes at most")
        return frame

    async def send_from(self, outbox: Outbox) -> None:
        """Until cancelled. Raises SocketEnded when the client has gone or takes nothing any more."""
        while True:
            await self.send(await outbox.take())

    async def flush(self, outbox: Outbox) -> None:
        """Answers that were given already reach the client before the close does."""
        while not outbox.empty:
            await self.send(await outbox.take())

    async def send(self, envelope: Envelope) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._websocket.send_text(encode_envelope(envelope))
        except TimeoutError:
            raise SocketEnded(CloseCode.SLOW_CONSUMER, "too slow; reconnect and resume") from None
        except (WebSocketDisconnect, RuntimeError):
            # RuntimeError: the server closed by itself (a frame was not UTF-8, say) and its notice is still on the way.
            raise SocketEnded(None) from None


def decode(frame: str | bytes) -> CommandEnvelope:
    """Raises InvalidMessage, UnknownCommand."""
    if isinstance(frame, bytes):
        raise InvalidMessage("commands are text; this frame was binary")
    return decode_command(frame)

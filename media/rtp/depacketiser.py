"""What the assembler asks of a video codec's RTP payload format."""

from __future__ import annotations

from typing import Protocol

from media.frames import Codec


class Depacketiser(Protocol):
    """Stateless. Payloads are what one RTP packet carries; any bytes may come."""

    @property
    def codec(self) -> Codec: ...

    def is_key_start(self, payload: bytes) -> bool:
        """The payload begins a frame that can be decoded without any other."""
        ...

    def assemble(self, payloads: list[bytes]) -> bytes | None:
        """The whole frame of consecutive packets, as recordings keep it; None for what is no frame."""
        ...

    def is_key_frame(self, frame: bytes) -> bool: ...

    def size(self, frame: bytes) -> tuple[int, int] | None:
        """(width, height) in pixels, where a key frame tells it."""
        ...

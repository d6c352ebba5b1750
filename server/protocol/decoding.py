"""From bytes back to an `Envelope`: for readers of the bus and for clients written in Python."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from server.protocol.envelope import Envelope, InvalidMessage
from server.protocol.events import EVENTS
from server.protocol.signals import SIGNALS


class _ServerFrame(BaseModel):
    v: Literal[1]
    id: str
    seq: int | None
    interview: str | None
    type: str
    at: str
    t_ms: int | None
    data: dict[str, Any]


def decode_envelope(frame: str | bytes) -> Envelope | None:
    """None for a type this version does not know, which a reader skips. Raises InvalidMessage."""
    try:
        parsed = _ServerFrame.model_validate_json(frame)
        message_type = EVENTS.named(parsed.type) or SIGNALS.named(parsed.type)
        if message_type is None:
            return None
        data = message_type.adapter.validate_python(parsed.data)
    except ValidationError as error:
        raise InvalidMessage(str(error)) from None
    return Envelope(parsed.id, parsed.seq, parsed.interview, parsed.at, parsed.t_ms, data)

"""The envelope around every message, and the step between bytes and dataclasses.

server -> client  {v, id, seq, interview, type, at, t_ms, data}   seq is null for signals
client -> server  {v, id, interview, type, data}                  interview may be left out by a candidate
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.errors import InterviewError
from server.protocol.commands import COMMANDS
from server.protocol.events import EVENTS
from server.protocol.registry import Registry
from server.protocol.signals import SIGNALS

VERSION = 1


class InvalidMessage(InterviewError):
    """The frame is not a message of this protocol."""

    code = "invalid_message"


class UnknownCommand(InterviewError):
    code = "unknown_command"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message to a client. `data` is an instance of a registered event or signal class."""

    id: str
    seq: int | None
    interview: str | None
    at: str
    t_ms: int | None
    data: object

    @property
    def type(self) -> str:
        return _registry_of(self.data).of(self.data).name


@dataclass(frozen=True, slots=True)
class CommandEnvelope:
    """A command from a client, decoded."""

    id: str
    interview: str | None
    data: object


class _CommandFrame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    v: int
    id: str = Field(min_length=1, max_length=80)
    interview: str | None = Field(default=None, max_length=80)
    type: str = Field(max_length=80)
    data: dict[str, Any] = Field(default_factory=dict)


def encode_data(data: object) -> dict[str, Any]:
    message_type = _registry_of(data).of(data)
    dumped: dict[str, Any] = message_type.adapter.dump_python(data, mode="json")
    return dumped


def decode_event_data(type_name: str, data: dict[str, Any]) -> object:
    """Raises KeyError for a type this version does not know."""
    message_type = EVENTS.named(type_name)
    if message_type is None:
        raise KeyError(type_name)
    decoded: object = message_type.adapter.validate_python(data)
    return decoded


def encode_envelope(envelope: Envelope) -> str:
    return json.dumps(
        {
            "v": VERSION,
            "id": envelope.id,
            "seq": envelope.seq,
            "interview": envelope.interview,
            "type": envelope.type,
            "at": envelope.at,
            "t_ms": envelope.t_ms,
            "data": encode_data(envelope.data),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def decode_command(frame: str) -> CommandEnvelope:
    """Raises InvalidMessage or UnknownCommand; both carry the command's id when it could be read."""
    try:
        parsed = _CommandFrame.model_validate_json(frame)
    except ValidationError as error:
        raise InvalidMessage(_explain(error)) from None
    if parsed.v != VERSION:
        raise InvalidMessage(f"v: this server speaks version {VERSION}", command_id=parsed.id)
    message_type = COMMANDS.named(parsed.type)
    if message_type is None:
        raise UnknownCommand(f"type: no command is named {parsed.type[:80]!r}", command_id=parsed.id)
    try:
        # JSON mode of a strict adapter would refuse tuples; the frame itself was strict, its data may be lax.
        data = message_type.adapter.validate_python(parsed.data)
    except ValidationError as error:
        raise InvalidMessage(_explain(error, "data"), command_id=parsed.id) from None
    return CommandEnvelope(parsed.id, parsed.interview, data)


def _registry_of(data: object) -> Registry:
    for registry in (EVENTS, SIGNALS):
        if registry.holds(data):
            return registry
    raise TypeError(f"{type(data).__name__} is no event and no signal")


def _explain(error: ValidationError, prefix: str = "") -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in ((prefix,) if prefix else ()) + first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])

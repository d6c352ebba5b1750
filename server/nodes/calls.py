"""Calls that pass from one worker to another: which there are, and the step between their arguments and bytes.

A further call is one line here, made from the method itself, and one method in `server.nodes.remote_interview`.
Arguments and results are JSON as pydantic writes and checks it; bytes are base64.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Concatenate, Generic, ParamSpec, TypeVar, get_type_hints

from pydantic import ConfigDict, PlainSerializer, PlainValidator, TypeAdapter, ValidationError

from server.interviews.interview import Interview
from server.nodes.desk import NodeDesk
from server.nodes.errors import CallUnknown
from server.protocol.commands import COMMANDS
from server.protocol.envelope import decode_event_data, encode_data
from server.protocol.events import EVENTS

CALL_WITHIN_S = 5.0
NEGOTIATE_WITHIN_S = 10.0
"""Gathering addresses by STUN takes its time."""

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

_CONFIG = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class _Arguments:
    """The positional arguments of a method, after `self`."""

    def __init__(self, function: Callable[..., Any], replaced: dict[str, Any]) -> None:
        hints = {**get_type_hints(function, include_extras=True), **replaced}
        kinds = tuple(hints[name] for name in list(inspect.signature(function).parameters)[1:])
        several: Any = tuple.__class_getitem__(kinds)
        self._adapter: TypeAdapter[tuple[Any, ...]] = TypeAdapter(several, config=_CONFIG)

    def encode(self, arguments: tuple[object, ...]) -> bytes:
        return self._adapter.dump_json(arguments)

    def decode(self, body: bytes) -> tuple[Any, ...]:
        """Raises CallUnknown."""
        try:
            return self._adapter.validate_json(body)
        except (ValidationError, KeyError) as error:
            raise CallUnknown("the arguments of a call between workers cannot be read") from error


class Call(Generic[T, P, R]):
    """Asked and answered. `replaced`: types in place of those the method names, where these say too little."""

    def __init__(
        self, method: Callable[Concatenate[T, P], Awaitable[R]], *, within_s: float = CALL_WITHIN_S, **replaced: Any
    ) -> None:
        self.name = method.__name__
        self.within_s = within_s
        self._arguments = _Arguments(method, replaced)
        self._result: TypeAdapter[R] = TypeAdapter(get_type_hints(method)["return"])

    def encode(self, *arguments: P.args, **named: P.kwargs) -> bytes:
        return self._arguments.encode(arguments)

    def read(self, body: bytes) -> tuple[Any, ...]:
        """Raises CallUnknown."""
        return self._arguments.decode(body)

    async def apply(self, target: Any, arguments: tuple[Any, ...]) -> R:
        result: R = await getattr(target, self.name)(*arguments)
        return result

    def encode_result(self, result: R) -> bytes:
        return self._result.dump_json(result)

    def decode_result(self, body: bytes) -> R:
        """Raises CallUnknown."""
        try:
            return self._result.validate_json(body)
        except ValidationError as error:
            raise CallUnknown("the answer of another worker cannot be read") from error


class Notice(Generic[T, P]):
    """Told and forgotten: a method that never waits. What is told while nobody listens, or too fast, is lost."""

    def __init__(self, method: Callable[Concatenate[T, P], None]) -> None:
        self.name = method.__name__
        self._arguments = _Arguments(method, {})

    def encode(self, *arguments: P.args, **named: P.kwargs) -> bytes:
        return self._arguments.encode(arguments)

    def apply(self, target: Any, body: bytes) -> None:
        """Raises CallUnknown."""
        getattr(target, self.name)(*self._arguments.decode(body))


def _dump_command(command: object) -> dict[str, Any]:
    known = COMMANDS.of(command)
    return {"type": known.name, "data": known.adapter.dump_python(command, mode="json")}


def _load_command(written: Any) -> object:
    known = COMMANDS.named(written["type"]) if isinstance(written, dict) and "type" in written else None
    if known is None:
        raise ValueError("no such command")
    return known.adapter.validate_python(written.get("data"))


def _dump_event(event: object) -> dict[str, Any]:
    return {"type": EVENTS.of(event).name, "data": encode_data(event)}


def _load_event(written: Any) -> object:
    if not isinstance(written, dict):
        raise ValueError("no event")
    return decode_event_data(str(written.get("type")), written.get("data", {}))


Command = Annotated[object, PlainSerializer(_dump_command), PlainValidator(_load_command)]
Event = Annotated[object, PlainSerializer(_dump_event), PlainValidator(_load_event)]

SUBMIT = Call(Interview.submit, command=Command)
RECORD = Call(Interview.record, event=Event)
TAKE_LATE_TEXT = Call(Interview.take_late_text)
CONNECT = Call(Interview.connect)
DISCONNECT = Call(Interview.disconnect)
PUBLISH = Call(Interview.publish, within_s=NEGOTIATE_WITHIN_S)
UNPUBLISH = Call(Interview.unpublish)
OPEN_AUDIO = Call(Interview.open_audio)
OBSERVE = Call(Interview.observe, within_s=NEGOTIATE_WITHIN_S)
UNOBSERVE = Call(Interview.unobserve)
OPEN_VOICE = Call(Interview.open_voice, within_s=NEGOTIATE_WITHIN_S)
CLOSE_VOICE = Call(Interview.close_voice)
PUSH_AUDIO = Notice(Interview.push_audio)

CARDS = Call(NodeDesk.cards)
METRICS = Call(NodeDesk.metrics)

_OF_INTERVIEWS = (
    SUBMIT,
    RECORD,
    TAKE_LATE_TEXT,
    CONNECT,
    DISCONNECT,
    PUBLISH,
    UNPUBLISH,
    OPEN_AUDIO,
    OBSERVE,
    UNOBSERVE,
    OPEN_VOICE,
    CLOSE_VOICE,
)
INTERVIEW_CALLS: dict[str, Call[Any, ..., Any]] = {call.name: call for call in _OF_INTERVIEWS}
NODE_CALLS: dict[str, Call[Any, ..., Any]] = {call.name: call for call in (CARDS, METRICS)}
NOTICES: dict[str, Notice[Any, ...]] = {PUSH_AUDIO.name: PUSH_AUDIO}

"""Errors that cross from one worker to another: told by class and code, and raised as what they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from media.errors import MediaError
from server.errors import InterviewError, TooManyRequests, Unavailable

DETAIL_LIMIT = 2_000
Kind = TypeVar("Kind", InterviewError, MediaError)


class NodeGone(Unavailable):
    """Nobody listens at the other end; what was asked has not been done."""


class CallUnknown(InterviewError):
    """The other worker does not know this call, or cannot read what it was given."""

    code = "call_unknown"


class CallFailed(InterviewError):
    """Something went wrong on the other worker that its log tells more of."""

    code = "internal_error"
    status = 500
    retryable = True


class Fault(BaseModel):
    """On the wire."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str = Field(max_length=200)
    detail: str = Field(max_length=DETAIL_LIMIT)
    retry_after_s: int | None = None


def fault_of(error: Exception) -> Fault:
    """Anything but an error of ours says nothing about itself."""
    if not isinstance(error, InterviewError | MediaError):
        return Fault(kind=_name(CallFailed), detail="something went wrong on the server")
    retry_after_s = error.retry_after_s if isinstance(error, TooManyRequests) else None
    return Fault(kind=_name(type(error)), detail=error.detail[:DETAIL_LIMIT], retry_after_s=retry_after_s)


def error_of(fault: Fault) -> InterviewError | MediaError:
    kind = _kinds().get(fault.kind)
    if kind is None:
        return CallFailed(fault.detail)
    if issubclass(kind, TooManyRequests):
        return kind(fault.detail, retry_after_s=fault.retry_after_s or 1)
    return kind(fault.detail)


def _kinds() -> dict[str, type[InterviewError] | type[MediaError]]:
    """All classes there are that say no more than their detail: whatever is named is looked up here, never imported."""
    plain = (InterviewError.__init__, TooManyRequests.__init__)
    ours = {_name(kind): kind for kind in _family(InterviewError) if kind.__init__ in plain}
    return {**ours, **{_name(kind): kind for kind in _family(MediaError) if kind.__init__ is MediaError.__init__}}


def _family(kind: type[Kind]) -> Iterator[type[Kind]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"

"""Errors a client can meet, and the one map from error to answer.

InterviewError(code, retryable)      everything below; `code` is stable and part of the protocol
├── NotFound, Forbidden, Unauthenticated, Conflict, TooLarge, TooManyRequests, Unavailable
├── protocol.envelope: InvalidMessage, UnknownCommand
├── interviews: Rejected             a command that the interview's state does not allow
└── auth: InviteExpired, InviteUsed, ...

HTTP answers are problem+json (RFC 9457) with the code as member `code`; socket answers are `command.rejected`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class InterviewError(Exception):
    """`detail` is for people and never carries personal data."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str, *, command_id: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.command_id = command_id


class BadRequest(InterviewError):
    code = "bad_request"


class Unauthenticated(InterviewError):
    code = "unauthenticated"
    status = 401


class Forbidden(InterviewError):
    code = "forbidden"
    status = 403


class NotFound(InterviewError):
    code = "not_found"
    status = 404


class Conflict(InterviewError):
    code = "conflict"
    status = 409


class TooLarge(InterviewError):
    code = "too_large"
    status = 413


class UnsupportedMedia(InterviewError):
    code = "unsupported_media_type"
    status = 415


class TooManyRequests(InterviewError):
    code = "too_many_requests"
    status = 429
    retryable = True

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with a body. `place`: its field, parts joined by dots; `quote`: the words in question."""

    place: str
    code: str
    quote: str = ""


class Unfit(InterviewError):
    """Well formed, and refused for what it says: every problem at once."""

    code = "unfit"
    status = 422

    def __init__(self, detail: str, *, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(detail)
        self.problems = problems


class Unavailable(InterviewError):
    code = "unavailable"
    status = 503
    retryable = True

"""Every error as problem+json (RFC 9457) with a stable `code`; what went wrong inside stays inside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from media.errors import MediaError
from server.errors import FieldProblem, InterviewError, TooManyRequests, Unauthenticated, Unfit

CONTENT_TYPE = "application/problem+json"
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_MEDIA_STATUS = {
    "sdp_rejected": 400,
    "too_many_observers": 503,
    "too_many_voices": 503,
    "voice_unavailable": 409,
    "model_unavailable": 503,
}

logger = structlog.get_logger(__name__)

Handler = Callable[[Request, Exception], Awaitable[Response]]


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    retryable: bool = False,
    headers: Mapping[str, str] | None = None,
    errors: tuple[FieldProblem, ...] = (),
) -> JSONResponse:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "retryable": retryable,
    }
    if errors:
        body["errors"] = [{"place": one.place, "code": one.code, "quote": one.quote} for one in errors]
    return JSONResponse(body, status, headers, CONTENT_TYPE)


def problem_of(error: InterviewError) -> JSONResponse:
    headers = {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    errors = error.problems if isinstance(error, Unfit) else ()
    return problem(error.status, error.code, error.detail, retryable=error.retryable, headers=headers, errors=errors)


async def _answer_interview_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, InterviewError):
        raise error
    return problem_of(error)


async def _answer_media_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, MediaError):
        raise error
    status = _MEDIA_STATUS.get(error.code, 503)
    return problem(status, error.code, error.detail, retryable=error.retryable)


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's own: no route, wrong method."""
    if not isinstance(error, HTTPException):
        raise error
    code = _HTTP_CODES.get(error.status_code, "bad_request")
    return problem(error.status_code, code, error.detail, headers=error.headers)


async def _answer_who_has_gone(request: Request, error: Exception) -> Response:
    """Networks break off in the middle of a request: no failure of ours, and nobody is there to read the answer."""
    return problem(400, "disconnected", "the connection ended before the request did", retryable=True)


async def _answer_anything_else(request: Request, error: Exception) -> Response:
    """The server's error handler logs the traceback; the client learns nothing but that it happened."""
    logger.error("http.failed", method=request.method, path=request.url.path, error=type(error).__name__)
    return problem(500, "internal_error", "something went wrong on the server", retryable=True)


HANDLERS: Mapping[int | type[Exception], Handler] = {
    InterviewError: _answer_interview_error,
    MediaError: _answer_media_error,
    HTTPException: _answer_http_exception,
    ClientDisconnect: _answer_who_has_gone,
    Exception: _answer_anything_else,
}

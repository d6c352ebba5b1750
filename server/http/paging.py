"""What pages of long lists are asked for by."""

from __future__ import annotations

from starlette.requests import Request

from server.errors import BadRequest

MAX_NAME_CHARACTERS = 80


def read_whole_number(request: Request, name: str, default: int, least: int, most: int) -> int:
    written = request.query_params.get(name)
    if written is None:
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= 10 and least <= int(written) <= most):
        raise BadRequest(f"{name}: a whole number from {least} to {most}")
    return int(written)


def read_name(request: Request, name: str) -> str | None:
    """The id of something, or where the page before ended."""
    written = request.query_params.get(name)
    if written is not None and not 1 <= len(written) <= MAX_NAME_CHARACTERS:
        raise BadRequest(f"{name}: not one of ours")
    return written

"""The audit trail, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.db.audit import AuditEntry, AuditQuery
from server.errors import BadRequest
from server.http.context import resources_of
from server.http.guard import permitted
from server.http.paging import read_name, read_whole_number
from server.interviews.broadcast import format_time

PAGE_LIMIT = 100
MAX_PAGE_LIMIT = 500


async def list_audit(request: Request) -> Response:
    """Newest first. Reading it is an entry of its own."""
    user, _ = await permitted(request, "audit.view")
    limit = read_whole_number(request, "limit", PAGE_LIMIT, 1, MAX_PAGE_LIMIT)
    query = AuditQuery(
        interview_id=read_name(request, "interview"),
        user_id=read_name(request, "user"),
        since=_read_time(request, "since"),
        before=read_name(request, "cursor"),
    )
    trail = resources_of(request).audit
    entries = await trail.page(user.organisation_id, query, limit + 1)
    shown = entries[:limit]
    await trail.add(user, "audit.view", query.interview_id)
    following = shown[-1].id if len(entries) > limit else None
    return JSONResponse({"entries": [describe_entry(entry) for entry in shown], "next": following})


def describe_entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": format_time(entry.at),
        "user": entry.user_id,
        "action": entry.action,
        "interview": entry.interview_id,
        "detail": entry.detail,
        "outcome": entry.outcome,
    }


def _read_time(request: Request, name: str) -> datetime | None:
    written = request.query_params.get(name)
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRequest(f"{name}: a time such as 2026-03-02T09:00:00Z")
    return moment


def audit_routes() -> list[BaseRoute]:
    return [Route("/v1/audit", list_audit)]

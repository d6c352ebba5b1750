"""The door of every route of HR: who asks, and whether they may. Refusals are in the audit trail."""

from __future__ import annotations

from starlette.requests import Request

from server.auth.access import user_of
from server.auth.permissions import Permission
from server.db.interviews import InterviewRow
from server.db.users import User
from server.http.context import resources_of


async def permitted(request: Request, permission: Permission, action: str | None = None) -> tuple[User, str | None]:
    """The user, and their id where they may do this with their own only. Raises Unauthenticated, Forbidden."""
    user = await user_of(request)
    return user, await resources_of(request).guard.require(user, permission, action)


async def permitted_interview(
    request: Request, permission: Permission, action: str | None = None
) -> tuple[User, InterviewRow]:
    """With the interview of the path. Raises Unauthenticated, Forbidden, NotFound."""
    user = await user_of(request)
    guard = resources_of(request).guard
    return user, await guard.reach(user, request.path_params["interview"], permission, action)

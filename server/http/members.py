"""Whom an interview is shared with, beside the one who created it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.db.users import User
from server.errors import BadRequest
from server.http.bodies import Body, read_json
from server.http.context import resources_of
from server.http.guard import permitted_interview

MOST_MEMBERS = 50

Address = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=3, max_length=320)]


class UserUnknown(BadRequest):
    code: ClassVar[str] = "user_unknown"


class Members(Body):
    """`members`: addresses of people of the same organisation. All of them; who is not named is none any more."""

    members: Annotated[tuple[Address, ...], Field(max_length=MOST_MEMBERS)]


async def list_members(request: Request) -> Response:
    user, row = await permitted_interview(request, "interview.view", "members.list")
    resources = resources_of(request)
    await resources.audit.add(user, "members.list", row.id)
    return _tell(await resources.interviews.members(row.id))


async def replace_members(request: Request) -> Response:
    user, row = await permitted_interview(request, "interview.share")
    body = await read_json(request, Members)
    resources = resources_of(request)
    chosen = {member.id: member for member in [await _find(request, user, each) for each in body.members]}
    chosen.pop(row.owner_id or "", None)
    await resources.interviews.replace_members(row.id, tuple(chosen))
    await resources.audit.add(user, "interview.share", row.id, " ".join(sorted(chosen)))
    return _tell(await resources.interviews.members(row.id))


async def _find(request: Request, user: User, email: str) -> User:
    """Raises UserUnknown, also for those of other organisations."""
    credentials = await resources_of(request).users.credentials(email)
    if credentials is None or credentials.user.organisation_id != user.organisation_id:
        raise UserUnknown("members: one of these addresses is nobody's here")
    return credentials.user


def _tell(members: tuple[User, ...]) -> Response:
    told: list[dict[str, Any]] = [
        {"id": one.id, "email": one.email, "name": one.name, "role": one.role} for one in members
    ]
    return JSONResponse({"members": told})


def member_routes() -> list[BaseRoute]:
    path = "/v1/interviews/{interview}/members"
    return [Route(path, list_members, methods=["GET"]), Route(path, replace_members, methods=["PUT"])]

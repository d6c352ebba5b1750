"""HR's login: a signed cookie that scripts cannot read."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.auth.access import COOKIE, access_of, check_origin, user_of
from server.db.users import User
from server.http.bodies import Body, read_json
from server.http.context import client_address, resources_of
from server.http.ice import ice_servers_json


class LoginBody(Body):
    email: Annotated[str, StringConstraints(min_length=1, max_length=320)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


async def log_in(request: Request) -> Response:
    check_origin(request)
    body = await read_json(request, LoginBody)
    access = access_of(request)
    user, token = await access.log_in(body.email, body.password, client_address(request))
    await resources_of(request).audit.add(user, "login")
    response = JSONResponse({"user": _describe(user)})
    response.set_cookie(
        COOKIE,
        token,
        max_age=access.tokens.login_s,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


async def log_out(request: Request) -> Response:
    user = await user_of(request)
    await resources_of(request).audit.add(user, "logout")
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return response


async def show_me(request: Request) -> Response:
    user = await user_of(request)
    resources = resources_of(request)
    organisation = await resources.organisations.get(user.organisation_id)
    return JSONResponse(
        {
            "user": _describe(user),
            "organisation": {
                "id": organisation.id,
                "name": organisation.name,
                "scores_hidden": organisation.scores_hidden,
            },
            "ice_servers": ice_servers_json(resources.ice_servers(user.id)),
        }
    )


def _describe(user: User) -> dict[str, str]:
    return {"id": user.id, "email": user.email, "name": user.name, "role": user.role}


def login_routes() -> list[BaseRoute]:
    return [
        Route("/v1/login", log_in, methods=["POST"]),
        Route("/v1/logout", log_out, methods=["POST"]),
        Route("/v1/me", show_me),
    ]

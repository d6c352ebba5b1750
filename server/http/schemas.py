"""The interface described by itself: JSON Schema of the socket's messages, OpenAPI 3.1 of the HTTP resources."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.http.flows import NewFlow, NextVersion
from server.http.interviews import NewInterview
from server.http.invites import RedeemBody, ReopenBody
from server.http.jobs import JobBody, QuestionsBody, WishBody
from server.http.login import LoginBody
from server.http.members import Members
from server.http.problems import CONTENT_TYPE as PROBLEM_TYPE
from server.protocol.schema import build_schema

VERSION = importlib.metadata.version("viva-interview")

# What a reader cannot see from a route: bodies, and who may call.
_JSON_BODIES: dict[tuple[str, str], type[BaseModel]] = {
    ("POST", "/v1/login"): LoginBody,
    ("POST", "/v1/invites/redeem"): RedeemBody,
    ("POST", "/v1/interviews/{interview}/reopen"): ReopenBody,
    ("POST", "/v1/interviews"): NewInterview,
    ("POST", "/v1/jobs/competencies"): JobBody,
    ("POST", "/v1/jobs/questions"): QuestionsBody,
    ("POST", "/v1/jobs/wording"): WishBody,
    ("PUT", "/v1/interviews/{interview}/members"): Members,
    ("POST", "/v1/flows"): NewFlow,
    ("POST", "/v1/flows/{flow}/versions"): NextVersion,
}
_CREATING = {
    ("POST", "/v1/interviews"),
    ("POST", "/v1/interviews/{interview}/invites"),
    ("POST", "/v1/interviews/{interview}/reopen"),
    ("POST", "/v1/flows"),
    ("POST", "/v1/flows/{flow}/versions"),
}
_OPEN = {"/v1/login", "/v1/invites/redeem", "/healthz", "/readyz", "/metrics"}
_CANDIDATE = {"/v1/session", "/v1/session/explanation", "/v1/whip", "/v1/whip/{epoch}"}
_SDP = "application/sdp"
_DESCRIBED = ("/v1/", "/healthz", "/readyz", "/metrics")
_PATH_TYPE = re.compile(r":\w+}")


def build_openapi(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """From the route table itself, so that no path can be missing."""
    paths: dict[str, dict[str, Any]] = {}
    _, definitions = models_json_schema(
        [(model, "validation") for model in _JSON_BODIES.values()], ref_template="#/components/schemas/{model}"
    )
    for route in routes:
        if not isinstance(route, Route) or not route.path.startswith(_DESCRIBED):
            continue
        path = _PATH_TYPE.sub("}", route.path)
        for method in sorted((route.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            paths.setdefault(path, {})[method.lower()] = _operation(method, path, route.name)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Viva", "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {
                "candidate": {"type": "http", "scheme": "bearer"},
                "login": {"type": "apiKey", "in": "cookie", "name": "viva_session"},
            },
        },
    }


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "retryable"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; what a program decides by."},
        "retryable": {"type": "boolean"},
        "errors": {
            "type": "array",
            "description": "Where several things are wrong: each with its place in the body.",
            "items": {
                "type": "object",
                "required": ["place", "code", "quote"],
                "properties": {name: {"type": "string"} for name in ("place", "code", "quote")},
            },
        },
    },
}


def _operation(method: str, path: str, name: str) -> dict[str, Any]:
    sdp = method == "POST" and path.endswith(("/whip", "/whep", "/voice"))
    success = "201" if sdp or (method, path) in _CREATING else "200"
    operation: dict[str, Any] = {
        "operationId": f"{name}",
        "responses": {
            success: {"description": "Success", **({"content": {_SDP: {}}} if sdp else {})},
            "default": {
                "description": "Problem",
                "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
        "parameters": [
            {"name": parameter, "in": "path", "required": True, "schema": {"type": "string"}}
            for parameter in re.findall(r"{(\w+)}", path)
        ],
    }
    if path not in _OPEN:
        operation["security"] = [{"candidate": []}] if path in _CANDIDATE else [{"login": []}]
    model = _JSON_BODIES.get((method, path))
    if model is not None:
        schema = {"$ref": f"#/components/schemas/{model.__name__}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif sdp:
        operation["requestBody"] = {"required": True, "content": {_SDP: {"schema": {"type": "string"}}}}
    return operation


@cache
def _protocol_schema() -> dict[str, Any]:
    return build_schema()


async def show_protocol_schema(request: Request) -> Response:
    return JSONResponse(_protocol_schema())


async def show_openapi(request: Request) -> Response:
    return JSONResponse(build_openapi(request.app.routes))


def schema_routes() -> list[BaseRoute]:
    return [Route("/schemas/v1.json", show_protocol_schema), Route("/openapi.json", show_openapi)]

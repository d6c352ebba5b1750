"""What HR can create an interview from."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.auth.access import user_of
from server.http.context import resources_of


async def list_flows(request: Request) -> Response:
    await user_of(request, "flow.view")
    flows = resources_of(request).flows.flows.values()
    return JSONResponse(
        {
            "flows": [
                {
                    "id": flow.id,
                    "version": flow.version,
                    "title": flow.title,
                    "languages": flow.languages,
                    "questions": sum(len(stage.questions) for stage in flow.stages),
                    "stages": [stage.title for stage in flow.stages],
                }
                for flow in flows
            ]
        }
    )


def flow_routes() -> list[BaseRoute]:
    return [Route("/v1/flows", list_flows)]

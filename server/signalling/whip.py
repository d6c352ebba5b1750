"""The candidate's media comes in: WHIP (RFC 9725). A further offer replaces the connection, as the next epoch."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from server.auth.access import candidate_of
from server.errors import Unauthenticated
from server.signalling.ports import Resources
from server.signalling.sdp import answer_response, read_offer


async def publish(request: Request) -> Response:
    session = await candidate_of(request)
    offer = await read_offer(request)
    resources: Resources = request.app.state.resources
    interview = await resources.registry.get(session.interview_id)
    answer = await interview.publish(offer)
    try:
        await candidate_of(request)
    except Unauthenticated:  # a newer link was issued while we negotiated
        await interview.unpublish(answer.epoch)
        raise
    ice_servers = resources.ice_servers(session.id)
    return answer_response(answer.sdp, f"/v1/whip/{answer.epoch}", f"whip-{answer.epoch}", ice_servers)


async def unpublish(request: Request) -> Response:
    """An epoch that is over already stays over: deleting it again is no error."""
    session = await candidate_of(request)
    resources: Resources = request.app.state.resources
    interview = await resources.registry.get(session.interview_id)
    await interview.unpublish(request.path_params["epoch"])
    return Response()

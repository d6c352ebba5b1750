"""The candidate's media goes out to observers: WHEP (draft-ietf-wish-whep)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from server.auth.access import user_of
from server.db.users import User
from server.interviews.placement import LiveInterview
from server.signalling.ports import Resources, find_own
from server.signalling.sdp import answer_response, read_offer


async def observe(request: Request) -> Response:
    user, interview = await _find(request)
    offer = await read_offer(request)
    answer = await interview.observe(offer)
    resources: Resources = request.app.state.resources
    location = f"/v1/interviews/{interview.id}/whep/{answer.observer_id}"
    return answer_response(answer.sdp, location, f"whep-{answer.observer_id}", resources.ice_servers(user.id))


async def unobserve(request: Request) -> Response:
    _, interview = await _find(request)
    await interview.unobserve(request.path_params["observer"])
    return Response()


async def _find(request: Request) -> tuple[User, LiveInterview]:
    """Raises Unauthenticated, Forbidden, NotFound."""
    user = await user_of(request, "interview.observe")
    resources: Resources = request.app.state.resources
    return user, await find_own(resources, user.organisation_id, request.path_params["interview"])

"""The candidate's media goes out to observers: WHEP (draft-ietf-wish-whep)."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from server.auth.access import credentials_of
from server.db.users import Credentials
from server.interviews.placement import LiveInterview
from server.signalling.ports import Resources, find_own
from server.signalling.sdp import answer_response, read_offer


async def observe(request: Request) -> Response:
    credentials, interview = await _find(request, "media.observe")
    user = credentials.user
    offer = await read_offer(request)
    answer = await interview.observe(user.id, offer)
    resources: Resources = request.app.state.resources
    undo = partial(interview.unobserve, user.id, answer.observer_id)
    await resources.standing.keep_line(credentials, f"{interview.id} {answer.observer_id}", undo)
    await resources.guard.trail.add(user, "media.observe", interview.id)
    location = f"/v1/interviews/{interview.id}/whep/{answer.observer_id}"
    return answer_response(answer.sdp, location, f"whep-{answer.observer_id}", resources.ice_servers(user.id))


async def unobserve(request: Request) -> Response:
    credentials, interview = await _find(request, "media.unobserve")
    resources: Resources = request.app.state.resources
    observer_id = request.path_params["observer"]
    resources.standing.forget_line(f"{interview.id} {observer_id}")
    await interview.unobserve(credentials.user.id, observer_id)
    await resources.guard.trail.add(credentials.user, "media.unobserve", interview.id)
    return Response()


async def _find(request: Request, action: str) -> tuple[Credentials, LiveInterview]:
    """Raises Unauthenticated, Forbidden, NotFound."""
    credentials = await credentials_of(request)
    resources: Resources = request.app.state.resources
    interview_id = request.path_params["interview"]
    return credentials, await find_own(resources, credentials.user, interview_id, "interview.observe", action)

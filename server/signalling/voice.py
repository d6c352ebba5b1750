"""HR's voice comes in, for the candidate: WHIP (RFC 9725). Nobody hears it before its user has the floor."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from server.auth.access import credentials_of, user_of
from server.db.users import Credentials
from server.errors import Forbidden, Unauthenticated
from server.interviews.placement import LiveInterview
from server.signalling.ports import Resources, find_own
from server.signalling.sdp import answer_response, read_offer


async def open_voice(request: Request) -> Response:
    """One connection for each user and interview: a further offer takes the place of the one before."""
    credentials, interview = await _find(request, "voice.open")
    user = credentials.user
    offer = await read_offer(request)
    answer = await interview.open_voice(user.id, offer)
    try:
        await user_of(request, "interview.speak")
    except (Unauthenticated, Forbidden):  # signed out, or no longer allowed, while we negotiated
        await interview.close_voice(user.id, answer.voice_id)
        raise
    resources: Resources = request.app.state.resources
    undo = partial(interview.close_voice, user.id, answer.voice_id)
    await resources.standing.keep_line(credentials, f"{interview.id} {answer.voice_id}", undo)
    await resources.guard.trail.add(user, "voice.open", interview.id)
    location = f"/v1/interviews/{interview.id}/voice/{answer.voice_id}"
    return answer_response(answer.sdp, location, f"voice-{answer.voice_id}", resources.ice_servers(user.id))


async def close_voice(request: Request) -> Response:
    """One that was replaced, or is another user's, is left alone: deleting it is no error."""
    credentials, interview = await _find(request, "voice.close")
    resources: Resources = request.app.state.resources
    voice_id = request.path_params["voice"]
    resources.standing.forget_line(f"{interview.id} {voice_id}")
    await interview.close_voice(credentials.user.id, voice_id)
    await resources.guard.trail.add(credentials.user, "voice.close", interview.id)
    return Response()


async def _find(request: Request, action: str) -> tuple[Credentials, LiveInterview]:
    """Raises Unauthenticated, Forbidden, NotFound."""
    credentials = await credentials_of(request)
    resources: Resources = request.app.state.resources
    interview_id = request.path_params["interview"]
    return credentials, await find_own(resources, credentials.user, interview_id, "interview.speak", action)

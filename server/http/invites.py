"""Invite links: HR has them made, a candidate's browser redeems one."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.auth.access import bearer_token
from server.auth.invites import Redemption
from server.auth.tokens import CandidateSession
from server.errors import InterviewError, Unauthenticated
from server.http.bodies import Body, read_json
from server.http.context import client_address, resources_of
from server.http.guard import permitted_interview
from server.interviews.broadcast import format_time
from server.interviews.services import Actor
from server.protocol.console_commands import MAX_REASON_CHARACTERS, InterviewReopen
from server.protocol.events import InviteIssued, InviteRedeemed


class RedeemBody(Body):
    """`key`: random, made and kept by the client before it asks. With it an answer that was lost is asked for again."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    key: Annotated[str, StringConstraints(min_length=16, max_length=128)] | None = None


class ReopenBody(Body):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON_CHARACTERS)]
    confirmed: bool = False


async def redeem_invite(request: Request) -> Response:
    resources = resources_of(request)
    await resources.limits.count_redemption(client_address(request))
    body = await read_json(request, RedeemBody)
    redemption = await resources.invites.redeem(body.token, _current_session(request), body.key)
    session = redemption.session
    await _record_redemption(request, redemption)
    return JSONResponse({"session": resources.access.tokens.sign_candidate(session), "interview": session.interview_id})


async def reissue_invite(request: Request) -> Response:
    user, row = await permitted_interview(request, "invite.issue")
    await resources_of(request).audit.add(user, "invite.issue", row.id)
    return JSONResponse(await issue_invite(request, row.id), 201)


async def reopen_interview(request: Request) -> Response:
    """An interview that broke off goes on, over a new link; the reason is kept."""
    user, row = await permitted_interview(request, "interview.control", "interview.reopen")
    resources = resources_of(request)
    await resources.guard.reach(user, row.id, "invite.issue")
    body = await read_json(request, ReopenBody)
    interview = await resources.registry.get(row.id)
    await interview.submit(InterviewReopen(body.reason, body.confirmed), Actor("hr", user.id, name=user.name), None)
    await resources.audit.add(user, "interview.reopen", row.id)
    return JSONResponse(await issue_invite(request, row.id), 201)


async def issue_invite(request: Request, interview_id: str) -> dict[str, str]:
    """A new link, with the event that says so; every older link ends."""
    resources = resources_of(request)
    interview = await resources.registry.get(interview_id)
    invite = await resources.invites.issue(interview_id)
    expires_at = format_time(invite.expires_at)
    await interview.record(InviteIssued(invite.id, expires_at))
    base = resources.settings.http.public_url or str(request.base_url).rstrip("/")
    return {"invite_url": f"{base}/join/{invite.token}", "expires_at": expires_at}


async def _record_redemption(request: Request, redemption: Redemption) -> None:
    """A link that was bound but not recorded is set free again, so that the candidate can simply retry. Where the
    server died in between, the client that returns has it recorded."""
    resources, session = resources_of(request), redemption.session
    try:
        interview = await resources.registry.get(session.interview_id)
        if redemption.first or interview.state.phase == "invited":
            await interview.record(InviteRedeemed(session.invite_id))
    except InterviewError:
        if redemption.first:
            await resources.invites.release(session)
        raise


def _current_session(request: Request) -> CandidateSession | None:
    """A session that has ended by time is as good as none."""
    token = bearer_token(request)
    if token is None:
        return None
    try:
        return resources_of(request).access.tokens.read_candidate(token)
    except Unauthenticated:
        return None


def invite_routes() -> list[BaseRoute]:
    return [
        Route("/v1/invites/redeem", redeem_invite, methods=["POST"]),
        Route("/v1/interviews/{interview}/invites", reissue_invite, methods=["POST"]),
        Route("/v1/interviews/{interview}/reopen", reopen_interview, methods=["POST"]),
    ]

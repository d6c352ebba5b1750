"""Interviews as HR sees them: create, list, look at, read the log. Those that
are not theirs do not exist."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from realtime_scoring.questions.past_work import MAX_CHARACTERS
from server.archive.recordings import list_recordings
from server.auth.permissions import limit_of
from server.auth.visibility import visible_to_user
from server.db.interviews import InterviewRow
from server.db.log import PAUSE_AFTER, LoggedEvent
from server.errors import BadRequest, NotFound
from server.http.bodies import Body, Line, Term, Text, read_json
from server.http.context import resources_of
from server.http.guard import permitted, permitted_interview
from server.http.invites import issue_invite
from server.http.paging import read_name, read_whole_number
from server.interviews.broadcast import envelope_of, format_time
from server.interviews.vocabulary import keep_terms
from server.protocol.envelope import encode_envelope
from server.protocol.events import Experience, InterviewCreated
from server.protocol.flow import Language

PAGE_LIMIT = 50
MAX_PAGE_LIMIT = 200
TERMS_LIMIT = 40
EVENTS_LIMIT = 1_000
"""Of one answer."""


PastWork = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_CHARACTERS)]


class NewInterview(Body):
    flow: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    candidate_name: Line
    job_title: Line
    language: Language
    terms: Annotated[tuple[Term, ...], Field(max_length=TERMS_LIMIT)] = ()
    background: Text = ""
    """A CV or the like. Only the names in it are kept."""
    experience: Experience | None = None
    past_work: PastWork = ""
    """A few words for the greeting of the experienced."""


async def create_interview(request: Request) -> Response:
    user, _ = await permitted(request, "interview.create")
    body = await read_json(request, NewInterview)
    resources = resources_of(request)
    flow = await resources.catalogue.get(user.organisation_id, body.flow, limit_of(user, "flow.view"))
    if body.language not in flow.languages:
        raise BadRequest(f"language: the flow is offered in {', '.join(flow.languages)}")
    if body.past_work and body.experience != "experienced":
        raise BadRequest("past_work: is named to the experienced alone; set experience")
    resources.question_desk.check_past_work(body.past_work)
    organisation = await resources.organisations.get(user.organisation_id)
    interview_id = await resources.registry.create(
        InterviewCreated(
            organisation_id=organisation.id,
            organisation_name=organisation.name,
            candidate_name=body.candidate_name,
            job_title=body.job_title,
            language=body.language,
            flow=flow,
            created_by=user.id,
            terms=keep_terms(body.terms, body.background),
            experience=body.experience,
            past_work=body.past_work,
        )
    )
    await resources.audit.add(user, "interview.create", interview_id)
    link = await issue_invite(request, interview_id)
    return JSONResponse({"interview": interview_id, **link}, 201, {"Location": f"/v1/interviews/{interview_id}"})


async def list_interviews(request: Request) -> Response:
    user, member = await permitted(request, "interview.view", "interviews.list")
    limit = read_whole_number(request, "limit", PAGE_LIMIT, 1, MAX_PAGE_LIMIT)
    cursor = read_name(request, "cursor")
    rows = await resources_of(request).interviews.page(user.organisation_id, cursor, limit + 1, member=member)
    shown = rows[:limit]
    await resources_of(request).audit.add(user, "interviews.list")
    return JSONResponse(
        {
            "interviews": [_describe(row) for row in shown],
            "next": shown[-1].id if len(rows) > limit else None,
        }
    )


async def show_interview(request: Request) -> Response:
    user, row = await permitted_interview(request, "interview.view")
    resources = resources_of(request)
    events = await resources.log.read(row.id)
    created = events[0].data
    if not isinstance(created, InterviewCreated):
        raise NotFound("there is no such interview")
    await resources.audit.add(user, "interview.view", row.id)
    return JSONResponse(
        {
            **_describe(row),
            "flow_snapshot": created.flow.model_dump(mode="json"),
            "recordings": [
                {
                    "name": recording.name,
                    "epoch": recording.epoch,
                    "start_ms": recording.start_ms,
                    "duration_ms": recording.duration_ms,
                }
                for recording in list_recordings(events)
            ],
        }
    )


async def list_events(request: Request) -> Response:
    user, row = await permitted_interview(request, "evidence.view", "events.read")
    after = read_whole_number(request, "after", 0, 0, 2**31 - 1)
    resources = resources_of(request)
    limit = read_whole_number(request, "limit", EVENTS_LIMIT, 1, EVENTS_LIMIT)
    events = await resources.log.read(row.id, after, limit + 1)
    shown = events[:limit]
    await resources.audit.add(user, "events.read", row.id)
    following = shown[-1].seq if len(events) > limit else None
    visible = [replace(event, data=data) for event in shown if (data := visible_to_user(user, event.data)) is not None]
    body = f'{{"events":[{",".join(await _encode_all(visible))}],"next":{json.dumps(following)}}}'
    return Response(body, media_type="application/json")


async def _encode_all(events: Sequence[LoggedEvent]) -> list[str]:
    written: list[str] = []
    for begin in range(0, len(events), PAUSE_AFTER):
        written += (encode_envelope(envelope_of(event)) for event in events[begin : begin + PAUSE_AFTER])
        await asyncio.sleep(0)
    return written


def _describe(row: InterviewRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "candidate_name": row.candidate_name,
        "job_title": row.job_title,
        "flow": row.flow_id,
        "language": row.language,
        "phase": row.phase,
        "review_requested": row.review_requested,
        "created_at": format_time(row.created_at),
    }


def interview_routes() -> list[BaseRoute]:
    return [
        Route("/v1/interviews", create_interview, methods=["POST"]),
        Route("/v1/interviews", list_interviews, methods=["GET"]),
        Route("/v1/interviews/{interview}", show_interview),
        Route("/v1/interviews/{interview}/events", list_events),
    ]

"""What HR can create an interview from: listed, looked at, and saved from a job."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from realtime_scoring.questions.generate import MOST_QUESTIONS
from server.errors import BadRequest
from server.http.bodies import Line, read_json
from server.http.context import resources_of
from server.http.guard import permitted
from server.http.jobs import JobBody, Weighed, WishBody
from server.interviews.broadcast import format_time
from server.interviews.question_desk import Proposal, QuestionDesk, Wish
from server.interviews.question_flow import build_flow, name_flow
from server.protocol.flow import Flow, Language
from server.protocol.job import JobRecord, WeighedCompetency


class NewFlow(JobBody):
    """`title`: of the flow, in both languages; candidates read it."""

    title: dict[Language, Line]
    competencies: Weighed
    questions: Annotated[tuple[WishBody, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]

    @field_validator("title")
    @classmethod
    def check_languages(cls, title: dict[Language, Line]) -> dict[Language, Line]:
        if set(title) != {"en", "zh-CN"}:
            raise ValueError("give the title in both languages, en and zh-CN")
        return title

    @field_validator("questions")
    @classmethod
    def check_once(cls, questions: tuple[WishBody, ...]) -> tuple[WishBody, ...]:
        ids = [question.id for question in questions]
        if len(set(ids)) != len(ids):
            raise ValueError("a question is asked once")
        return questions


class NextVersion(NewFlow):
    """`after`: the version it was made from; refused when somebody else has saved one since."""

    after: Annotated[int, Field(ge=1, le=1_000_000)]


async def list_flows(request: Request) -> Response:
    user, member = await permitted(request, "flow.view", "flows.list")
    resources = resources_of(request)
    known = await resources.catalogue.everything(user.organisation_id, member)
    await resources.audit.add(user, "flows.list")
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
                    "saved": saved,
                }
                for flow, saved in known
            ]
        }
    )


async def show_flow(request: Request) -> Response:
    """One that was saved, with its job: to go on with."""
    user, member = await permitted(request, "flow.view")
    flow_id = request.path_params["flow"]
    resources = resources_of(request)
    saved = await resources.catalogue.get_saved(user.organisation_id, flow_id, member)
    await resources.audit.add(user, "flow.view", detail=flow_id)
    return JSONResponse(
        {
            "flow": saved.flow.model_dump(mode="json"),
            "record": saved.record.model_dump(mode="json"),
            "created_at": format_time(saved.created_at),
        }
    )


async def save_flow(request: Request) -> Response:
    user, _ = await permitted(request, "flow.edit", "flow.save")
    body = await read_json(request, NewFlow)
    resources = resources_of(request)
    proposal, record = await asyncio.to_thread(_settle, resources.question_desk, body)
    title = record.job.title or body.title["en"]
    flow = await resources.catalogue.add(
        user, name_flow(title), record, lambda flow_id: _build(title, proposal, flow_id, 1, body)
    )
    await resources.audit.add(user, "flow.save", detail=f"{flow.id} 1")
    return _tell_saved(flow, record)


async def save_next_version(request: Request) -> Response:
    user, member = await permitted(request, "flow.edit", "flow.save")
    body = await read_json(request, NextVersion)
    resources = resources_of(request)
    known = await resources.catalogue.get_saved(user.organisation_id, request.path_params["flow"], member)
    proposal, record = await asyncio.to_thread(_settle, resources.question_desk, body)
    flow = _build(record.job.title, proposal, known.flow.id, body.after + 1, body)
    if body.after > known.flow.version:
        raise BadRequest(f"after: the newest version is {known.flow.version}")
    await resources.catalogue.saved.add(user, flow, record)
    await resources.audit.add(user, "flow.save", detail=f"{flow.id} {flow.version}")
    return _tell_saved(flow, record)


def _settle(desk: QuestionDesk, body: NewFlow) -> tuple[Proposal, JobRecord]:
    job = desk.read(body.job)
    model = desk.weigh(job, body.competencies)
    proposal = desk.settle(job, model, [Wish(wish.id, dict(wish.text)) for wish in body.questions])
    weighed = tuple(
        WeighedCompetency(id=entry.competency, chosen=entry.chosen, weight=entry.weight) for entry in model.entries
    )
    described = body.job.model_copy(update={"seniority": job.seniority, "language": job.language})
    return proposal, JobRecord(job=described, competencies=weighed, match=proposal.match)


def _build(title: str, proposal: Proposal, flow_id: str, version: int, body: NewFlow) -> Flow:
    try:
        return build_flow(title, proposal.asked, flow_id=flow_id, version=version, title=dict(body.title))
    except ValidationError:
        raise BadRequest("questions: put those of one kind together; a flow has at most 20 stages") from None


def _tell_saved(flow: Flow, record: JobRecord) -> Response:
    told: dict[str, Any] = {"id": flow.id, "version": flow.version, "title": flow.title, "match": record.match}
    return JSONResponse(told, 201, {"Location": f"/v1/flows/{flow.id}"})


def flow_routes() -> list[BaseRoute]:
    return [
        Route("/v1/flows", list_flows, methods=["GET"]),
        Route("/v1/flows", save_flow, methods=["POST"]),
        Route("/v1/flows/{flow}", show_flow, methods=["GET"]),
        Route("/v1/flows/{flow}/versions", save_next_version, methods=["POST"]),
    ]

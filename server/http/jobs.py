"""From a job to its questions, step by step. The page keeps what is being edited; what is stored is the flow."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from realtime_scoring.questions.competency_model import FEWEST_CHOSEN, HEAVIEST, MOST_CHOSEN, CompetencyModel
from realtime_scoring.questions.cues import JobQuote
from realtime_scoring.questions.generate import MOST_QUESTIONS, GeneratedQuestion
from realtime_scoring.questions.job import JobDescription
from server.http.bodies import SPOOFING, Body, read_json
from server.http.context import resources_of
from server.http.guard import permitted
from server.interviews.question_desk import Proposal, QuestionDesk, Wish
from server.protocol.flow import Language
from server.protocol.job import Job, WeighedCompetency

QuestionText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
QuestionTexts = dict[Language, QuestionText]
Weighed = Annotated[tuple[WeighedCompetency, ...], Field(min_length=1, max_length=64)]


class JobBody(Body):
    job: Job

    @field_validator("job")
    @classmethod
    def check_visible(cls, job: Job) -> Job:
        if any(
            sign in SPOOFING or (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\r\n\t")
            for sign in f"{job.title}\n{job.whole_text}"
        ):
            raise ValueError("control characters are not allowed")
        return job


class QuestionsBody(JobBody):
    competencies: Weighed
    count: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)] = 6
    seed: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class WishBody(Body):
    """A question of the bank, in one's own words where they differ."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    text: QuestionTexts

    @field_validator("text")
    @classmethod
    def check_languages(cls, text: QuestionTexts) -> QuestionTexts:
        if set(text) != {"en", "zh-CN"}:
            raise ValueError("give the question in both languages, en and zh-CN")
        return text


async def derive_competencies(request: Request) -> Response:
    user, _ = await permitted(request, "flow.edit", "jobs.competencies")
    body = await read_json(request, JobBody)
    resources = resources_of(request)
    desk = resources.question_desk
    await resources.audit.add(user, "jobs.competencies")

    def work() -> dict[str, Any]:
        job = desk.read(body.job)
        return _tell_model(job, desk.derive(job), desk)

    return JSONResponse(await asyncio.to_thread(work))


async def propose_questions(request: Request) -> Response:
    user, _ = await permitted(request, "flow.edit", "jobs.questions")
    body = await read_json(request, QuestionsBody)
    resources = resources_of(request)
    desk = resources.question_desk
    await resources.audit.add(user, "jobs.questions")

    def work() -> dict[str, Any]:
        job = desk.read(body.job)
        model = desk.weigh(job, body.competencies)
        proposal = desk.propose(job, model, count=body.count, seed=body.seed)
        return {**_tell_model(job, model, desk), **tell_proposal(proposal)}

    return JSONResponse(await asyncio.to_thread(work))


async def check_wording(request: Request) -> Response:
    user, _ = await permitted(request, "flow.edit", "jobs.wording")
    body = await read_json(request, WishBody)
    resources = resources_of(request)
    found = resources.question_desk.check(Wish(body.id, dict(body.text)))
    await resources.audit.add(user, "jobs.wording")
    return JSONResponse(
        {"problems": [{"language": one.language, "code": one.code, "quote": one.quote} for one in found]}
    )


def _tell_model(job: JobDescription, model: CompetencyModel, desk: QuestionDesk) -> dict[str, Any]:
    names = {entry.competency.id: entry.competency.name for entry in desk.rubric.competencies}
    return {
        "job": {"title": job.title, "seniority": job.seniority, "language": job.language},
        "competencies": [
            {
                "id": entry.competency,
                "name": names[entry.competency],
                "chosen": entry.chosen,
                "weight": entry.weight,
                "why": [_tell_quote(quote) for quote in entry.why],
            }
            for entry in model.entries
        ],
        "problems": [{"topic": problem.topic, **_tell_quote(problem.quote)} for problem in model.problems],
        "limits": {
            "fewest": FEWEST_CHOSEN,
            "most": MOST_CHOSEN,
            "heaviest": HEAVIEST,
            "questions": MOST_QUESTIONS,
        },
    }


def tell_proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "questions": [_tell_question(question) for question in proposal.asked],
        "spare": [_tell_question(question) for question in proposal.spare],
        "match": proposal.match,
    }


def _tell_question(question: GeneratedQuestion) -> dict[str, Any]:
    template = question.template
    quotes = dict.fromkeys(reason.quote.quote for reason in question.reasons)
    return {
        "id": template.id,
        "kind": template.kind,
        "text": template.text,
        "competencies": question.competencies,
        "shows": [{"competency": one.competency, "indicator": one.indicator} for one in question.dimensions],
        "suggested_s": template.suggested_s,
        "limit_s": template.limit_s,
        "follow_ups": template.follow_ups,
        "match": question.match,
        "because": list(quotes),
    }


def _tell_quote(quote: JobQuote) -> dict[str, Any]:
    return {"quote": quote.quote, "part": quote.part, "char_start": quote.char_start, "char_end": quote.char_end}


def job_routes() -> list[BaseRoute]:
    return [
        Route("/v1/jobs/competencies", derive_competencies, methods=["POST"]),
        Route("/v1/jobs/questions", propose_questions, methods=["POST"]),
        Route("/v1/jobs/wording", check_wording, methods=["POST"]),
    ]

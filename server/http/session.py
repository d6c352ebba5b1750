"""What a candidate's page needs to know before and during the interview."""

from __future__ import annotations

import math
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.auth.access import candidate_of
from server.hr.consents import Consent, consents, disclosure
from server.http.context import resources_of
from server.http.ice import ice_servers_json


async def show_session(request: Request) -> Response:
    session = await candidate_of(request)
    resources = resources_of(request)
    state = await resources.registry.look(session.interview_id)
    flow = state.whole_flow
    names_model = resources.lanes is not None
    questions = [question for stage in flow.stages for question in stage.questions]
    suggested_s = sum(question.suggested_s for question in questions) * state.time_multiplier
    return JSONResponse(
        {
            "interview": state.id,
            "phase": state.phase,
            "organisation": state.organisation_name,
            "candidate_name": state.candidate_name,
            "job_title": state.job_title,
            "language": state.language,
            "languages": flow.languages,
            "flow_title": flow.title,
            "stages": [
                {"id": stage.id, "title": stage.title, "form": stage.form, "questions": len(stage.questions)}
                for stage in flow.stages
            ],
            "questions_total": len(questions),
            "minutes": math.ceil(suggested_s / 60),
            "result_within_hours": flow.result_within_hours,
            "explains": flow.explains_to_candidate,
            "consents": [_describe(consent) for consent in consents(names_model=names_model)],
            "disclosure": dict(disclosure(names_model=names_model)),
            "ice_servers": ice_servers_json(resources.ice_servers(session.id)),
            "recogniser": {"name": resources.recogniser.name, "demonstration": resources.recogniser.demonstration},
        }
    )


def _describe(consent: Consent) -> dict[str, Any]:
    return {
        "kind": consent.kind,
        "required": consent.required,
        "version": consent.version,
        "texts": {
            language: {"title": text.title, "text": text.text, "hash": text.hash}
            for language, text in consent.texts.items()
        },
    }


def session_routes() -> list[BaseRoute]:
    return [Route("/v1/session", show_session)]

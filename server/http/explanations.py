"""Why the levels are what they are: for HR at any time, for the candidate once the interview is over."""

from __future__ import annotations

from typing import get_args

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.auth.access import candidate_of
from server.errors import BadRequest
from server.http.context import resources_of
from server.http.guard import permitted_interview
from server.interviews.errors import NotExplained, NotOver
from server.interviews.explanations import InterviewExplained, explain_interview
from server.interviews.state import InterviewState
from server.protocol.flow import Language

_EXPLAINED = TypeAdapter(InterviewExplained)
_LANGUAGES: dict[str, Language] = {language: language for language in get_args(Language)}


async def show_explanations(request: Request) -> Response:
    user, row = await permitted_interview(request, "explanation.view", "explanations.read")
    wanted = _asked_language(request)
    resources = resources_of(request)
    state = await resources.registry.look(row.id)
    await resources.audit.add(user, "explanations.read", row.id)
    return _explain(request, state, wanted)


async def show_own_explanation(request: Request) -> Response:
    """Raises NotOver while the interview runs: nobody answers the next question with a level in mind."""
    session = await candidate_of(request)
    wanted = _asked_language(request)
    state = await resources_of(request).registry.look(session.interview_id)
    if not state.ended:
        raise NotOver("what was found is told when the interview is over")
    if not state.whole_flow.explains_to_candidate:
        raise NotExplained("ask those who invited you")
    return _explain(request, state, wanted)


def _explain(request: Request, state: InterviewState, wanted: Language | None) -> Response:
    explained = explain_interview(state, resources_of(request).scoring, wanted or state.language)
    return Response(_EXPLAINED.dump_json(explained), media_type="application/json")


def _asked_language(request: Request) -> Language | None:
    """None: that of the interview."""
    written = request.query_params.get("language")
    if written is None:
        return None
    if written not in _LANGUAGES:
        raise BadRequest(f"language: one of {', '.join(_LANGUAGES)}")
    return _LANGUAGES[written]


def explanation_routes() -> list[BaseRoute]:
    return [
        Route("/v1/interviews/{interview}/explanations", show_explanations),
        Route("/v1/session/explanation", show_own_explanation),
    ]

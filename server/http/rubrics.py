"""What competencies and indicators are called, the organisation's own among them: pages have no such words built in."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.rubric import LANGUAGES, CompetencyRubric
from realtime_scoring.steps import STRUCTURE_WEIGHTS
from server.http.context import resources_of
from server.http.guard import permitted
from server.protocol.flow import Language

Texts = dict[Language, str]


@dataclass(frozen=True, slots=True)
class IndicatorNamed:
    """`sign` -1: it counts against the competency."""

    id: str
    sign: int
    label: Texts


@dataclass(frozen=True, slots=True)
class RubricNamed:
    """`anchors`: of levels 1 to 5."""

    id: str
    name: Texts
    anchors: dict[Language, tuple[str, ...]]
    indicators: tuple[IndicatorNamed, ...]


@dataclass(frozen=True, slots=True)
class RubricsNamed:
    """`structure`: indicators that every competency has, such as a result."""

    version: str
    rubrics: tuple[RubricNamed, ...]
    structure: tuple[IndicatorNamed, ...]


_NAMED = TypeAdapter(RubricsNamed)


async def list_rubrics(request: Request) -> Response:
    user, _ = await permitted(request, "flow.view", "rubrics.read")
    await resources_of(request).audit.add(user, "rubrics.read")
    return Response(_NAMED.dump_json(name_rubrics(resources_of(request).scoring)), media_type="application/json")


def name_rubrics(engine: ScoringEngine) -> RubricsNamed:
    return RubricsNamed(
        version=engine.versions.rubric,
        rubrics=tuple(_name_rubric(entry) for entry in engine.rubric.competencies),
        structure=tuple(
            IndicatorNamed(name, 1, {language: engine.label_indicator("", name, language) for language in LANGUAGES})
            for name in STRUCTURE_WEIGHTS
        ),
    )


def _name_rubric(entry: CompetencyRubric) -> RubricNamed:
    competency = entry.competency
    signed = [*((each, 1) for each in entry.indicators), *((each, -1) for each in entry.negatives)]
    return RubricNamed(
        id=competency.id,
        name=dict(competency.name),
        anchors={language: tuple(competency.anchors[language]) for language in LANGUAGES},
        indicators=tuple(IndicatorNamed(each.id, sign, dict(each.label)) for each, sign in signed),
    )


def rubric_routes() -> list[BaseRoute]:
    return [Route("/v1/rubrics", list_rubrics)]

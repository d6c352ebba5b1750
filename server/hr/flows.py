"""The library of flows: the shipped templates, and those of the operator's own directory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from server.errors import InterviewError, NotFound
from server.hr.yaml_document import (
    Document,
    DocumentInvalid,
    Place,
    Problem,
    parse_document,
    read_document,
    write_place,
)
from server.protocol.flow import Flow

TEMPLATES = Path(__file__).parent / "flow_templates"


class FlowInvalid(InterviewError):
    """Every problem of the file at once, one a line: `FILE: line 12: stages[1].form: ...`."""

    code: ClassVar[str] = "flow_invalid"
    status: ClassVar[int] = 422

    def __init__(self, path: Path, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = problems


class FlowUnknown(NotFound):
    code: ClassVar[str] = "flow_unknown"


@dataclass(frozen=True, slots=True)
class FlowLibrary:
    """`broken` are files that could not be used; the others serve all the same."""

    flows: Mapping[str, Flow]
    broken: tuple[FlowInvalid, ...]

    def get(self, flow_id: str) -> Flow:
        """Raises FlowUnknown."""
        flow = self.flows.get(flow_id)
        if flow is None:
            raise FlowUnknown("there is no such flow")
        return flow


def open_library(directory: Path | None, known_competencies: Collection[str]) -> FlowLibrary:
    """A flow of the operator's directory takes the place of a shipped one of the same id."""
    flows: dict[str, Flow] = {}
    broken: list[FlowInvalid] = []
    for folder in (TEMPLATES, directory):
        if folder is None:
            continue
        if not folder.is_dir():
            broken.append(FlowInvalid(folder, (Problem(0, "", "there is no such directory"),)))
            continue
        own: dict[str, Path] = {}
        for path in sorted(folder.glob("*.yaml")):
            try:
                flow = load_flow(path, known_competencies)
                if flow.id in own:
                    raise FlowInvalid(path, (Problem(0, "id", f"{own[flow.id].name} has the id {flow.id!r} already"),))
            except FlowInvalid as error:
                broken.append(error)
            else:
                own[flow.id] = path
                flows[flow.id] = flow
    return FlowLibrary(flows, tuple(broken))


def load_flow(path: Path, known_competencies: Collection[str]) -> Flow:
    """Raises FlowInvalid."""
    try:
        document = parse_document(read_document(path))
    except DocumentInvalid as error:
        raise FlowInvalid(path, error.problems) from None
    flow = _validate(path, document)
    strangers = tuple(_unknown_competencies(flow, document, known_competencies))
    if strangers:
        raise FlowInvalid(path, strangers)
    return flow


def _validate(path: Path, document: Document) -> Flow:
    try:
        return Flow.model_validate(document.data)
    except ValidationError as error:
        problems = []
        items = error.errors(include_url=False, include_input=False)
        for item in items:
            if item["type"] == "too_short" and any(_inside(other["loc"], item["loc"]) for other in items):
                continue  # short only because its parts were dropped for their own problems
            # pydantic marks the key of a mapping as an own step
            place = tuple(part for part in item["loc"] if part != "[key]")
            message = str(item["msg"]).removeprefix("Value error, ")
            problems.append(Problem(document.line_of(place), write_place(place), message))
        raise FlowInvalid(path, tuple(problems)) from None


def _unknown_competencies(flow: Flow, document: Document, known: Collection[str]) -> Iterator[Problem]:
    for stage_index, stage in enumerate(flow.stages):
        for question_index, question in enumerate(stage.questions):
            for index, competency in enumerate(question.competencies):
                if competency not in known:
                    place = ("stages", stage_index, "questions", question_index, "competencies", index)
                    message = f"no rubric describes {competency!r}; there are {', '.join(sorted(known))}"
                    yield Problem(document.line_of(place), write_place(place), message)


def _inside(place: Place, outer: Place) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer

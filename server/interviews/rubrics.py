"""The rubrics of this server: the shipped ones, and those of the operator's own directory."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import ClassVar

import realtime_scoring
from realtime_scoring.engine import ScoringEngine
from realtime_scoring.errors import DataError
from realtime_scoring.linter.check import check_rubric
from server.errors import InterviewError
from server.hr.yaml_document import Document, DocumentInvalid, Problem, parse_document, read_document, write_place

SHIPPED = Path(realtime_scoring.__file__).parent / "rubrics"


class RubricInvalid(InterviewError):
    """Every problem at once, one a line: `FILE: line 12: indicators[1].en: what is wrong; what to do`."""

    code: ClassVar[str] = "rubric_invalid"
    status: ClassVar[int] = 422


def open_scoring(directory: Path | None) -> ScoringEngine:
    """The scoring engine with the rubrics of a directory (`*.yaml`) beside the shipped ones. Raises RubricInvalid.

    One bad file refuses all: a score that lacks a competency without anybody's knowing would be worse than no start.
    """
    shipped = ScoringEngine.default()
    if directory is None:
        return shipped
    if not directory.is_dir():
        raise RubricInvalid(f"{directory}: there is no such directory")
    files = sorted(directory.glob("*.yaml"))
    problems = check_files(files, shipped)
    if problems:
        raise RubricInvalid("\n".join(problems))
    try:
        return ScoringEngine.default({path.name: read_document(path) for path in files})
    except (DataError, DocumentInvalid) as error:  # changed since it was checked
        raise RubricInvalid(str(error)) from None


def check_files(files: Collection[Path], shipped: ScoringEngine) -> list[str]:
    """What is wrong with them and between them. A shipped file may be among them."""
    described = {competency.id: "the shipped rubrics" for competency in shipped.competencies()}
    problems: list[str] = []
    for path in files:
        own = path.resolve().parent == SHIPPED.resolve()
        try:
            document = parse_document(read_document(path))
        except DocumentInvalid as error:
            problems += [f"{path}: {problem}" for problem in error.problems]
            continue
        found = check_rubric(document.data, shipped.lexicons, () if own else described)
        problems += [
            f"{path}: {Problem(document.line_of(item.place), write_place(item.place), item.message)}; {item.mend}"
            for item in found
        ]
        name = _find_id(document)
        if not own and name is not None:
            described.setdefault(name, str(path))
    return problems


def _find_id(document: Document) -> str | None:
    name = document.data.get("id") if isinstance(document.data, dict) else None
    return name if isinstance(name, str) else None

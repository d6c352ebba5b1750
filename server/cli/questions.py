"""`viva questions`: from a job to its competencies and its questions, for people to look through and edit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from realtime_scoring.errors import DataError
from realtime_scoring.questions.competency_model import CompetencyModel, check_quotes, derive_model
from realtime_scoring.questions.generate import MOST_QUESTIONS, GeneratedQuestion, generate_questions
from realtime_scoring.questions.job import JobDescription, describe_job
from realtime_scoring.questions.loader import job_from_yaml, load_question_data, model_from_yaml, model_to_yaml
from server.errors import InterviewError
from server.interviews.question_desk import CompetencyModelInvalid, JobInvalid, QuestionsMissing
from server.interviews.question_flow import build_flow, write_flow
from server.interviews.rubrics import open_scoring
from server.protocol.flow import Language
from server.settings import load_settings

MAX_FILE_BYTES = 256 * 1024


class FileNotWritten(InterviewError):
    code: ClassVar[str] = "file_not_written"


def questions(
    job_file: Annotated[Path, typer.Argument(help="Text, or YAML with title, text, responsibilities, requirements.")],
    language: Annotated[Language | None, typer.Option(help="Of the questions as printed; else the job's.")] = None,
    count: Annotated[int, typer.Option(min=1, max=MOST_QUESTIONS, help="How many questions.")] = 6,
    seed: Annotated[int, typer.Option(help="Another seed asks others among equally good questions.")] = 0,
    model: Annotated[Path | None, typer.Option(help="An edited competency model, in place of a derived one.")] = None,
    model_out: Annotated[Path | None, typer.Option(help="Write the competency model here, to be edited.")] = None,
    flow_out: Annotated[Path | None, typer.Option(help="Write a flow here, as `viva flow check` accepts it.")] = None,
    bank: Annotated[
        list[Path] | None, typer.Option(help="Further questions of your own; see docs/questions.md.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Derive the competencies a job asks for, and questions for them: the same for everybody."""
    rubric = open_scoring(load_settings().rubrics_dir).rubric
    try:
        data = load_question_data(rubric, {str(path): _read_text(path) for path in bank or ()})
    except DataError as error:
        raise QuestionsMissing(str(error)) from None
    try:
        job = _read_job(job_file)
    except DataError as error:
        raise JobInvalid(str(error)) from None
    try:
        if model is None:
            derived = derive_model(job, rubric, data.cues)
        else:
            derived = model_from_yaml(_read_text(model), str(model), rubric)
            check_quotes(derived, job, str(model))
    except DataError as error:
        raise CompetencyModelInvalid(str(error)) from None
    spoken: Language = language or job.language
    console = Console()
    _print_problems(console, derived)
    _print_model(console, derived, {item.competency.id: item.competency.name[spoken] for item in rubric.competencies})
    if model_out is not None:
        _write(model_out, model_to_yaml(derived), force=force)
        typer.echo(f"The competency model is in {model_out}")
    try:
        asked = generate_questions(derived, data.bank, count=count, language=spoken, seed=seed, job=job)
    except DataError as error:
        raise QuestionsMissing(str(error)) from None
    _print_questions(console, asked)
    if flow_out is not None:
        _write(flow_out, write_flow(build_flow(job.title, asked)), force=force)
        typer.echo(f"The flow is in {flow_out}")


def _read_job(path: Path) -> JobDescription:
    text = _read_text(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        return job_from_yaml(text, str(path))
    return describe_job(text, str(path))


def _read_text(path: Path) -> str:
    """Raises DataError."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise DataError(f"{path}: larger than {MAX_FILE_BYTES // 1024} KiB")
        return content.decode("utf-8")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}: line {line}: not UTF-8 text") from None


def _write(path: Path, text: str, *, force: bool) -> None:
    """Somebody may have edited what is there."""
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise FileNotWritten(f"{path} is there already; --force writes over it") from None
    except OSError as error:
        raise FileNotWritten(f"{path}: {error.strerror}") from None


def _print_problems(console: Console, model: CompetencyModel) -> None:
    for problem in model.problems:
        console.print(
            f'[red]The job asks for {problem.topic}:[/red] "{escape(problem.quote.quote)}".'
            " It was not used; nobody is asked about it, and the advertisement should not say it."
        )


def _print_model(console: Console, model: CompetencyModel, names: dict[str, str]) -> None:
    table = Table("", "Competency", "Weight", "Because the job says", title=escape(model.job_title) or None)
    for entry in model.entries:
        quotes = "; ".join(f'"{escape(quote.quote)}"' for quote in entry.why)
        mark = "x" if entry.chosen else ""
        table.add_row(mark, names.get(entry.competency, entry.competency), f"{entry.weight:g}", quotes)
    console.print(table)


def _print_questions(console: Console, asked: Sequence[GeneratedQuestion]) -> None:
    table = Table("#", "Question", "Kind", "Can show", "Match, and why", "Time")
    for number, question in enumerate(asked, 1):
        template = question.template
        shows = ", ".join(f"{item.competency}.{item.indicator}" for item in question.dimensions)
        quotes = dict.fromkeys(reason.quote.quote for reason in question.reasons)
        why = "".join(f'\n"{escape(quote)}"' for quote in quotes)
        times = f"{template.suggested_s}-{template.limit_s} s"
        match = f"{question.match:.2f}{why}"
        table.add_row(str(number), escape(question.text), template.kind, shows, match, times)
    console.print(table)

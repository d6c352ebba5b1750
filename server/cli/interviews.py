"""`viva interview`: an invite link without a browser, for a first look and for scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

import typer

from realtime_scoring.questions.past_work import check_past_work
from server.auth.invites import InviteOffice
from server.cli.commands import USAGE, fail
from server.cli.storage import open_storage
from server.cli.users import DEFAULT_ORGANISATION
from server.db.flows import SavedFlows
from server.db.invites import Invites
from server.db.log import EventLog, NewEvent
from server.db.organisations import Organisation, Organisations
from server.hr.flow_catalogue import FlowCatalogue
from server.hr.flows import FlowLibrary, open_library
from server.identifiers import new_id
from server.interviews.broadcast import format_time
from server.interviews.question_desk import PastWorkUnfit
from server.interviews.rubrics import open_scoring
from server.protocol.events import Experience, InterviewCreated, InviteIssued
from server.protocol.flow import Flow, Language
from server.settings import Settings, load_settings

interview_commands = typer.Typer(help="Interviews.", no_args_is_help=True)


@interview_commands.callback()
def _group() -> None:
    """Interviews."""


@interview_commands.command()
def create(
    candidate_name: Annotated[str, typer.Argument(help="Name of the candidate.")],
    job_title: Annotated[str, typer.Option("--job", help="Position.")] = "Position",
    flow: Annotated[str, typer.Option(help="Flow to follow.")] = "five-stage",
    language: Annotated[Language, typer.Option(help="Language to begin in.")] = "en",
    organisation: Annotated[str, typer.Option(help="Whose interview.")] = DEFAULT_ORGANISATION,
    experience: Annotated[
        Experience | None, typer.Option(help="The candidate's: changes the greeting, nothing else.")
    ] = None,
    past_work: Annotated[str, typer.Option(help="A few words of past work that the greeting names.")] = "",
) -> None:
    """Create an interview and print its invite link."""
    if past_work and experience != "experienced":
        fail("bad_request", "--past-work goes with --experience experienced", USAGE)
    settings = load_settings()
    scoring = open_scoring(settings.rubrics_dir)
    problem = check_past_work(past_work, scoring.lexicons)
    if problem is not None:
        fail(PastWorkUnfit.code, f"{problem}; name the work in a few plain words", USAGE)
    library = open_library(settings.flows_dir, {competency.id for competency in scoring.competencies()})

    def build(owner: Organisation, chosen: Flow) -> InterviewCreated:
        if language not in chosen.languages:
            fail("language_not_offered", f"the flow is offered in {', '.join(chosen.languages)}", USAGE)
        return InterviewCreated(
            owner.id,
            owner.name,
            candidate_name,
            job_title,
            language,
            chosen,
            "command line",
            experience=experience,
            past_work=past_work,
        )

    token = asyncio.run(_create(settings, library, flow, organisation, build))
    typer.echo(f"{_base_url(settings)}/join/{token}")


async def _create(
    settings: Settings,
    library: FlowLibrary,
    flow: str,
    organisation: str,
    build: Callable[[Organisation, Flow], InterviewCreated],
) -> str:
    """Straight into the log: a running server reads it when the link is opened. Raises FlowUnknown."""
    async with open_storage(settings) as database:
        owner = await Organisations(database).ensure(organisation)
        chosen = await FlowCatalogue(library, SavedFlows(database)).get(owner.id, flow)
        log, interview_id = EventLog(database), new_id()
        await log.append(interview_id, 0, [NewEvent(build(owner, chosen))])
        office = InviteOffice(Invites(database), valid_hours=settings.auth.invite_valid_hours)
        invite = await office.issue(interview_id)
        await log.append(interview_id, 1, [NewEvent(InviteIssued(invite.id, format_time(invite.expires_at)))])
        return invite.token


def _base_url(settings: Settings) -> str:
    http = settings.http
    if http.public_url:
        return http.public_url
    host = "localhost" if http.host in ("0.0.0.0", "::", "127.0.0.1") else http.host  # noqa: S104 - compared only
    return f"{'https' if http.tls_cert else 'http'}://{host}:{http.port}"

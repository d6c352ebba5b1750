"""`viva interview`: an invite link without a browser, for a first look and for scripts."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from realtime_scoring.engine import ScoringEngine
from server.auth.invites import InviteOffice
from server.cli.commands import USAGE, fail
from server.cli.storage import open_storage
from server.cli.users import DEFAULT_ORGANISATION
from server.db.invites import Invites
from server.db.log import EventLog, NewEvent
from server.db.organisations import Organisations
from server.hr.flows import open_library
from server.identifiers import new_id
from server.interviews.broadcast import format_time
from server.protocol.events import InterviewCreated, InviteIssued
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
) -> None:
    """Create an interview and print its invite link."""
    settings = load_settings()
    known = {competency.id for competency in ScoringEngine.default().competencies()}
    chosen = open_library(settings.flows_dir, known).get(flow)
    if language not in chosen.languages:
        fail("language_not_offered", f"the flow is offered in {', '.join(chosen.languages)}", USAGE)
    token = asyncio.run(_create(settings, chosen, candidate_name, job_title, language, organisation))
    typer.echo(f"{_base_url(settings)}/join/{token}")


async def _create(
    settings: Settings, flow: Flow, candidate_name: str, job_title: str, language: Language, organisation: str
) -> str:
    """Straight into the log: a running server reads it when the link is opened."""
    async with open_storage(settings) as database:
        owner = await Organisations(database).ensure(organisation)
        log, interview_id = EventLog(database), new_id()
        created = InterviewCreated(owner.id, owner.name, candidate_name, job_title, language, flow, "command line")
        await log.append(interview_id, 0, [NewEvent(created)])
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

"""The command `viva`. Exit codes: 0 ok, 1 failed, 2 wrong usage or settings."""

from __future__ import annotations

import typer

from server.cli.asr_worker import asr_worker
from server.cli.audit import audit_commands
from server.cli.commands import Commands
from server.cli.doctor import doctor
from server.cli.flows import flow_commands
from server.cli.interviews import interview_commands
from server.cli.migrate import migrate
from server.cli.models import model_commands
from server.cli.organisations import organisation_commands
from server.cli.questions import questions
from server.cli.rubrics import rubric_commands
from server.cli.score import score
from server.cli.serve import serve
from server.cli.users import user_commands

app = typer.Typer(
    name="viva",
    cls=Commands,
    help="Self-hosted, real-time streaming interviews.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command("asr-worker")(asr_worker)
app.command()(doctor)
app.command()(migrate)
app.command()(questions)
app.command()(score)
app.add_typer(user_commands, name="user")
app.add_typer(organisation_commands, name="organisation")
app.add_typer(interview_commands, name="interview")
app.add_typer(flow_commands, name="flow")
app.add_typer(model_commands, name="models")
app.add_typer(rubric_commands, name="rubric")
app.add_typer(audit_commands, name="audit")

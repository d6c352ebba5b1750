"""`docs/roles.md` holds the tables that the server goes by."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from server.auth.permissions import render_table
from server.cli import app
from server.signalling.roles import COMMAND_PERMISSIONS

DOCUMENT = (Path(__file__).parents[3] / "docs" / "roles.md").read_text("utf-8")


def test_the_table_of_roles_is_the_code_s() -> None:
    assert render_table() in DOCUMENT
    assert CliRunner().invoke(app, ["user", "roles"]).stdout == render_table() + "\n"


def test_every_command_is_told_with_its_permission() -> None:
    rows = [line for line in DOCUMENT.partition("## Commands")[2].splitlines() if line.startswith("|")]
    for name, permission in COMMAND_PERMISSIONS.items():
        (row,) = (row for row in rows if f"`{name}`" in row.split("|")[2])
        assert row.split("|")[1].strip() == f"`{permission}`"

"""`viva user disable|enable|role` and `viva audit log`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli import app

PASSWORD = "correct horse 1"
EMAIL = "me@example.org"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    for name, value in {"VIVA_DATA_DIR": "var", "NO_COLOR": "1", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert viva("user", "add", EMAIL, VIVA_USER_PASSWORD=PASSWORD).exit_code == 0


def viva(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, arguments, env=variables)


def trail(*arguments: str) -> list[dict[str, str]]:
    told = viva("audit", "log", "--json", *arguments)
    assert told.exit_code == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_users_are_shut_out_let_in_and_given_roles() -> None:
    assert viva("user", "disable", "Me@example.org").stdout == "Me@example.org is shut out.\n"
    assert "no" in viva("user", "list").stdout.split()
    assert viva("user", "enable", EMAIL).exit_code == 0
    assert viva("user", "role", EMAIL, "observer").stdout == "me@example.org is observer now.\n"
    shown = viva("user", "list").stdout.split()
    assert {"yes", "observer"} <= set(shown)
    assert "no" not in shown
    assert [(entry["action"], entry["detail"]) for entry in trail()] == [
        ("user.role", "by the command line: admin to observer"),
        ("user.enable", "by the command line"),
        ("user.disable", "by the command line"),
    ]


def test_the_trail_is_told_to_people_and_programs() -> None:
    viva("user", "add", "you@example.org", VIVA_USER_PASSWORD=PASSWORD)
    viva("user", "disable", EMAIL)
    viva("user", "disable", "you@example.org")
    (entry,) = trail("--user", "You@example.org")
    assert (entry["email"], entry["action"], entry["outcome"]) == ("you@example.org", "user.disable", "ok")
    assert [each["email"] for each in trail("--limit", "1")] == ["you@example.org"]
    assert trail("--interview", "none") == []
    assert len(trail("--since", entry["at"])) <= 2
    assert trail("--since", "2999-01-01") == []
    told = viva("audit", "log").stdout
    assert told.count("user.disable") == 2
    assert EMAIL in told


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["user", "disable", "nobody@example.org"], 1, "user_unknown:"),
        (["user", "role", "nobody@example.org", "admin"], 1, "user_unknown:"),
        (["user", "role", EMAIL, "king"], 2, "'king' is not one of"),
        (["audit", "log", "--user", "nobody@example.org"], 1, "user_unknown:"),
        (["audit", "log", "--since", "yesterday"], 2, "bad_request:"),
        (["audit", "log", "--limit", "0"], 2, "Invalid value"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], exit_code: int, message: str) -> None:
    told = viva(*arguments)
    assert told.exit_code == exit_code
    assert message in told.stderr


def test_an_organisation_shows_or_hides_scores() -> None:
    assert viva("organisation", "scores", "shown").stdout.startswith("Viva: scores are shown at once")
    assert viva("organisation", "scores", "hidden").stdout.startswith("Viva: scores are hidden until asked for")
    unknown = viva("organisation", "scores", "shown", "--organisation", "None")
    assert (unknown.exit_code != 0, "organisation_unknown" in unknown.stderr) == (True, True)
    assert viva("organisation", "scores", "perhaps").exit_code == 2

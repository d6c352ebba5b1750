from __future__ import annotations

import socket
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from simulation import demo as demo_module
from simulation.client import InterviewLink
from simulation.commands import register
from simulation.demo import Demo, DemoOptions
from simulation.server_process import ServerProcess


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


def test_help_names_every_option(app: typer.Typer) -> None:
    shown = CliRunner().invoke(app, ["demo", "--help"], env={"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb"})
    assert shown.exit_code == 0
    for option in ("--port", "--candidates", "--data-dir", "--pace", "--once", "--network", "--transport"):
        assert option in shown.output
    assert "Ctrl-C" in shown.output


def test_an_unknown_network_is_told_what_there_is(app: typer.Typer, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["demo", "--network", "moon", "--data-dir", str(tmp_path)], env={"COLUMNS": "200"})
    assert shown.exit_code == 2
    assert "'moon'" in shown.output
    assert "weak-3g" in shown.output


def test_a_taken_port_ends_the_demo_with_a_clear_message(app: typer.Typer, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        shown = CliRunner().invoke(app, ["demo", "--port", port, "--data-dir", str(tmp_path)])
    assert shown.exit_code == 1
    assert f"port {port} is in use" in shown.output


def test_a_taken_usual_port_is_replaced_and_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demo_module, "port_is_free", lambda port: False)
    console = Console(record=True, width=100, quiet=False, file=(tmp_path / "out").open("w"))
    show = Demo(DemoOptions(tmp_path), console)
    assert show._choose_port() != demo_module.DEFAULT_PORT
    assert "8400 is in use" in console.export_text()
    console.file.close()


@pytest.mark.parametrize("width", [60, 160])
def test_links_are_never_broken_over_lines(width: int, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        console = Console(record=True, width=width, file=out)
        link = InterviewLink(interview="i", invite_url="http://127.0.0.1:8400/join/" + "x" * 60, expires_at="")
        Demo(DemoOptions(tmp_path), console)._print_welcome(ServerProcess(tmp_path, 8400), link)
        shown = console.export_text()
    assert link.invite_url in shown
    assert "http://127.0.0.1:8400/hr/" in shown
    assert "Ctrl-C" in shown

"""The command line, as processes of their own: what it prints, how it ends."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from server.cli import app
from server.cli.checks import check_turn, check_workers
from server.cli.commands import _joined
from server.cli.worker import Certificate
from server.cli.workers import run_workers
from server.errors import InterviewError
from server.settings import MediaGroup, load_settings

PROGRAM = [sys.executable, "-c", "from server.cli import app; app()"]
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A working directory and an environment of our own; logging as it was."""
    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    for name, value in {"VIVA_DATA_DIR": "var", "VIVA_ASR_MODEL": "demo", "NO_COLOR": "1", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _viva(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, arguments, env=variables)


def test_users_are_added_listed_and_given_new_passwords(tmp_path: Path) -> None:
    added = _viva("user", "add", "Me@Example.org", "--name", "Me", VIVA_USER_PASSWORD="correct horse 1")
    assert (added.exit_code, added.stdout) == (0, "me@example.org can log in.\n")
    (tmp_path / "password").write_text("correct horse 2\n")
    again = _viva("user", "add", "me@example.org", "--password-file", "password")
    assert (again.exit_code, again.stdout) == (0, "me@example.org has a new password.\n")
    listed = _viva("user", "list")
    assert "me@example.org" in listed.stdout
    assert "admin" in listed.stdout
    assert b"correct horse" not in (tmp_path / "var" / "viva.sqlite3").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "variables", "exit_code", "message"),
    [
        (["user", "add", "me@example.org"], {"VIVA_USER_PASSWORD": "short"}, 1, "password_weak:"),
        (["user", "add", "nobody"], {"VIVA_USER_PASSWORD": "correct horse 1"}, 2, "email_invalid:"),
        (["user", "add", "me@example.org", "--password-file", "none"], {}, 2, "password_file_unreadable:"),
        (["user", "add", "me@example.org", "--role", "king"], {}, 2, "'king' is not one of"),
        (["user", "list"], {"VIVA_HTTP_PORT": "x"}, 2, "config_invalid: VIVA_HTTP_PORT"),
        (["serve"], {"VIVA_HTTP_PROT": "1"}, 2, "config_invalid: VIVA_HTTP_PROT: there is no such setting"),
        (["serve", "--tls-cert", "a.pem"], {}, 2, "tls_cert and tls_key must be given together"),
        (["serve", "--tls-cert", "a.pem", "--tls-key", "b.pem"], {}, 2, "a.pem: there is no such file"),
        (["serve"], {"VIVA_ASR_MODEL": "no-such-model"}, 1, "model_unavailable:"),
        (["serve"], {"VIVA_SECRET_FILE": "none"}, 2, "config_invalid: VIVA_SECRET_FILE"),
        (["serve"], {"VIVA_DB_URL": "postgresql://x@127.0.0.1:1/x"}, 1, "storage_unavailable:"),
        (["migrate"], {"VIVA_DB_URL": "postgresql://x@127.0.0.1:1/x"}, 1, "storage_unavailable:"),
        (["flow", "check", "none.yaml"], {}, 1, "flow_invalid: none.yaml: No such file"),
        (["interview", "create", "A", "--flow", "none"], {}, 1, "flow_unknown:"),
        (["interview", "create", "A", "--experience", "old"], {}, 2, "'old' is not one of"),
        (["interview", "create", "A", "--past-work", "sales"], {}, 2, "bad_request:"),
        (
            ["interview", "create", "A", "--experience", "experienced", "--past-work", "<b>"],
            {},
            2,
            "past_work_unfit: not_plain",
        ),
    ],
)
def test_failures_are_one_line_with_a_stable_code(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], exit_code: int, message: str
) -> None:
    done = _viva(*arguments, **variables)
    assert done.exit_code == exit_code, done.output
    assert message in done.stderr
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_migrate_and_flow_check_and_models(tmp_path: Path) -> None:
    said = re.search(r"at revision (\d{4})\.", _viva("migrate").stdout)
    assert said is not None
    assert said[1] == max(path.name[:4] for path in (ROOT / "server" / "db" / "migrations" / "versions").glob("0*.py"))
    with closing(sqlite3.connect(tmp_path / "var" / "viva.sqlite3")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"events", "interviews", "users", "invites", "audit_trail"} <= tables
    template = ROOT / "server" / "hr" / "flow_templates" / "five-stage.yaml"
    (tmp_path / "bad.yaml").write_text("id: 7\nstages: none\n")
    checked = _viva("flow", "check", str(template), "bad.yaml")
    assert checked.exit_code == 1
    assert "five-stage version 1, 5 stages, 5 questions" in checked.stdout
    assert "bad.yaml: line 1: id: Input should be a valid string" in checked.stderr
    assert "bad.yaml: line 2: stages: Input should be a valid tuple" in checked.stderr
    listed = json.loads(_viva("models", "list", "--json").stdout)
    assert listed[0]["name"] == "demo"
    assert _viva("models", "get", "no-such-model").exit_code == 1


def test_doctor_tells_what_works_and_what_is_missing() -> None:
    fine = _viva("doctor", "--json")
    report = json.loads(fine.stdout)
    states = {check["name"]: check["status"] for check in report["checks"]}
    assert (fine.exit_code, report["ok"]) == (0, True)
    assert {
        name: states[name]
        for name in ("database", "Opus", "recogniser", "flows", "browsers", "Redis", "TURN", "workers")
    } == {
        "database": "ok",
        "Opus": "ok",
        "recogniser": "ok",
        "flows": "ok",
        "browsers": "ok",
        "Redis": "optional",
        "TURN": "optional",
        "workers": "ok",
    }
    assert "Ready." in _viva("doctor").stdout


def test_doctor_fails_on_what_was_asked_for_and_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "bad.yaml").write_text("id: [")
    broken = _viva(
        "doctor",
        "--json",
        VIVA_REDIS_URL="redis://127.0.0.1:1/0",
        VIVA_MEDIA_TURN_URLS="turn:127.0.0.1:1",
        VIVA_MEDIA_TURN_SECRET="secret",
        VIVA_HTTP_HOST="0.0.0.0",
        VIVA_FLOWS_DIR="flows",
        VIVA_ASR_MODEL="no-such-model",
        VIVA_DB_URL="postgresql://x@127.0.0.1:1/x",
    )
    assert broken.exit_code == 1
    report = json.loads(broken.stdout)
    failed = {check["name"] for check in report["checks"] if check["status"] == "failed"}
    assert failed == {"database", "recogniser", "flows", "Redis", "TURN", "browsers"}
    assert report["ok"] is False


def test_doctor_says_of_workers_what_serve_says() -> None:
    for url in (None, "redis://127.0.0.1:1/0"):
        settings = load_settings({"http": {"workers": 2}, **({"redis": {"url": url}} if url else {})})
        with pytest.raises(InterviewError) as refused:
            run_workers(settings, Certificate())
        found = check_workers(settings)
        assert (found.status, found.detail) == ("failed", f"{refused.value.code}: {refused.value.detail}")
    report = json.loads(_viva("doctor", "--json", VIVA_HTTP_WORKERS="2").stdout)
    (row,) = [check for check in report["checks"] if check["name"] == "workers"]
    assert (row["status"], report["ok"]) == ("failed", False)
    assert row["detail"].startswith("redis_required: several workers")


def test_a_turn_server_is_recognised_by_its_answer() -> None:
    """One that answers a binding request with the same transaction id."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as turn:
        turn.bind(("127.0.0.1", 0))
        turn.settimeout(10)
        media = MediaGroup.model_validate(
            {"turn_urls": f"turn:127.0.0.1:{turn.getsockname()[1]}?transport=udp", "turn_secret": "secret"}
        )

        def answer_once() -> None:
            request, client = turn.recvfrom(2048)
            turn.sendto(b"\x01\x01\x00\x00" + request[4:20], client)

        answering = threading.Thread(target=answer_once)
        answering.start()
        finding = asyncio.run(check_turn(load_settings().model_copy(update={"media": media})))
        answering.join()
    assert finding.status == "ok"


def test_commands_of_other_rooms_are_listed_beside_our_own() -> None:
    listed = _viva("--help").stdout
    assert all(name in listed for name in ("serve", "doctor", "migrate", "user", "flow", "models"))
    assert {"demo"} <= set(_joined())


@contextmanager
def _serving(*arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", str(port), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _wait_until_ready(process: subprocess.Popen[str], url: str, certificate: Path) -> ssl.SSLContext:
    for _ in range(900):
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            context = ssl.create_default_context(cafile=certificate)
            with urllib.request.urlopen(url, timeout=5, context=context) as answer:
                assert answer.status == 200
                return context
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


@pytest.mark.integration
def test_serve_over_tls_answers_and_ends_when_told() -> None:
    with _serving("--self-signed", VIVA_LOG_FORMAT="json") as (process, port):
        certificate = Path("var/tls/certificate.pem")
        context = _wait_until_ready(process, f"https://localhost:{port}/readyz", certificate)
        public = f"https://localhost:{port}"
        created = _viva("interview", "create", "A. Person", VIVA_HTTP_PUBLIC_URL=public)
        link = created.stdout.strip()
        with urllib.request.urlopen(link, timeout=10, context=context) as page:
            assert b"<html" in page.read()
        taken = _viva("serve", "--port", str(port), VIVA_DATA_DIR="other")
        assert taken.exit_code == 1
        second = _viva("serve", "--port", "0")
        assert (second.exit_code, second.stderr.startswith("already_running: ")) == (1, True), second.stderr
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in log.splitlines()]
    events = [line["event"] for line in lines]
    assert [line["loop"] for line in lines if line["event"] == "server.serves"] == ["uvloop"]
    assert "server.starting" in events
    assert "Application shutdown complete." in events
    assert link.rpartition("/")[2] not in log

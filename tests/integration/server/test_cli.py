"""The command line, as processes of their own: what it prints, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-c", "from server.cli import app; app()"]
ROOT = Path(__file__).parents[3]


def _environment(folder: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}
    own = {"VIVA_DATA_DIR": str(folder / "var"), "VIVA_ASR_MODEL": "demo", "NO_COLOR": "1", "COLUMNS": "200"}
    return {**kept, "PYTHONPATH": str(ROOT), **own, **variables}


def _viva(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=folder,
        env=_environment(folder, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_users_are_added_listed_and_given_new_passwords(tmp_path: Path) -> None:
    added = _viva(tmp_path, "user", "add", "Me@Example.org", "--name", "Me", VIVA_USER_PASSWORD="correct horse 1")
    assert (added.returncode, added.stdout) == (0, "me@example.org can log in.\n")
    (tmp_path / "password").write_text("correct horse 2\n")
    again = _viva(tmp_path, "user", "add", "me@example.org", "--password-file", "password")
    assert (again.returncode, again.stdout) == (0, "me@example.org has a new password.\n")
    listed = _viva(tmp_path, "user", "list")
    assert "me@example.org" in listed.stdout
    assert "admin" in listed.stdout
    assert b"correct horse" not in (tmp_path / "var" / "viva.sqlite3").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "variables", "returncode", "message"),
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
    ],
)
def test_failures_are_one_line_with_a_stable_code(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], returncode: int, message: str
) -> None:
    done = _viva(tmp_path, *arguments, **variables)
    assert done.returncode == returncode, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_and_flow_check_and_models(tmp_path: Path) -> None:
    assert "revision 0001" in _viva(tmp_path, "migrate").stdout
    with closing(sqlite3.connect(tmp_path / "var" / "viva.sqlite3")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"events", "interviews", "users", "invites", "audit_trail"} <= tables
    template = ROOT / "server" / "hr" / "flow_templates" / "five-stage.yaml"
    (tmp_path / "bad.yaml").write_text("id: 7\nstages: none\n")
    checked = _viva(tmp_path, "flow", "check", str(template), "bad.yaml")
    assert checked.returncode == 1
    assert "five-stage version 1, 5 stages, 5 questions" in checked.stdout
    assert "bad.yaml: line 1: id: Input should be a valid string" in checked.stderr
    assert "bad.yaml: line 2: stages: Input should be a valid tuple" in checked.stderr
    listed = json.loads(_viva(tmp_path, "models", "list", "--json").stdout)
    assert listed[0]["name"] == "demo"
    assert _viva(tmp_path, "models", "get", "no-such-model").returncode == 1


def test_doctor_tells_what_works_and_what_is_missing(tmp_path: Path) -> None:
    fine = _viva(tmp_path, "doctor", "--json")
    report = json.loads(fine.stdout)
    states = {check["name"]: check["status"] for check in report["checks"]}
    assert (fine.returncode, report["ok"]) == (0, True)
    assert {name: states[name] for name in ("database", "recogniser", "flows", "browsers", "Redis", "TURN")} == {
        "database": "ok",
        "recogniser": "ok",
        "flows": "ok",
        "browsers": "ok",
        "Redis": "optional",
        "TURN": "optional",
    }
    assert "Ready." in _viva(tmp_path, "doctor").stdout


def test_doctor_fails_on_what_was_asked_for_and_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "bad.yaml").write_text("id: [")
    broken = _viva(
        tmp_path,
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
    assert broken.returncode == 1
    report = json.loads(broken.stdout)
    failed = {check["name"] for check in report["checks"] if check["status"] == "failed"}
    assert failed == {"database", "recogniser", "flows", "Redis", "TURN", "browsers"}
    assert report["ok"] is False


def test_a_turn_server_is_recognised_by_its_answer(tmp_path: Path) -> None:
    """One that answers a binding request with the same transaction id."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as turn:
        turn.bind(("127.0.0.1", 0))
        turn.settimeout(50)
        process = subprocess.Popen(
            [*PROGRAM, "doctor", "--json"],
            cwd=tmp_path,
            env=_environment(
                tmp_path,
                VIVA_MEDIA_TURN_URLS=f"turn:127.0.0.1:{turn.getsockname()[1]}?transport=udp",
                VIVA_MEDIA_TURN_SECRET="secret",
            ),
            stdout=subprocess.PIPE,
            text=True,
        )
        request, client = turn.recvfrom(2048)
        turn.sendto(b"\x01\x01\x00\x00" + request[4:20], client)
        output, _ = process.communicate(timeout=50)
    states = {check["name"]: check["status"] for check in json.loads(output)["checks"]}
    assert states["TURN"] == "ok"


@contextmanager
def _serving(folder: Path, *arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", str(port), *arguments],
        cwd=folder,
        env=_environment(folder, **variables),
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


def _wait_until_ready(process: subprocess.Popen[str], url: str, context: ssl.SSLContext | None = None) -> None:
    for _ in range(600):
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            with urllib.request.urlopen(url, timeout=5, context=context) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


@pytest.mark.integration
def test_serve_answers_and_ends_when_told(tmp_path: Path) -> None:
    with _serving(tmp_path, VIVA_LOG_FORMAT="json") as (process, port):
        _wait_until_ready(process, f"http://127.0.0.1:{port}/readyz")
        link = _viva(tmp_path, "interview", "create", "A. Person", VIVA_HTTP_PORT=str(port)).stdout.strip()
        with urllib.request.urlopen(link, timeout=5) as page:
            assert b"<html" in page.read()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGTERM)
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert "server.starting" in events
    assert "Application shutdown complete." in events
    assert link.rpartition("/")[2] not in log


@pytest.mark.integration
def test_serve_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    with _serving(tmp_path, "--self-signed") as (process, port):
        context = ssl.create_default_context()
        certificate = tmp_path / "var" / "tls" / "certificate.pem"
        for _ in range(300):
            if certificate.is_file() and certificate.stat().st_size:
                break
            time.sleep(0.1)
        context.load_verify_locations(certificate)
        _wait_until_ready(process, f"https://localhost:{port}/healthz", context)


@pytest.mark.integration
def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = _viva(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "address already in use" in done.stderr

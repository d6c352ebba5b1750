"""The child process around `viva serve`, with small programs in its place that behave well and badly."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from simulation import server_process
from simulation.errors import ServerFailed
from simulation.server_process import ServerProcess, find_free_port

READY = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
print("serving", sys.argv[1:], sorted(name for name in os.environ if name.startswith("VIVA_")), flush=True)
HTTPServer(("127.0.0.1", int(os.environ["VIVA_HTTP_PORT"])), Answer).serve_forever()
"""
DYING = "import sys; print('no such table'); sys.exit(3)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + READY


def pretend(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(server_process, "PROGRAM", (sys.executable, "-c", program))


async def test_a_server_is_started_found_ready_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, READY)
    monkeypatch.setenv("VIVA_DB_URL", "postgresql://somewhere/else")
    server = ServerProcess(tmp_path, find_free_port(), {"VIVA_ASR_MODEL": "demo"})
    await server.start()
    await server.wait_ready(30)
    server.check_alive()
    await server.stop()
    log = server.log_tail()
    assert "['serve']" in log
    assert "VIVA_ASR_MODEL" in log
    assert "VIVA_DB_URL" not in log, "the demo never touches a database of the caller"


async def test_a_server_that_dies_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, DYING)
    server = ServerProcess(tmp_path, find_free_port())
    await server.start()
    with pytest.raises(ServerFailed, match=r"ended with 3[\s\S]*no such table"):
        await server.wait_ready(30)


async def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerFailed, match=f"port {port} is in use"):
            await ServerProcess(tmp_path, port).start()


async def test_a_server_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, STUBBORN)
    monkeypatch.setattr(server_process, "STOP_TIMEOUT_S", 0.2)
    server = ServerProcess(tmp_path, find_free_port())
    await server.start()
    await server.wait_ready(30)
    await server.stop()
    with pytest.raises(ServerFailed, match="ended with -9"):
        server.check_alive()


async def test_a_failed_command_carries_its_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, DYING)
    with pytest.raises(ServerFailed, match="viva user add ended with 3:\nno such table"):
        await ServerProcess(tmp_path, 1).run_command("user", "add")

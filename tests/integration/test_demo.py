"""`viva demo` as somebody would start it, without waiting for a whole interview."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

# A shell without job control starts what is in the background deaf to Ctrl-C, and its children with it.
HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
VIVA = [sys.executable, "-c", f"{HEARING}; from server.cli import app; app()"]


def test_the_demo_shows_its_links_and_leaves_nothing_running(tmp_path: Path) -> None:
    command = [*VIVA, "demo", "--once", "--candidates", "0", "--port", "0", "--data-dir", str(tmp_path / "demo")]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    links = re.findall(r"http://127\.0\.0\.1:\d+/\S+", shown.stdout)
    assert [re.sub(r".*:\d+", "", link).split("/")[1] for link in links] == ["hr", "join"]
    assert re.search(r"demo@example\.org +password \S{12}", shown.stdout)
    assert "Finished server process" in (tmp_path / "demo" / "server.log").read_text()


def test_ctrl_c_ends_the_demo_and_its_server(tmp_path: Path) -> None:
    command = [*VIVA, "demo", "--candidates", "1", "--port", "0", "--data-dir", str(tmp_path / "demo")]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        assert demo.stdout is not None
        shown = ""
        for line in demo.stdout:
            shown += line
            if "enters" in line:
                demo.send_signal(signal.SIGINT)
                break
        shown += demo.stdout.read()
        assert demo.wait(60) == 0, shown
    assert shown.rstrip().endswith("Stopped.")
    assert "Finished server process" in (tmp_path / "demo" / "server.log").read_text()

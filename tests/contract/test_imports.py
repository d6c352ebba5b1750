"""Which way imports run (docs/architecture.md) is held by the contracts in pyproject.toml."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def lint(directory: Path, *arguments: str) -> str:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo", *arguments]
    finished = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=60)
    return finished.stdout + finished.stderr


def test_every_contract_is_kept() -> None:
    output = lint(ROOT)
    assert f"Contracts: {len(PROJECT['contracts'])} kept, 0 broken." in output, output[-6000:]


@pytest.mark.parametrize(
    ("contract", "culprit", "line"),
    [
        ("layers", "server/protocol/events.py", "from server.db import log"),
        ("scoring", "realtime_scoring/text.py", "import asyncio"),
        ("simulation", "simulation/commands.py", "import server.app"),
        ("aiortc", "server/app.py", "import aiortc"),
        ("recogniser", "server/app.py", "from faster_whisper import WhisperModel"),
        ("redis", "media/pipeline.py", "import redis.asyncio"),
        ("database", "server/app.py", "import sqlalchemy"),
    ],
)
def test_a_contract_notices_a_forbidden_import(tmp_path: Path, contract: str, culprit: str, line: str) -> None:
    """The contracts themselves can fail: each is run on a small tree with one forbidden import in it."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in (*PROJECT["root_packages"], "server/protocol", "server/db"):
        (tmp_path / package).mkdir(exist_ok=True)
        (tmp_path / package / "__init__.py").touch()
    for module in ("server/db/log.py", "server/app.py"):
        (tmp_path / module).touch()
    (tmp_path / culprit).write_text(line + "\n")
    output = lint(tmp_path, "--contract", contract)
    assert "0 kept, 1 broken" in output, output

"""Which way imports run (docs/architecture.md) is held by the contracts in pyproject.toml."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

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
    assert "warning" not in output.lower(), "an exception that is no longer needed: " + output


FORBIDDEN = {
    "layers": ("server/protocol/events/media.py", "from server.db import log"),
    "media": ("media/types.py", "import server.protocol"),
    "scoring": ("realtime_scoring/text.py", "import asyncio"),
    "media-users": ("server/auth.py", "import media.types"),
    "simulation": ("simulation/commands.py", "import server.app"),
    "nobody-imports-simulation": ("server/cli.py", "import simulation.commands"),
    "aiortc": ("server/app.py", "import aiortc"),
    "recogniser": ("server/http.py", "from faster_whisper import WhisperModel"),
    "denoiser": ("media/hearing/vad.py", "import noisereduce"),
    "voice-detector": ("media/hearing/segmenter.py", "import webrtcvad"),
    "voice-model": ("media/transcription/ports.py", "import onnxruntime"),
    "simplified": ("media/transcription/types.py", "import opencc"),
    "redis": ("media/hearing/pipeline.py", "import redis.asyncio"),
    "database": ("server/hr.py", "import sqlalchemy"),
    "language-model": ("server/archive.py", "import httpx"),
}


def test_every_contract_notices_a_forbidden_import(tmp_path: Path) -> None:
    """The contracts themselves can fail: run on a small tree with one forbidden import for each of them."""
    contracts = PROJECT["contracts"]
    assert set(FORBIDDEN) == {contract["id"] for contract in contracts}
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in (*PROJECT["root_packages"], "server/protocol", "server/db"):
        (tmp_path / package).mkdir(exist_ok=True)
        (tmp_path / package / "__init__.py").touch()
    for module in re.findall(r"\w+", " ".join(contracts[0]["layers"])):
        if not (tmp_path / "server" / module).is_dir():
            (tmp_path / "server" / f"{module}.py").touch()
    (tmp_path / "server/db/log.py").touch()
    for culprit, line in FORBIDDEN.values():
        (tmp_path / culprit).parent.mkdir(exist_ok=True)
        (tmp_path / culprit).parent.joinpath("__init__.py").touch()
        (tmp_path / culprit).write_text(line + "\n")
    output = " ".join(lint(tmp_path).split())
    for contract in contracts:
        assert f"{contract['name']} BROKEN" in output, output

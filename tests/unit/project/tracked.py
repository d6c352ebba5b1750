"""The files of the project: what git tracks or would track."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]


@cache
def tracked_files() -> tuple[str, ...]:
    """Relative paths. In a tree without git, everything but what a build leaves behind."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.split("\0")
    else:
        skipped = {".venv", "node_modules", "build", "dist", "var", "__pycache__"}
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = [str(path) for path in paths if not skipped & set(path.parts)]
    return tuple(sorted(name for name in names if name and (ROOT / name).is_file()))

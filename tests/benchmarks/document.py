"""docs/benchmarks.md: each benchmark writes its section between markers, with the machine that it was run on."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import psutil

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def put_section(name: str, text: str, path: Path = DOCUMENT) -> None:
    """Other sections stay as they are. The document is made when it is not there."""
    begin, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    document = path.read_text("utf-8") if path.exists() else "# Benchmarks\n"
    section = f"{begin}\n{text.strip()}\n{end}"
    if begin in document and end in document:
        before, _, rest = document.partition(begin)
        document = before + section + rest.partition(end)[2]
    else:
        document = document.rstrip() + f"\n\n{section}\n"
    path.write_text(document, "utf-8")


def describe_machine(*packages: str) -> str:
    versions = "".join(f", {name} {version(name)}" for name in packages)
    memory_gib = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor_name()}, {psutil.cpu_count()} logical processors, {memory_gib:.0f} GiB,"
        f" Linux {platform.release().split('-')[0]}, Python {platform.python_version()}{versions}"
    )


def _processor_name() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

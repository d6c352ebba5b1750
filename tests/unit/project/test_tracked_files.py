"""What must not stand in the repository: registries, paths of a developer's machine, leftovers, secrets."""

from __future__ import annotations

import re

import pytest

from tests.unit.project.tracked import ROOT, tracked_files

# Put together here, so that this file does not contain what it forbids.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
    )
]
MACHINE_PATHS = ["/" + path for path in ("work/main", "work/shared", "tmp/brief", "opt/wheels", "root/.")]
LEFTOVERS = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
PRIVATE_KEY = "BEGIN " + "[A-Z ]*PRIVATE KEY"


def texts() -> list[tuple[str, str]]:
    found = []
    for name in tracked_files():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content[:8000]:
            found.append((name, content.decode("utf-8")))
    return found


@pytest.mark.parametrize("needle", [*REGISTRIES, *MACHINE_PATHS])
def test_no_file_names_a_registry_or_a_path_of_a_machine(needle: str) -> None:
    assert [name for name, text in texts() if needle in text] == []


def test_nothing_is_left_to_do_in_the_code() -> None:
    marks = re.compile(r"\b(" + "|".join(LEFTOVERS) + r")\b")
    code = (".py", ".js", ".css", ".html", ".yml", ".yaml", ".toml")
    assert [name for name, text in texts() if name.endswith(code) and marks.search(text)] == []


def test_no_private_key_is_kept() -> None:
    assert [name for name, text in texts() if re.search(PRIVATE_KEY, text)] == []


def test_no_file_is_large() -> None:
    large = {name: (ROOT / name).stat().st_size for name in tracked_files()}
    assert {name: size for name, size in large.items() if size > 8_000_000} == {}

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")


def load_tool() -> ModuleType:
    specification = importlib.util.spec_from_file_location("settings_table", ROOT / "tools" / "settings_table.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_table_of_settings_is_that_of_the_code() -> None:
    tool = load_tool()
    assert tool.read_table(README) == tool.render_table(), "run: .venv/bin/python tools/settings_table.py"


def test_every_setting_says_what_it_is_for() -> None:
    rows = [row for row in load_tool().render_table().splitlines() if row.startswith("| `VIVA_")]
    assert len(rows) > 10
    assert not [row for row in rows if row.rstrip().endswith("|  |")]


def test_every_link_to_a_file_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) <= targets
    assert {"setup", "demo", "serve", "test", "lint", "bench", "clean"} <= targets

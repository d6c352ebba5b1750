from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.project.tracked import ROOT, tracked_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines())


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == PROJECT["version"]


def test_constraints_are_exact_versions_and_nothing_else() -> None:
    for name, version in PINS.items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name), name
        assert re.fullmatch(r"[0-9][0-9a-z.+!]*", version), version


def test_every_dependency_is_pinned_within_its_range() -> None:
    pins = {canonicalize_name(name): version for name, version in PINS.items()}
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{name} is not pinned: run tools/write-constraints"
        assert requirement.specifier.contains(pins[name], prereleases=True), f"{line}: pinned {pins[name]}"


def imported_packages() -> dict[str, str]:
    """Top-level packages that the shipped code imports, each with a file that does."""
    found = {}
    for name in tracked_files():
        if name.endswith(".py") and name.split("/")[0] in ("server", "media", "realtime_scoring", "simulation"):
            for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    found.update({alias.name.split(".")[0]: name for alias in node.names})
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found[node.module.split(".")[0]] = name
    own = {"server", "media", "realtime_scoring", "simulation", "client_web"}
    return {package: name for package, name in found.items() if package not in own | sys.stdlib_module_names}


def test_what_the_shipped_code_imports_is_a_declared_dependency() -> None:
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    distributions = packages_distributions()
    undeclared = {
        package: name
        for package, name in imported_packages().items()
        if not declared & {canonicalize_name(one) for one in distributions.get(package, ())}
    }
    assert undeclared == {}


@pytest.mark.parametrize("group", ["console_scripts", "viva.commands"])
def test_entry_points_can_be_loaded(group: str) -> None:
    own = [point for point in entry_points(group=group) if point.dist and point.dist.name == "viva-interview"]
    assert own, "install the project: make setup"
    for point in own:
        assert callable(point.load())


def test_the_wheel_carries_pages_flows_answers_and_the_recogniser(tmp_path: Path) -> None:
    """Built from a copy of the tracked files, without a network."""
    source = tmp_path / "source"
    for name in tracked_files():
        if name.split("/")[0] not in ("tests", "docs", ".ci"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("viva_interview-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert not [name for name in names if name.startswith("tests/") or "__pycache__" in name]
    shipped = ("client_web/", "media/models/", "realtime_scoring/", "server/", "simulation/answers/")
    left_out = [
        name for name in tracked_files() if name.startswith(shipped) and name not in names and not name.endswith(".md")
    ]
    assert left_out == []

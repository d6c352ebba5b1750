"""One change, tried in a forked process: what is imported already is not imported again, and no file is changed."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import resource
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import pytest

from tests.mutation.targets import COPIED, COPIED_TESTS, Target

_MEMORY_BYTES = 4 * 1024**3
"""A change may make a number, and a list, without end."""


class Outcome(StrEnum):
    KILLED = "killed"
    SURVIVED = "survived"
    INVALID = "invalid"
    """No Python any more: not counted."""


@dataclass(frozen=True, slots=True)
class Trial:
    process_id: int


def prepare(root: Path, copy: Path) -> None:
    """Copies what is tried, so that editing goes on beside it, and loads what no change touches."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        if name == "tests":
            for part in COPIED_TESTS:
                _copy(root / name / part, copy / name / part, ignored)
        else:
            _copy(root / name, copy / name, ignored)
    for point in entry_points(group="pytest11"):
        point.load()
    # Without a memory of failures one change cannot help to notice another.
    hypothesis.settings.register_profile("mutation", database=None, derandomize=True)
    hypothesis.settings.load_profile("mutation")
    loaded = [name for name in sys.modules if name.split(".")[0] == "realtime_scoring"]
    if loaded:
        raise RuntimeError(f"loaded before any change was made: {', '.join(loaded)}")


def _copy(source: Path, target: Path, ignored: object) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=ignored)  # type: ignore[arg-type]
    else:
        shutil.copy(source, target)


def begin(target: Target, changed: str, copy: Path, limit_s: int) -> Trial:
    """`limit_s` of the processor's time, so that a busy machine settles nothing: after it the tests are without end."""
    process_id = os.fork()
    if process_id == 0:
        code = 3
        try:
            code = _run(target, changed, copy, limit_s)
        finally:
            os._exit(code)
    return Trial(process_id)


def look(trial: Trial) -> tuple[Outcome, float] | None:
    """With the seconds of the processor that it took; None while it runs."""
    process_id, status, used = os.wait4(trial.process_id, os.WNOHANG)
    if process_id == 0:
        return None
    code = os.waitstatus_to_exitcode(status)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise RuntimeError("no test was found")
    return (Outcome.SURVIVED if code == pytest.ExitCode.OK else Outcome.KILLED), used.ru_utime + used.ru_stime


def end(trial: Trial) -> None:
    os.kill(trial.process_id, 9)
    os.waitpid(trial.process_id, 0)


def _run(target: Target, changed: str, copy: Path, limit_s: int) -> int:
    os.chdir(copy)
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    _redirect_output(copy / f"output-{os.getpid()}")
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]
    root = str(Path(__file__).parents[2])
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in ("", root))]
    sys.meta_path.insert(0, _Finder(_Loader(target.module, copy / target.path, changed)))
    options = ["-x", "-q", "--no-header", "--tb=line", "--assert=plain", "--timeout=0", "-p", "no:cacheprovider"]
    tests = [test for test in target.tests if (copy / test).exists()]
    return int(pytest.main([*options, *(f"--deselect={test}" for test in target.left_out), *tests]))


def _redirect_output(path: Path) -> None:
    """Into the file that tells why the unchanged sources fail, should they."""
    output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)


class _Finder(importlib.abc.MetaPathFinder):
    """Of the one changed module."""

    def __init__(self, loader: _Loader) -> None:
        self._loader = loader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._loader.name:
            return None
        return importlib.machinery.ModuleSpec(fullname, self._loader, origin=self._loader.path)


class _Loader(importlib.machinery.SourceFileLoader):
    """Gives the module other source than its file has."""

    def __init__(self, module: str, path: Path, changed: str) -> None:
        super().__init__(module, str(path))
        self._changed = changed

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self._changed, self.path, "exec")
        return code

"""Words and their places in time go in, nothing else: shown on the source itself."""

from __future__ import annotations

import ast
import importlib
import inspect
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import realtime_scoring
from realtime_scoring import types

SOURCES = sorted(Path(realtime_scoring.__file__).parent.rglob("*.py"))

ALLOWED = {
    "__future__",
    "bisect",
    "collections.abc",
    "dataclasses",
    "enum",
    "functools",
    "itertools",
    "math",
    "re",
    "typing",
    "unicodedata",
}
# The one module that reads the shipped rubrics and lexicons.
ALLOWED_IN_LOADER = {"hashlib", "importlib.resources", "yaml"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "id", "hash", "globals", "getattr"}

# What may never be an input of a score: anything but words and their times.
FORBIDDEN = frozenset(
    """
    accent age appearance audio birth blink camera colour dbfs emotion ethnic expression eye face facial
    fluency gaze gender gesture image loudness marital nationality pause photo pitch posture prosody race
    religion school sentiment sex smile speech_rate tab_switch tempo tone video voice volume wpm
    """.split()
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_imports_nothing_impure(path: Path) -> None:
    allowed = ALLOWED | (ALLOWED_IN_LOADER if path.name == "loader.py" else set())
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        else:
            continue
        for name in names:
            assert name in allowed or name.split(".")[0] == "realtime_scoring", f"{path.name} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_calls_nothing_impure_and_waits_for_nothing(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.Global | ast.Nonlocal)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in IMPURE_CALLS, f"{path.name}:{node.lineno} calls {node.func.id}"


def test_only_the_loaders_read_files() -> None:
    root = Path(realtime_scoring.__file__).parent
    texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES}
    readers = [name for name, text in texts.items() if "importlib.resources" in text]
    assert readers == ["loader.py", "questions/loader.py"]
    assert [name for name, text in texts.items() if "realtime_scoring.loader" in text] == ["engine.py"]


def test_no_field_holds_anything_but_words_and_times() -> None:
    classes = [item for _, item in inspect.getmembers(types, inspect.isclass) if is_dataclass(item)]
    assert len(classes) > 10
    for item in classes:
        for entry in fields(item):
            parts = entry.name.lower().split("_")
            assert not set(parts) & FORBIDDEN, f"{item.__name__}.{entry.name}"
            assert entry.name.lower() not in FORBIDDEN
    inputs = {entry.name for item in (types.AnswerText, types.TimedWord) for entry in fields(item)}
    assert inputs == {
        "turn_id",
        "text",
        "language",
        "words",
        "asr_confidence",
        "char_start",
        "char_end",
        "t_start_ms",
        "t_end_ms",
    }


def test_everything_handed_out_is_frozen() -> None:
    classes = [item for _, item in inspect.getmembers(types, inspect.isclass) if is_dataclass(item)]
    for item in classes:
        assert item.__dataclass_params__.frozen, item.__name__  # type: ignore[attr-defined]
        assert hasattr(item, "__slots__"), item.__name__


def test_all_that_is_kept_or_handed_about_inside_is_frozen_too() -> None:
    """A cache hands out one object to many."""
    root = Path(realtime_scoring.__file__).parent
    for path in SOURCES:
        name = ".".join(("realtime_scoring", *path.relative_to(root).with_suffix("").parts))
        for _, item in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if is_dataclass(item) and item.__module__ == name:
                assert item.__dataclass_params__.frozen, item  # type: ignore[attr-defined]
                assert "__slots__" in vars(item), item

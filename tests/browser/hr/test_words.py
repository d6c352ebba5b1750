"""HR's texts: both languages whole, and a word for every code that the server may send."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.types import Confidence, Flag, FollowUpKind, StarPart
from server.protocol.events import ConnectionWord, ConsentKind, DeviceState, EndedBy, EndReason
from server.protocol.flow import AnswerForm
from server.protocol.signals import Phase

PAGES = Path(__file__).parents[3] / "client_web"


def texts(language: str) -> dict[str, Any]:
    """Of all of HR's pages."""
    found: dict[str, Any] = {}
    for prefix in ("hr.", "jobs."):
        found |= json.loads((PAGES / "locales" / f"{prefix}{language}.json").read_text(encoding="utf-8"))
    return found


def places(text: Any) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", json.dumps(text)))


def test_both_languages_have_the_same_keys_and_places() -> None:
    english, chinese = texts("en"), texts("zh-CN")
    assert english.keys() == chinese.keys()
    assert {key: places(text) for key, text in english.items()} == {key: places(text) for key, text in chinese.items()}


def test_every_key_the_pages_name_has_a_text() -> None:
    known = texts("en").keys()
    for script in sorted((PAGES / "hr").rglob("*.js")):
        named = set(re.findall(r"\bt\(\s*\"([\w.]+)\"", script.read_text(encoding="utf-8")))
        assert named <= known, script.name


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("phase", get_args(Phase)),
        ("connection", get_args(ConnectionWord)),
        ("consent", get_args(ConsentKind)),
        ("device_state", get_args(DeviceState)),
        ("ended_by", get_args(EndedBy)),
        ("end_reason", get_args(EndReason)),
        ("form", get_args(AnswerForm)),
        ("trigger", tuple(flag.value for flag in Flag)),
        ("follow_up", get_args(FollowUpKind)),
        ("confidence", get_args(Confidence)),
        ("star", get_args(StarPart)),
    ],
)
def test_every_code_has_a_word(family: str, codes: tuple[str, ...]) -> None:
    assert codes
    assert {f"{family}.{code}" for code in codes} <= texts("en").keys()


def test_the_pages_have_no_words_of_a_rubric_built_in() -> None:
    """An organisation's own rubric is shown like the shipped ones: from what the server tells."""
    labels = [
        indicator.label["en"]
        for entry in ScoringEngine.default().rubric.competencies
        for indicator in (*entry.indicators, *entry.negatives)
    ]
    names = [competency.name["en"] for competency in ScoringEngine.default().competencies()]
    assert labels
    written = {text for language in ("en", "zh-CN") for text in map(str, texts(language).values())}
    assert not written & {*labels, *names}

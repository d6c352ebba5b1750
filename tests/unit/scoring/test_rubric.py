"""The shipped rubrics and lexicons, and clear errors for wrong ones."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
import yaml

from realtime_scoring.engine import ENGINE_VERSION, ScoringEngine
from realtime_scoring.errors import DataError
from realtime_scoring.lexicon import parse_lexicon
from realtime_scoring.loader import load_shipped_data
from realtime_scoring.rubric import parse_competency
from tests.unit.scoring.material import ENGINE, LANGUAGES

RUBRICS = files("realtime_scoring") / "rubrics"
LEXICONS = files("realtime_scoring") / "lexicons"


def teamwork() -> Any:
    return yaml.safe_load((RUBRICS / "teamwork.yaml").read_text(encoding="utf-8"))


def test_the_eight_competencies_are_there() -> None:
    assert [competency.id for competency in ENGINE.competencies()] == [
        "communication",
        "customer_focus",
        "learning",
        "ownership",
        "problem_solving",
        "resilience",
        "teamwork",
        "technical_reasoning",
    ]


def test_every_competency_is_complete_in_both_languages() -> None:
    for entry in ENGINE.rubric.competencies:
        for language in LANGUAGES:
            anchors = entry.competency.anchors[language]
            assert len(set(anchors)) == 5
            assert all(anchors)
            assert entry.competency.name[language]
            assert entry.vocabulary[language]
        assert 4 <= len(entry.indicators) <= 8
        assert entry.negatives
        for indicator in (*entry.indicators, *entry.negatives):
            assert set(indicator.label) == set(indicator.patterns) == set(LANGUAGES)


def test_no_pattern_matches_nothing_at_all() -> None:
    """A pattern that matches the empty text would find evidence everywhere."""
    patterns: list[re.Pattern[str]] = []
    for entry in ENGINE.rubric.competencies:
        for indicator in (*entry.indicators, *entry.negatives):
            patterns += indicator.patterns.values()
    for lexicon in ENGINE.lexicons.values():
        patterns += [value for name in lexicon.__slots__ if isinstance(value := getattr(lexicon, name), re.Pattern)]
    assert len(patterns) > 100
    for pattern in patterns:
        assert pattern.search("") is None
        assert pattern.search("zzz") is None


def test_versions_name_engine_and_data() -> None:
    data = load_shipped_data()
    assert ScoringEngine.default().versions == ENGINE.versions
    assert ENGINE.versions.engine == ENGINE_VERSION
    assert ENGINE.versions.rubric == data.rubric_version
    assert re.fullmatch(r"[0-9a-f]{12}", data.rubric_version)
    assert re.fullmatch(r"[0-9a-f]{12}", data.lexicon_version)


def drop(name: str) -> Callable[[Any], None]:
    return lambda data: data.pop(name)


def put(value: object, *path: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop("id"), "mine.yaml: id: expected a text"),
        (drop("anchors"), "mine.yaml: anchors: expected named entries"),
        (put(["one"], "anchors", "en"), "mine.yaml: anchors.en: expected five anchors, found 1"),
        (put(7, "name", "zh-CN"), "mine.yaml: name.zh-CN: expected a text"),
        (put("yes", "wants_quantity"), "mine.yaml: wants_quantity: expected true or false"),
        (put([], "indicators", 0, "en"), "mine.yaml: indicators[0].en: expected a list of texts"),
        (put(["("], "indicators", 1, "en"), "mine.yaml: indicators[1].en: not a regular expression"),
        (put("shared_work", "indicators", 0, "id"), "mine.yaml: indicators: an id is used twice"),
        (put({}, "negatives"), "mine.yaml: negatives: expected a list"),
    ],
)
def test_a_wrong_rubric_is_explained(change: Callable[[Any], None], message: str) -> None:
    data = copy.deepcopy(teamwork())
    change(data)
    with pytest.raises(DataError) as caught:
        parse_competency(data, "mine.yaml")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop("filler"), "en.yaml: filler is missing"),
        (put("ten", "shortest_answer"), "en.yaml: shortest_answer: expected a whole number"),
        (put(["*"], "task"), "en.yaml: task: not a regular expression"),
        (put(["x"], "taks"), "en.yaml: unknown entries: taks"),
        (put(["{verbs}"], "task"), "en.yaml: task: no word list is called verbs"),
        (put([True], "stop_words"), "en.yaml: stop_words: expected a list of texts"),
    ],
)
def test_a_wrong_lexicon_is_explained(change: Callable[[Any], None], message: str) -> None:
    data = yaml.safe_load((LEXICONS / "en.yaml").read_text(encoding="utf-8"))
    change(data)
    with pytest.raises(DataError) as caught:
        parse_lexicon(data, "en", "en.yaml")
    assert str(caught.value).startswith(message)

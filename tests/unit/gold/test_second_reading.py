"""The second reading of the held-out part: read by its ids, and compared by the measures of the engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.mind.readers import Pair, compare_readers
from tests.gold.guide import Part
from tests.gold.loader import GoldError, languages, load
from tests.gold.second_reading import NAME, load_second_reading

GOLD = """
competency: ownership
question: {kind: behavioural, text: "When did you last take something on?"}
answers:
  - id: ownership-en-h1
    text: Well, I rang the ward at once and fetched the chair, and nobody waited after that.
    level: 3
    evidence:
      - {quote: I rang the ward at once, sign: 1, shows: behaviour, indicator: acted_at_once}
      - {quote: nobody waited after that, sign: 1, shows: result}
    probe: {best: context, fine: [quantity]}
    note: One act and what came of it.
"""
SECOND = """
competency: ownership
answers:
  - id: ownership-en-h1
    level: 4
    evidence:
      - {quote: rang the ward at once, sign: 1, shows: behaviour, indicator: acted_at_once}
      - {quote: fetched the chair, sign: 1, shows: own_action}
    probe: {best: quantity, fine: []}
"""


def _write(folder: Path, second: str) -> Path:
    for name, text in ((Part.HELD_OUT.value, GOLD), (NAME, second)):
        path = folder / "en" / name / "ownership.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return path


def _pairs(folder: Path) -> list[Pair]:
    ((gold, second),) = load_second_reading("en", folder, folder)
    return [Pair(one, other) for one, other in zip(gold.answers, second.answers, strict=True)]


def test_labels_take_their_texts_from_the_held_out_part(tmp_path: Path) -> None:
    _write(tmp_path, SECOND)
    (pair,) = _pairs(tmp_path)
    assert pair.second.text == pair.answer.text
    assert (pair.answer.level, pair.level) == (3, 4)


def test_readers_are_compared_as_the_engine_is(tmp_path: Path) -> None:
    _write(tmp_path, SECOND)
    told = compare_readers(_pairs(tmp_path))
    assert json.loads(json.dumps(told)) == {
        "answers": 1,
        "qwk": pytest.approx(0.0),
        "same_level": 0.0,
        "within_one_level": 1.0,
        "none_in_gold": 0,
        "none_in_second": 0,
        "none_agreed": 0,
        "evidence_precision": 0.5,
        "evidence_recall": 0.5,
        "evidence_precision_but_for_own_action": 1.0,
        "evidence_recall_but_for_own_action": 0.5,
        "probe_best": 0.0,
        "probe_best_or_fine": 1.0,
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ownership-en-h1", "ownership-en-h2", "of no held-out answer"),
        ("    level: 4\n", "", "answers: not just"),
        ("    level: 4\n", "    level: 4\n    text: Well.\n", "answers: not just"),
        ("answers:", "author: x\nanswers:", "the file: not just"),
        ("quote: fetched the chair", "quote: fetched the cab", "is not in the text"),
        ("level: 4", "level: 6", "neither 1 to 5 nor none"),
        ("competency: ownership", "competency: teamwork", "not the file's name"),
        ("competency: ownership", "competency: {ownership", "ownership.yaml"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SECOND
    path = _write(tmp_path, SECOND.replace(old, new))
    with pytest.raises(GoldError) as refused:
        load_second_reading("en", tmp_path, tmp_path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, SECOND).unlink()
    with pytest.raises(GoldError, match="ownership"):
        load_second_reading("en", tmp_path, tmp_path)


def test_an_answer_that_came_later_is_left_out(tmp_path: Path) -> None:
    path = _write(tmp_path, SECOND)
    answer = GOLD.partition("answers:\n")[2].replace("-h1", "-h2").replace("Well, I", "And I")
    (path.parents[1] / "held_out" / path.name).write_text(GOLD + answer, encoding="utf-8")
    assert len(load("en", Part.HELD_OUT, tmp_path)[0].answers) == 2
    assert [pair.answer.id for pair in _pairs(tmp_path)] == ["ownership-en-h1"]


def test_the_same_answer_is_not_labelled_twice(tmp_path: Path) -> None:
    _write(tmp_path, SECOND + SECOND.partition("answers:\n")[2])
    with pytest.raises(GoldError, match="an id twice"):
        load_second_reading("en", tmp_path, tmp_path)


@pytest.mark.parametrize("language", languages())
def test_answers_of_every_competency_were_read_twice(language: str) -> None:
    read = load_second_reading(language)
    assert [second.competency for _, second in read] == [sheet.competency for sheet in load(language, Part.HELD_OUT)]
    for gold, second in read:
        assert [answer.id for answer in gold.answers] == [answer.id for answer in second.answers]
        assert len(second.answers) >= 3

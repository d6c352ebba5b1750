"""The weights of evidence are found as they are said to be."""

from __future__ import annotations

import math

import pytest

from realtime_scoring.claims import BASE
from realtime_scoring.pieces import EVERY
from realtime_scoring.types import AnswerText
from tests.benchmarks.mind.fit import Fitted, Item, Row, fit, make_tagger, report, weigh
from tests.gold.guide import Follow, Part, QuestionKind, Shows
from tests.gold.loader import Answer, Evidence, Probe, Question, Sheet

ANSWER = Answer(
    "ownership-en-x",
    "I rang the ward. Nobody waited.",
    3,
    (
        Evidence("I rang the ward", 1, Shows.BEHAVIOUR, "acted_at_once"),
        Evidence("Nobody waited", 1, Shows.RESULT, None),
    ),
    Probe(Follow.NONE, ()),
    "",
)
SHEET = Sheet("en", Part.DEVELOP, "ownership", Question(QuestionKind.BEHAVIOURAL, "When?"), (ANSWER,))
ITEM = Item(SHEET, ANSWER, 0)


def rows(labels: dict[frozenset[str], tuple[int, int]]) -> list[Row]:
    """For each set of pieces, how many clauses are evidence, and how many are none."""
    told = [
        (pieces, label, count) for pieces, counts in labels.items() for label, count in zip((1, 0), counts, strict=True)
    ]
    return [Row(ITEM, pieces, bool(label)) for pieces, label, count in told for _ in range(count)]


def test_what_goes_with_evidence_weighs_and_what_does_not_hardly_weighs() -> None:
    found = fit(
        rows(
            {
                frozenset({"= rang"}): (9, 1),
                frozenset({"= rang", "= the"}): (9, 1),
                frozenset({"= was", "= the"}): (1, 9),
                frozenset({"= was"}): (1, 9),
            }
        )
    )
    assert found["= was"] < 0 < found["= rang"]
    assert abs(found["= the"]) < found["= rang"] / 3


def test_without_any_relation_the_constant_is_the_share() -> None:
    found = fit(rows({frozenset({"= a"}): (10, 30), frozenset({"= b"}): (10, 30)}))
    assert 1 / (1 + math.exp(-found[""] - found["= a"])) == pytest.approx(0.25, abs=0.02)


def test_what_two_clauses_hold_is_not_learned() -> None:
    found = fit(rows({frozenset({"= often"}): (3, 3), frozenset({"= rare"}): (2, 0)}))
    assert set(found) == {"", "= often"}


def test_a_clause_weighs_the_constant_and_what_is_known_of_its_pieces() -> None:
    row = Row(ITEM, frozenset({"= a", "= b", "= unknown"}), label=True)
    assert weigh(row, {"": -1.0, "= a": 2.0, "= b": 0.5, "= c": 9.0}) == pytest.approx(1.5)


def test_the_table_holds_whole_hundredths_and_each_constant_with_the_piece_that_all_have() -> None:
    tagger = make_tagger(
        "en", {"": -2.0, BASE: -1.0, "= a": 0.126}, [{"": -3.0, "= a": 0.5}, {"": -4.0, "= tiny": 0.004}]
    )
    assert tagger.weights == {BASE: (-300, 0, 0), EVERY: (0, -300, -400), "= a": (13, 50, 0)}


def test_a_fold_s_table_without_weights_of_evidence_has_none() -> None:
    assert make_tagger("en", {}, [{"": -3.0}, {"": -4.0}]).weights == {EVERY: (0, -300, -400)}


def test_an_item_is_what_was_said() -> None:
    assert ITEM.said == (AnswerText("ownership-en-x", ANSWER.text, "en"),)


def test_the_report_tells_precision_of_clauses_and_recall_of_labels(capsys: pytest.CaptureFixture[str]) -> None:
    tagger = make_tagger("en", {}, [])
    sure = [
        (Row(ITEM, frozenset(), label=True, about=frozenset({0})), 0.9),
        (Row(ITEM, frozenset(), label=False), 0.7),
        (Row(ITEM, frozenset(), label=True, about=frozenset({1})), 0.1),
    ]
    report("en", Fitted(tagger, sure))
    lines = capsys.readouterr().err.splitlines()
    assert "en +0.0: precision 0.667, recall 1.000" in lines
    assert "en +0.6: precision 0.500, recall 0.500" in lines
    assert "en +0.8: precision 1.000, recall 0.500" in lines
    assert "en +1.0: precision 0.000, recall 0.000" in lines

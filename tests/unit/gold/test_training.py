"""The training part keeps to its own form: answers labelled within their text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.gold.guide import COMPETENCIES, Follow, Part, QuestionKind, Shows
from tests.gold.loader import Answer, GoldError, Sheet, languages, load
from tests.gold.training import load_training

LANGUAGES = languages()
ANSWERS = 520
QUESTIONS = 44
FEWEST_OF_A_COMPETENCY = 60
SHARES = {None: 0.08, 1: 0.15, 2: 0.17, 3: 0.22, 4: 0.22, 5: 0.15}


def _answers(sheets: tuple[Sheet, ...]) -> list[Answer]:
    return [answer for sheet in sheets for answer in sheet.answers]


@pytest.mark.parametrize("language", LANGUAGES)
class TestLanguage:
    def test_there_are_as_many_as_the_guide_says(self, language: str) -> None:
        sheets = load_training(language)
        assert len(sheets) == QUESTIONS
        assert len(_answers(sheets)) == ANSWERS
        assert {sheet.part for sheet in sheets} == {Part.TRAINING}

    def test_every_competency_has_its_share(self, language: str) -> None:
        count = Counter(sheet.competency for sheet in load_training(language) for _ in sheet.answers)
        assert set(count) == set(COMPETENCIES)
        assert min(count.values()) >= FEWEST_OF_A_COMPETENCY

    def test_the_levels_are_spread(self, language: str) -> None:
        answers = _answers(load_training(language))
        count = Counter(answer.level for answer in answers)
        for level, share in SHARES.items():
            assert count[level] / len(answers) == pytest.approx(share, abs=0.03), level

    def test_no_answer_has_the_id_or_the_text_of_another(self, language: str) -> None:
        answers = _answers(load_training(language))
        assert len({answer.id for answer in answers}) == len(answers)
        assert len({answer.text for answer in answers}) == len(answers)

    def test_none_is_an_answer_that_the_engine_is_measured_with(self, language: str) -> None:
        held_out, develop = (
            {"".join(answer.text.lower().split()) for answer in _answers(load(language, part))}
            for part in (Part.HELD_OUT, Part.DEVELOP)
        )
        trained = {"".join(answer.text.lower().split()) for answer in _answers(load_training(language))}
        assert not trained & held_out
        assert not trained & develop


TRAINING = """
competency: ownership
kind: behavioural
questions:
  - text: When did you last take something on?
    answers:
      - level: 3
        probe: context
        text: >-
          Well, [acted_at_once: I rang the ward at once], and [result: nobody waited after that].
          [-shifted_blame: It was never my fault anyway].
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "en" / "training" / "ownership_more.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_marks_are_labels_and_not_said(tmp_path: Path) -> None:
    _write(tmp_path, TRAINING)
    (sheet,) = load_training("en", tmp_path)
    assert (sheet.language, sheet.competency, sheet.question.kind) == ("en", "ownership", QuestionKind.BEHAVIOURAL)
    (answer,) = sheet.answers
    assert answer.text == ("Well, I rang the ward at once, and nobody waited after that. It was never my fault anyway.")
    assert [(item.sign, item.shows, item.indicator, item.quote) for item in answer.evidence] == [
        (1, Shows.BEHAVIOUR, "acted_at_once", "I rang the ward at once"),
        (1, Shows.RESULT, None, "nobody waited after that"),
        (-1, Shows.COUNTER, "shifted_blame", "It was never my fault anyway"),
    ]
    assert (answer.id, answer.level, answer.probe.best) == ("ownership_more-en-t0-0", 3, Follow.CONTEXT)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("I rang the ward at once]", "I rang [result: the ward] at once]", "a mark that is none"),
        ("nobody waited after that]", "nobody waited after that", "a mark that is none"),
        ("[result: nobody", "nobody", "a mark that is none"),
        ("Well, [", "Well, ] [", "a mark that is none"),
        ("[result:", "[Result:", "a mark that is none"),
        ("[result: nobody", "[outcome: nobody", "is none of behaviour"),
        ("[acted_at_once:", "[supported:", "is none of behaviour"),
        ("-shifted_blame", "-acted_at_once", "is not one of ownership"),
        ("Well, [", "Well, I rang the ward at once, [", "stands in the text before its mark"),
        ("competency: ownership", "competency: courage", "courage"),
        ("kind: behavioural", "kind: odd", "odd"),
        ("questions:", "asked:", "questions"),
        ("level: 3", "level: 6", "neither 1 to 5 nor none"),
        ("probe: context", "probe: why", "is none of back_to_question"),
        ("        probe: context\n", "", "probe"),
        ("answers:", "answers: 3\n    rest:", "TypeError"),
        ("kind: behavioural", "kind: [", "ParserError"),
    ],
)
def test_what_does_not_keep_to_the_form_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in TRAINING
    path = _write(tmp_path, TRAINING.replace(old, new))
    with pytest.raises(GoldError) as refused:
        load_training("en", tmp_path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)

"""The questions of the bank are what structured interviews ask: open, single, of the past first, of work only."""

from __future__ import annotations

import copy
import re
from importlib.resources import files
from typing import Any

import pytest
import yaml

from realtime_scoring.errors import DataError
from realtime_scoring.questions.bank import ASKED_KINDS, QuestionTemplate, parse_bank
from realtime_scoring.text import count_words, fold
from realtime_scoring.types import Language
from tests.unit.questions.jobs import DATA, ENGINE, RUBRIC
from tests.unit.scoring.material import LANGUAGES

TEMPLATES = DATA.bank.templates
CASES = [(template, language) for template in TEMPLATES for language in LANGUAGES]
NAMES = [f"{template.id}-{language}" for template, language in CASES]
BANK = files("realtime_scoring.questions") / "bank"

LONGEST: dict[Language, int] = {"en": 50, "zh-CN": 90}
CLOSED = re.compile(
    r"(?:^|[.?!] )(?:do|did|does|are|is|was|were|have|has|can|could|would|will|should) (?:you|your|it|there)\b",
    re.IGNORECASE,
)
CLOSED_ZH = re.compile(r"(?:吗|是不是|有没有|能不能|会不会|对不对|是否)")
LEADING = re.compile(
    r"\b(?:of course|surely|don't you|didn't you|isn't it|wouldn't you|obviously|everybody knows|as a good)\b"
    r"|当然|难道|显然|想必|应该都|众所周知",
    re.IGNORECASE,
)
PAST = {"en": re.compile(r"^(?:Tell me about|Describe) "), "zh-CN": re.compile("^请(?:讲|描述)")}
IMAGINED = {"en": re.compile(r"^(?:Suppose|Imagine) .*\bwould you\b"), "zh-CN": re.compile("^假设.*您会|^假设.*您会怎")}


def test_every_competency_has_enough_questions_of_each_kind() -> None:
    for entry in RUBRIC.competencies:
        name = entry.competency.id
        own = [template for template in TEMPLATES if template.competencies[0] == name]
        count = {kind: sum(template.kind == kind for template in own) for kind in ASKED_KINDS}
        assert count["behavioural"] >= 4, name
        assert count["situational"] >= 2, name
        if name in ("problem_solving", "technical_reasoning"):
            assert count["logic"] >= 2, name


def test_ids_are_names_that_a_flow_accepts() -> None:
    ids = [template.id for template in TEMPLATES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,63}", name) for name in ids)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_a_question_says_what_it_can_show(template: QuestionTemplate) -> None:
    assert 1 <= len(template.competencies) <= 3
    main = [item for item in template.dimensions if item.competency == template.competencies[0]]
    assert len(main) >= 2
    assert len(set(template.dimensions)) == len(template.dimensions)
    assert 30 <= template.suggested_s <= template.limit_s
    assert template.follow_ups <= (0 if template.kind == "logic" else 2)


@pytest.mark.parametrize(("template", "language"), CASES, ids=NAMES)
def test_a_question_is_short_open_and_of_work(template: QuestionTemplate, language: Language) -> None:
    text = template.text[language]
    assert text == " ".join(text.split())
    assert count_words(text, language) <= LONGEST[language]
    assert text[-1] in "?.。"
    # One question: its last sentence may ask for two sides of the same thing, no more.
    assert text.count("?") + text.count("？") <= 2
    assert not LEADING.search(text)
    if language == "en":
        assert not CLOSED.search(text)
        assert not re.search(r"[\u4e00-\u9fff]", text)
    else:
        assert not CLOSED_ZH.search(text)
        assert "您" in text
        assert not re.search(r"[A-Za-z]", text)
    lexicon = ENGINE.lexicons[language]
    assert lexicon.protected.search(fold(text)) is None
    assert lexicon.grave.search(fold(text)) is None


@pytest.mark.parametrize(("template", "language"), CASES, ids=NAMES)
def test_the_past_is_asked_for_as_past(template: QuestionTemplate, language: Language) -> None:
    text = template.text[language]
    assert bool(PAST[language].search(text)) == (template.kind == "behavioural")
    assert bool(IMAGINED[language].search(text)) == (template.kind == "situational")


def test_no_two_questions_are_alike() -> None:
    for language in LANGUAGES:
        texts = [fold(template.text[language]) for template in TEMPLATES]
        pairs = [{text[index : index + 2] for index in range(len(text) - 1)} for text in texts]
        for first in range(len(texts)):
            for second in range(first):
                shared = len(pairs[first] & pairs[second]) / len(pairs[first] | pairs[second])
                assert shared < 0.75, (texts[first], texts[second])


def change(data: Any, value: object, *path: Any) -> Any:
    data = copy.deepcopy(data)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("questions", 0, "kind"),
            "trick",
            "mine.yaml: questions[0].kind: expected one of behavioural, situational, logic",
        ),
        (("questions", 0, "zh-CN"), " ", "mine.yaml: questions[0].zh-CN: expected a text"),
        (("questions", 0, "shows"), {}, "mine.yaml: questions[0].shows: expected one to 3 competencies"),
        (("questions", 0, "shows"), {"magic": ["a"]}, "mine.yaml: questions[0].shows: no rubric describes 'magic'"),
        (
            ("questions", 0, "shows"),
            {"teamwork": ["magic"]},
            "mine.yaml: questions[0].shows.teamwork: the rubric has no indicator 'magic'",
        ),
        (
            ("questions", 0, "shows"),
            {"learning": ["studied"]},
            "mine.yaml: questions[0].shows: teamwork comes first in this file",
        ),
        (("questions", 0, "limit_s"), 60, "mine.yaml: questions[0]: expected 30 <= suggested_s <= limit_s <= 900"),
        (("questions", 0, "limit_s"), "long", "mine.yaml: questions[0].limit_s: expected a whole number"),
        (
            ("questions", 1, "id"),
            "teamwork-difficult-problem",
            "mine.yaml: questions[1].id: 'teamwork-difficult-problem'",
        ),
        (("questions", 0, "colour"), "red", "mine.yaml: questions[0]: unknown entries: colour"),
        (("questions",), "none", "mine.yaml: expected `competency` and a list of `questions`"),
    ],
)
def test_a_wrong_bank_is_explained(path: tuple[Any, ...], value: object, message: str) -> None:
    data = yaml.safe_load((BANK / "teamwork.yaml").read_text(encoding="utf-8"))
    with pytest.raises(DataError) as caught:
        parse_bank({"mine.yaml": change(data, value, *path)}, RUBRIC)
    assert str(caught.value).startswith(message)

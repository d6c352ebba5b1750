"""The gold set keeps to its own guide, docs/gold-set.md, in every language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest

from tests.gold.guide import COMPETENCIES, Follow, Part, QuestionKind, Shows
from tests.gold.loader import Answer, GoldError, Sheet, languages, load, read_sheet

LANGUAGES = languages()
BEHAVIOURAL = 10
"""Answers to develop on, to the one behavioural question of each competency."""
SITUATIONAL = 8
"""The same to a situational question, where the held-out one is of that kind."""
HELD_OUT = 8
"""Of each competency, to one question."""
SHARES = {None: 0.10, 1: 0.12, 2: 0.20, 3: 0.25, 4: 0.20, 5: 0.13}
LESSONS = {"drew_lesson", "changed_practice", "prevented"}
"""Indicators that are a lesson drawn or a lasting change themselves."""
FEWEST = {"en": 25, "zh": 40}
"""Words, or characters, below which an answer is too short to judge."""
MOST = {"en": 160, "zh": 280}
LONG_QUOTE = {"en": 20, "zh": 30}


def _length(text: str, language: str) -> int:
    """Words; characters without blanks in Chinese."""
    words = text.split()
    return sum(map(len, words)) if language.startswith("zh") else len(words)


def _tongue(language: str) -> str:
    return language.partition("-")[0]


def _sheets(language: str) -> list[Sheet]:
    return [sheet for part in (Part.DEVELOP, Part.HELD_OUT) for sheet in load(language, part)]


def _answers(language: str) -> list[tuple[Sheet, Answer]]:
    return [(sheet, answer) for sheet in _sheets(language) for answer in sheet.answers]


def _count(sheets: Iterable[Sheet]) -> dict[tuple[str, QuestionKind], int]:
    return {(sheet.competency, sheet.question.kind): len(sheet.answers) for sheet in sheets}


def _trigrams(text: str) -> set[str]:
    joined = " ".join(text.lower().split())
    return {joined[at : at + 3] for at in range(len(joined) - 2)}


def _likeness(one: set[str], other: set[str]) -> float:
    """Jaccard's index: the share of what either has that both have."""
    return len(one & other) / len(one | other)


def test_both_languages_are_there() -> None:
    assert [_tongue(language) for language in LANGUAGES] == ["en", "zh"]


def test_no_answer_has_the_id_of_another() -> None:
    count = Counter(answer.id for language in LANGUAGES for _, answer in _answers(language))
    assert [name for name, times in count.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
class TestLanguage:
    def test_every_competency_has_its_answers_to_develop_on(self, language: str) -> None:
        wanted = {(name, QuestionKind.BEHAVIOURAL): BEHAVIOURAL for name in COMPETENCIES}
        for competency in COMPETENCIES.values():
            if competency.held_out is QuestionKind.SITUATIONAL:
                wanted[competency.name, QuestionKind.SITUATIONAL] = SITUATIONAL
        assert _count(load(language, Part.DEVELOP)) == wanted

    def test_every_competency_has_its_held_out_answers(self, language: str) -> None:
        assert _count(load(language, Part.HELD_OUT)) == {
            (competency.name, competency.held_out): HELD_OUT for competency in COMPETENCIES.values()
        }

    def test_a_held_out_question_is_another_one(self, language: str) -> None:
        for one, other in combinations(_sheets(language), 2):
            alike = _likeness(_trigrams(one.question.text), _trigrams(other.question.text))
            assert alike < 0.5, (one.part, one.competency, other.part, other.competency)

    def test_an_id_says_competency_language_and_part(self, language: str) -> None:
        for sheet, answer in _answers(language):
            start = f"{sheet.competency}-{_tongue(language)}-{sheet.part.value[0]}"
            assert answer.id.startswith(start), answer.id
            assert answer.id.removeprefix(start).isdecimal(), answer.id

    def test_the_levels_are_spread(self, language: str) -> None:
        answers = _answers(language)
        count = Counter(answer.level for _, answer in answers)
        for level, share in SHARES.items():
            assert count[level] / len(answers) == pytest.approx(share, abs=0.05), level

    def test_no_sheet_is_of_one_mould(self, language: str) -> None:
        for sheet in _sheets(language):
            assert len({answer.level for answer in sheet.answers}) >= 3, (sheet.part, sheet.competency)

    def test_every_probe_is_best_somewhere(self, language: str) -> None:
        count = Counter(answer.probe.best for _, answer in _answers(language))
        assert {follow: count[follow] for follow in Follow if count[follow] < 2} == {}

    def test_every_indicator_is_shown_somewhere(self, language: str) -> None:
        seen = {(sheet.competency, item.indicator) for sheet, answer in _answers(language) for item in answer.evidence}
        for competency in COMPETENCIES.values():
            missing = {name for name in competency.indicators if (competency.name, name) not in seen}
            assert not missing, competency.name

    def test_no_two_answers_are_alike(self, language: str) -> None:
        trigrams = [(answer.id, _trigrams(answer.text)) for _, answer in _answers(language)]
        for (one, left), (other, right) in combinations(trigrams, 2):
            assert _likeness(left, right) < 0.5, (one, other)

    def test_answers_are_as_long_as_speech_is(self, language: str) -> None:
        for _, answer in _answers(language):
            length = _length(answer.text, language)
            assert length <= MOST[_tongue(language)], answer.id
            assert answer.level is None or length >= FEWEST[_tongue(language)], answer.id

    def test_a_long_quote_is_rare(self, language: str) -> None:
        quotes = [item.quote for _, answer in _answers(language) for item in answer.evidence]
        long = [quote for quote in quotes if _length(quote, language) > LONG_QUOTE[_tongue(language)]]
        assert len(long) <= len(quotes) / 20, long

    def test_the_evidence_bears_the_level(self, language: str) -> None:
        """Counter-evidence takes a level off, so it may stand with any but the highest."""
        for sheet, answer in _answers(language):
            least = _least_evidence(answer, sheet.question.kind)
            assert least, answer.id


def _least_evidence(answer: Answer, kind: QuestionKind) -> bool:
    """Whether what is quoted can bear the level given; what it needs beyond (one occasion, one's own part) is not
    in the quotes."""
    shown = Counter(item.shows for item in answer.evidence)
    behaviours = shown[Shows.BEHAVIOUR]
    if answer.level is None or answer.level == 1:
        return behaviours == 0 or shown[Shows.COUNTER] > 0
    if answer.level == 2:
        return True
    if kind is QuestionKind.SITUATIONAL:
        return behaviours >= {3: 2, 4: 4, 5: 4}[answer.level]
    results = shown[Shows.RESULT] + shown[Shows.MEASURED_RESULT]
    if answer.level == 3:
        return behaviours >= 2
    if answer.level == 4:
        return behaviours >= 3 or (behaviours == 2 and results > 0)
    lesson = shown[Shows.REFLECTION] > 0 or any(item.indicator in LESSONS for item in answer.evidence)
    return behaviours >= 2 and shown[Shows.MEASURED_RESULT] > 0 and lesson and shown[Shows.COUNTER] == 0


SHEET = """
competency: ownership
question: {kind: behavioural, text: "When did you last take something on?"}
answers:
  - id: ownership-en-d1
    text: Well, I rang the ward at once, and nobody waited after that.
    level: 3
    evidence:
      - {quote: I rang the ward at once, sign: 1, shows: behaviour, indicator: acted_at_once}
      - {quote: nobody waited after that, sign: 1, shows: result}
    probe: {best: context, fine: []}
    note: One act and what came of it.
"""


def _write(folder: Path, text: str, name: str = "ownership") -> Path:
    path = folder / "en" / "develop" / f"{name}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sheet_is_read_as_it_stands(tmp_path: Path) -> None:
    _write(tmp_path, SHEET)
    assert languages(tmp_path) == ("en",)
    (sheet,) = load("en", Part.DEVELOP, tmp_path)
    assert (sheet.language, sheet.part, sheet.competency) == ("en", Part.DEVELOP, "ownership")
    (answer,) = sheet.answers
    assert answer.level == 3
    assert answer.probe.best is Follow.CONTEXT
    assert [(item.shows, item.indicator) for item in answer.evidence] == [
        (Shows.BEHAVIOUR, "acted_at_once"),
        (Shows.RESULT, None),
    ]


def test_the_level_none_is_no_number(tmp_path: Path) -> None:
    path = _write(tmp_path, SHEET.replace("level: 3", "level: none"))
    assert read_sheet(path).answers[0].level is None


def test_a_file_may_be_named_after_its_question_s_kind_as_well(tmp_path: Path) -> None:
    path = _write(tmp_path, SHEET, "ownership_behavioural")
    assert read_sheet(path).competency == "ownership"


def test_a_file_is_not_named_after_another_kind(tmp_path: Path) -> None:
    path = _write(tmp_path, SHEET, "ownership_situational")
    with pytest.raises(GoldError, match="not the file's name"):
        read_sheet(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    note:", "    mood: good\n    note:", "unknown key mood"),
        ("competency: ownership", "competency: ownership\nauthor: x", "unknown key author"),
        ("fine: []}", "fine: [], worst: none}", "unknown key worst"),
        ("    level: 3\n", "", "without level"),
        ("competency: ownership", "competency: teamwork", "not the file's name"),
        ("quote: I rang the ward at once", "quote: I called the ward", "is not in the text"),
        ("quote: nobody waited after that", "quote: I rang the ward at once", "a quote stands twice"),
        ("sign: 1, shows: result", "sign: -1, shows: result", "has the sign 1"),
        ("shows: result}", "shows: result, indicator: delivered}", "result has none"),
        ("acted_at_once}", "supported}", "is not one of ownership"),
        ("acted_at_once}", "shifted_blame}", "is not one of ownership"),
        (", indicator: acted_at_once", "", "no text"),
        ("shows: result", "shows: outcome", "is none of behaviour"),
        ("level: 3", "level: 6", "neither 1 to 5 nor none"),
        ("level: 3", "level: true", "neither 1 to 5 nor none"),
        ("best: context", "best: why", "is none of back_to_question"),
        ("fine: []", "fine: [context]", "a probe stands twice"),
        ("kind: behavioural", "kind: situational", "does not allow"),
        ("answers:", "answers: {}\nrest:", "unknown key rest"),
        ("question: {", "question: [{", "develop/ownership.yaml"),
    ],
)
def test_what_does_not_keep_to_the_format_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SHEET
    path = _write(tmp_path, SHEET.replace(old, new))
    with pytest.raises(GoldError) as refused:
        read_sheet(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)

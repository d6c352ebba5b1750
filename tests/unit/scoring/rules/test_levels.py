"""From evidence to a level, and from levels to a score: boundaries, rounding, and where there is no level."""

from __future__ import annotations

import pytest

from realtime_scoring.scorer import combine, find_level, judge_confidence, rate
from realtime_scoring.steps import find_missing, read_shown
from realtime_scoring.types import (
    Assessment,
    CompetencyLevel,
    Confidence,
    Evidence,
    Flag,
    Question,
    StarCoverage,
    Versions,
)
from tests.unit.scoring.material import ENGINE

QUESTION = Question("q", "What did you do?", "behavioural", ("communication",), 2, "en")
ENTRY = next(entry for entry in ENGINE.rubric.competencies if entry.competency.id == "communication")
ANCHORS = ENTRY.competency.anchors
VERSIONS = Versions("e", "r", "l")


def show(indicator: str, start: int, sign: int = 1, weight: float = 1.0) -> Evidence:
    return Evidence("communication", indicator, 1 if sign > 0 else -1, weight, "t", "q", start, start + 1, None, None)


ONE = (show("listened", 0),)
TWO = (*ONE, show("own_action", 5, weight=0.75))
NONE_OF_IT = CompetencyLevel("communication", None, "low", "")


@pytest.mark.parametrize(
    ("words_share", "asr_confidence", "coverage", "expected"),
    [
        (3.0, 0.8, 0.6, "high"),
        (4.0, 1.0, 1.0, "high"),
        (2.9, 1.0, 1.0, "medium"),
        (9.0, 0.79, 1.0, "medium"),
        (9.0, 1.0, 0.59, "medium"),
        (1.5, 0.7, 0.0, "medium"),
        (1.49, 1.0, 1.0, "low"),
        (9.0, 0.69, 1.0, "low"),
        (0.0, 0.0, 0.0, "low"),
    ],
)
def test_confidence_needs_length_and_hearing_and_for_the_highest_the_whole_story(
    words_share: float, asr_confidence: float, coverage: float, expected: Confidence
) -> None:
    assert judge_confidence(words_share, asr_confidence, coverage) == expected


@pytest.mark.parametrize("flag", [Flag.UNANSWERED, Flag.OFF_TOPIC])
def test_what_is_no_answer_holds_no_evidence(flag: Flag) -> None:
    assert rate(ENTRY, QUESTION, frozenset({flag}), TWO, "high") == NONE_OF_IT


@pytest.mark.parametrize("flag", [Flag.TOO_SHORT, Flag.LOW_ASR_CONFIDENCE])
def test_what_is_too_little_for_a_level_is_shown_without_one(flag: Flag) -> None:
    rated = rate(ENTRY, QUESTION, frozenset({flag, Flag.NO_RESULT}), TWO, "high")
    assert rated == CompetencyLevel("communication", None, "low", "", TWO)


@pytest.mark.parametrize(
    ("evidence", "level", "confidence"),
    [
        ((), 1, "low"),
        (ONE, 2, "low"),
        ((*ONE, show("refused", 9, -1)), 1, "low"),
        (TWO, 3, "high"),
        ((*TWO, show("refused", 9, -1)), 2, "high"),
        ((*TWO, show("measured_result", 9, weight=2.0)), 4, "high"),
        ((*TWO, show("measured_result", 9, weight=2.0), show("reflection", 12, weight=0.5)), 4, "high"),
        ((*TWO, show("explained", 7), show("measured_result", 9, weight=2.0), show("reflection", 12, weight=0.5)), 5,
         "high"),
    ],
)  # fmt: skip
def test_a_level_and_its_anchor(evidence: tuple[Evidence, ...], level: int, confidence: Confidence) -> None:
    rated = rate(ENTRY, QUESTION, frozenset(), evidence, "high")
    assert rated == CompetencyLevel("communication", level, confidence, ANCHORS["en"][level - 1], evidence)


def score(*levels: CompetencyLevel, per_question: int = 1) -> tuple[float | None, tuple[CompetencyLevel, ...]]:
    """As many questions as there are groups of levels."""
    groups = [levels[at : at + per_question] for at in range(0, len(levels), per_question)]
    pairs = [(QUESTION, Assessment("q", StarCoverage(), frozenset(), group)) for group in groups]
    entries = {entry.competency.id: entry for entry in ENGINE.rubric.competencies}
    scored = combine(pairs, entries, VERSIONS, "en")
    assert scored.versions is VERSIONS
    return scored.total, scored.levels


def reach(level: int | None, name: str = "communication", confidence: Confidence = "low") -> CompetencyLevel:
    return CompetencyLevel(name, level, confidence, "")


@pytest.mark.parametrize(
    ("reached", "level", "mean", "total"),
    [
        ([3], 3, 3.0, 60.0),
        ([3, 4], 4, 3.5, 70.0),
        ([2, 3], 3, 2.5, 50.0),
        ([1, 1, 2], 1, 1.333, 26.7),
        ([2, 3, 3], 3, 2.667, 53.3),
        ([4, 5, 5, 5, 5, 5, 5], 5, 4.857, 97.1),
        ([1, None, 5], 3, 3.0, 60.0),
    ],
)
def test_questions_weigh_alike_and_a_half_is_rounded_up(
    reached: list[int | None], level: int, mean: float, total: float
) -> None:
    found, (combined,) = score(*(reach(one) for one in reached))
    assert (found, combined.level, combined.mean_level) == (total, level, mean)
    assert combined.anchor == ANCHORS["en"][level - 1]


def test_competencies_weigh_alike_and_are_in_order() -> None:
    total, levels = score(reach(5, "teamwork"), reach(1), reach(1), reach(1), reach(None, "ownership"))
    assert [level.competency for level in levels] == ["communication", "ownership", "teamwork"]
    assert [level.mean_level for level in levels] == [1.0, None, 5.0]
    assert total == 60.0


def test_confidence_is_that_of_the_surest_rated_answer() -> None:
    assert score(reach(2), reach(3, confidence="medium"))[1][0].confidence == "medium"
    assert score(reach(2, confidence="high"), reach(3, confidence="medium"))[1][0].confidence == "high"
    assert score(reach(2), reach(None, confidence="high"))[1][0].confidence == "low"


def test_what_nobody_knows_has_no_level() -> None:
    total, (combined,) = score(reach(4, "astrology", "high"))
    assert combined == CompetencyLevel("astrology", None, "low", "")
    assert total is None


def test_all_evidence_is_kept_in_order() -> None:
    _, (combined,) = score(
        CompetencyLevel("communication", 2, "low", "", ONE), CompetencyLevel("communication", None, "low", "", TWO)
    )
    assert combined.evidence == (*ONE, *TWO)
    _, (unrated,) = score(CompetencyLevel("communication", None, "low", "", TWO))
    assert unrated.evidence == TWO


def test_three_points_exactly_are_enough_for_the_fourth_level() -> None:
    said = (show("listened", 0), show("explained", 5), show("reflection", 12))
    assert find_level("behavioural", frozenset(), (*said, show("own_action", 9, weight=0.5))) == 4
    assert find_level("behavioural", frozenset(), (*said, show("own_action", 9, weight=0.49))) == 3


def test_what_is_shown_is_told_apart() -> None:
    shown = read_shown(frozenset(), (*TWO, show("result", 9, weight=1.5), show("refused", 12, -1)))
    assert shown.behaviours == {"listened"}
    assert shown.structure == {"own_action", "result"}
    assert shown.acts == 1
    assert shown.points == pytest.approx(1 + 0.75 + 1.5 - 2.5)
    assert [find_missing("behavioural", shown, level) for level in (0, 1)] == [(), ()]

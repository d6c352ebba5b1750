"""The table of steps gives the levels of the rule, which is written out here once more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.coverage import IMAGINED_KINDS
from realtime_scoring.scorer import find_level
from realtime_scoring.steps import STRUCTURE, find_missing, read_shown
from realtime_scoring.types import Evidence, Flag, Language, QuestionKind
from tests.unit.scoring.material import LANGUAGES, STORIES, UNHURRIED, tell

KINDS: tuple[QuestionKind, ...] = ("introduction", "behavioural", "situational", "logic", "open")
INDICATORS = ("listened", "explained", "informed", "adapted", *sorted(STRUCTURE), "refused")


def written_out(kind: QuestionKind, flags: frozenset[Flag], evidence: tuple[Evidence, ...]) -> int:
    """The rule of engine version 4, clause by clause: an oracle that shares nothing with the table."""
    telling = [item for item in evidence if item.sign > 0]
    outcomes = {"result", "measured_result", "reflection"}
    clauses: dict[tuple[str, int], float] = {}
    for item in telling:
        if item.indicator not in STRUCTURE:
            at = (item.turn_id, item.char_start)
            clauses[at] = max(clauses.get(at, 0.0), item.weight)
    for item in telling:
        # An act of no indicator counts only where its clause shows no behaviour.
        if item.indicator in STRUCTURE - outcomes:
            clauses.setdefault((item.turn_id, item.char_start), item.weight)
    against = len(telling) < len(evidence)
    acts = len(clauses) - against
    if acts < 1:
        effect = any(item.indicator in ("result", "measured_result") for item in telling)
        return 2 if (effect or Flag.IN_GENERAL in flags) and not against else 1
    if kind in IMAGINED_KINDS:
        return 5 if acts >= 5 else 4 if acts >= 4 else 3 if acts >= 2 else 2
    if acts < 2 or flags & {Flag.NO_EVENT, Flag.HYPOTHETICAL}:
        return 2
    shown = {item.indicator for item in telling}
    came = 2.0 if "measured_result" in shown else 1.5 if "result" in shown else 0.0
    points = sum(clauses.values()) + came + (0.5 if "reflection" in shown else 0.0) - 2.5 * against
    if "own_action" not in shown or Flag.WE_DOMINATES in flags or points < 3.0:
        return 3
    return 5 if {"measured_result", "reflection"} <= shown and points >= 4.5 else 4


evidences = st.builds(
    lambda indicator, positive, weight, start: Evidence(
        "communication", indicator, 1 if positive else -1, weight, "t", "q", start, start + 1, None, None
    ),
    st.sampled_from(INDICATORS),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([0.25, 0.5, 1.0]),
    st.integers(0, 6),
)


@UNHURRIED
@given(
    st.sampled_from(KINDS),
    st.frozensets(st.sampled_from(sorted(Flag)), max_size=2),
    st.lists(evidences, max_size=9).map(tuple),
)
def test_the_table_is_the_rule(kind: QuestionKind, flags: frozenset[Flag], evidence: tuple[Evidence, ...]) -> None:
    assert find_level(kind, flags, evidence) == written_out(kind, flags, evidence)


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_of_the_stories_are_those_of_the_rule(language: Language, story: str, turns: int) -> None:
    told = tell(story, language, turns=turns)
    rated = [level for level in told.assessment.levels if level.level is not None]
    assert rated or turns == 1
    for level in rated:
        assert level.level == written_out(told.question.kind, told.assessment.flags, level.evidence)


@UNHURRIED
@given(st.sampled_from(KINDS), st.lists(evidences, max_size=9).map(tuple))
def test_a_level_lacks_nothing_and_the_next_lacks_something(kind: QuestionKind, evidence: tuple[Evidence, ...]) -> None:
    level = find_level(kind, frozenset(), evidence)
    shown = read_shown(frozenset(), evidence)
    assert not find_missing(kind, shown, level)
    assert level == 5 or find_missing(kind, shown, level + 1)

"""Every answer of the gold set's develop part, changed in known ways: its level moves as it may."""

from __future__ import annotations

from functools import cache

import pytest

from realtime_scoring.types import Language
from tests.benchmarks.mind.moves import SWAP, Case, is_allowed, try_all
from tests.benchmarks.mind.transforms import TRANSFORMS, Move, mishear
from tests.gold.guide import Part
from tests.gold.loader import load
from tests.unit.scoring.material import ENGINE, LANGUAGES

EXACT = [transform.name for transform in TRANSFORMS if transform.move is not Move.WITHIN_ONE] + [SWAP]
MISHEARD = [transform.name for transform in TRANSFORMS if transform.move is Move.WITHIN_ONE]
WITHIN_A_LEVEL = {"misheard_5": 0.95, "misheard_10": 0.9, "misheard_20": 0.85}


@cache
def _cases(language: Language) -> tuple[Case, ...]:
    return try_all(ENGINE, load(language, Part.DEVELOP))


def _of(language: Language, transform: str) -> list[Case]:
    found = [case for case in _cases(language) if case.transform == transform]
    assert len(found) >= 30
    return found


@pytest.mark.parametrize("transform", EXACT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_moves_as_it_may(language: Language, transform: str) -> None:
    assert [case for case in _of(language, transform) if not case.holds] == []


@pytest.mark.parametrize("transform", MISHEARD)
@pytest.mark.parametrize("language", LANGUAGES)
def test_misheard_words_seldom_move_more_than_a_level(language: Language, transform: str) -> None:
    cases = _of(language, transform)
    assert sum(case.holds for case in cases) >= WITHIN_A_LEVEL[transform] * len(cases)


@pytest.mark.parametrize("transform", ["concrete_act", "number"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_added_raises_some(language: Language, transform: str) -> None:
    assert any(case.after is not None and case.after > (case.before or 0) for case in _of(language, transform))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_taken_back_lowers_some(language: Language) -> None:
    assert any(case.after is None or case.after < (case.before or 0) for case in _of(language, "retraction"))


@pytest.mark.parametrize(
    ("move", "before", "after", "allowed"),
    [
        (Move.NONE, 3, 3, True),
        (Move.NONE, 3, 4, False),
        (Move.NONE, 3, None, False),
        (Move.WITHIN_ONE, 3, 2, True),
        (Move.WITHIN_ONE, 3, 1, False),
        (Move.NOT_DOWN, 3, 5, True),
        (Move.NOT_DOWN, 3, 2, False),
        (Move.NOT_UP, 3, None, True),
        (Move.NOT_UP, 3, 4, False),
        (Move.NO_LEVEL, 3, None, True),
        (Move.NO_LEVEL, 3, 1, False),
        (Move.VAGUE, 1, 2, True),
        (Move.VAGUE, 3, 3, False),
    ],
)
def test_moves_are_judged(move: Move, before: int, after: int | None, allowed: bool) -> None:
    assert is_allowed(move, before, after) is allowed


def test_mishearing_errs_as_often_as_it_says_and_the_same_every_time() -> None:
    text = " ".join(f"word{index}" for index in range(2000))
    heard = mishear(0.1, seed=1)(text, "en")
    assert heard == mishear(0.1, seed=1)(text, "en")
    kept = set(text.split()) & set(heard.split())
    assert 0.87 < len(kept) / 2000 < 0.95

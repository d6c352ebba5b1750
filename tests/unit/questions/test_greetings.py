"""Greetings for those who start and those who have worked."""

from __future__ import annotations

import pytest

from realtime_scoring.phrases import greeting
from realtime_scoring.questions.greetings import Background, choose_greeting
from realtime_scoring.text import fold
from realtime_scoring.types import Language
from tests.unit.questions.jobs import ENGINE
from tests.unit.scoring.material import LANGUAGES

BACKGROUNDS: tuple[Background | None, ...] = ("graduate", "experienced", None)
NAMED: dict[tuple[Background, Language], tuple[str, ...]] = {
    ("graduate", "en"): ("learning ability", "teamwork", "Nobody expects long experience"),
    ("graduate", "zh-CN"): ("学习能力", "团队合作", "请放松"),
    ("experienced", "en"): ("past work",),
    ("experienced", "zh-CN"): ("过去的工作",),
}


@pytest.mark.parametrize("demonstration", [True, False])
@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_hears_the_same_beginning(
    language: Language, background: Background | None, demonstration: bool
) -> None:
    plain = greeting(language, "Northwind", "engineer", demonstration=demonstration)
    text = choose_greeting(background, language, "Northwind", "engineer", demonstration=demonstration)
    assert text.startswith(plain)
    assert (text == plain) == (background is None)
    assert "  " not in text
    lexicon = ENGINE.lexicons[language]
    assert lexicon.protected.search(fold(text)) is None
    assert lexicon.grave.search(fold(text)) is None


@pytest.mark.parametrize(("background", "language"), NAMED, ids=str)
def test_what_will_be_talked_about_is_named(background: Background, language: Language) -> None:
    text = choose_greeting(background, language, "", "", demonstration=False)
    others = [
        choose_greeting(other, language, "", "", demonstration=False) for other in BACKGROUNDS if other != background
    ]
    for words in NAMED[background, language]:
        assert words in text
        assert not any(words in other for other in others)

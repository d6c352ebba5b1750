"""A candidate who goes on in the other language is noticed, once."""

from __future__ import annotations

from media.transcription.policy.language_switch import LanguageSwitch
from media.types import LanguageCode


def hear(switch: LanguageSwitch, *finals: tuple[LanguageCode | None, float, int]) -> list[LanguageCode | None]:
    return [switch.hear(*final) for final in finals]


def test_two_long_sure_finals_in_a_row_are_told_once() -> None:
    switch = LanguageSwitch("en")
    heard = hear(switch, ("zh-CN", 0.9, 4000), ("zh-CN", 0.9, 3000), ("zh-CN", 0.99, 9000), ("zh-CN", 0.99, 9000))
    assert heard == [None, "zh-CN", None, None]


def test_short_and_doubtful_finals_neither_count_nor_break_the_row() -> None:
    switch = LanguageSwitch("zh-CN")
    heard = hear(switch, ("en", 0.9, 4000), ("en", 0.9, 2999), ("en", 0.8, 4000), (None, 0.0, 9000), ("en", 0.81, 3000))
    assert heard == [None, None, None, None, "en"]


def test_one_final_in_the_interviews_language_breaks_the_row() -> None:
    switch = LanguageSwitch("en")
    heard = hear(switch, ("zh-CN", 0.9, 4000), ("en", 0.9, 4000), ("zh-CN", 0.9, 4000), ("en", 0.9, 4000))
    assert heard == [None] * 4


def test_who_comes_back_and_goes_again_is_told_again() -> None:
    switch = LanguageSwitch("en")
    away: tuple[LanguageCode, float, int] = ("zh-CN", 0.9, 4000)
    back: tuple[LanguageCode, float, int] = ("en", 0.9, 4000)
    assert hear(switch, away, away, back, back, away, away) == [None, "zh-CN", None, None, None, "zh-CN"]

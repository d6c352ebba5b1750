"""A voice beside the interviewer's: how much of it, and which words, take the floor."""

from __future__ import annotations

import pytest

from realtime_scoring.turns.interruption import Interruption, judge_interruption, judge_resumption, substantial_words
from realtime_scoring.types import Language

QUESTION = "Tell me about a time when your team was late."


@pytest.mark.parametrize(
    ("voice_ms", "text", "language", "expected"),
    [
        (499, "I cannot hear you", "en", Interruption.GO_ON),
        (500, "I cannot hear you", "en", Interruption.YIELD),
        (500, "yeah cannot", "en", Interruption.GO_ON),
        (500, "cannot hear", "en", Interruption.YIELD),
        # One word that asks for it is enough; without voice or without a word nothing is.
        (500, "stop", "en", Interruption.YIELD),
        (499, "stop", "en", Interruption.GO_ON),
        (5_000, "", "en", Interruption.GO_ON),
        (500, "听不", "zh-CN", Interruption.GO_ON),
        (500, "听不见", "zh-CN", Interruption.YIELD),
        (500, "停", "zh-CN", Interruption.YIELD),
    ],
)
def test_how_much_takes_the_floor(voice_ms: int, text: str, language: Language, expected: Interruption) -> None:
    assert judge_interruption(voice_ms, text, language, speaking=False) is expected
    waits = Interruption.WAIT if expected is Interruption.GO_ON else expected
    assert judge_interruption(voice_ms, text, language, speaking=True) is waits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about time when team", Interruption.GO_ON),
        # Four words of five are the question's, then three of four: an echo, misheard in part, and no echo.
        ("about time when team gate", Interruption.GO_ON),
        ("about time when gate", Interruption.YIELD),
        # Asked to stop in words of the question, it may be the loudspeaker.
        ("stop about time when team", Interruption.GO_ON),
        ("stop about", Interruption.YIELD),
    ],
)
def test_an_echo_of_the_question_is_nobodys_voice(text: str, expected: Interruption) -> None:
    assert judge_interruption(900, text, "en", speaking=False, question=QUESTION) is expected
    assert judge_resumption(500, 900, text, "en", speaking=False, question=QUESTION) is expected


def test_where_nothing_is_said_nothing_is_an_echo() -> None:
    assert judge_interruption(900, "tell me about", "en", speaking=False) is Interruption.YIELD
    assert judge_resumption(500, 900, "tell me about", "en", speaking=False) is Interruption.YIELD


@pytest.mark.parametrize(
    ("began_after_ms", "voice_ms", "text", "expected"),
    [
        (2_000, 300, "also", Interruption.YIELD),
        (2_001, 300, "also", Interruption.GO_ON),
        (-3_000, 300, "also", Interruption.YIELD),
        (0, 300, "also", Interruption.YIELD),
        (0, 299, "also", Interruption.WAIT),
        (0, 300, "", Interruption.WAIT),
        (0, 300, "okay yeah", Interruption.WAIT),
    ],
)
def test_who_goes_on_within_two_seconds_goes_on(
    began_after_ms: int, voice_ms: int, text: str, expected: Interruption
) -> None:
    assert judge_resumption(began_after_ms, voice_ms, text, "en", speaking=True) is expected
    silent = Interruption.GO_ON if expected is Interruption.WAIT else expected
    assert judge_resumption(began_after_ms, voice_ms, text, "en", speaking=False) is silent


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("", "en", ()),
        ("Yeah, okay, right!", "en", ()),
        ("Uh-huh, so what?", "en", ("what",)),
        ("yeah I did", "en", ("i", "did")),
        # A word that only begins like a back-channel is a word.
        ("yesterday", "en", ("yesterday",)),
        ("对", "zh-CN", ()),
        ("对对对", "zh-CN", ()),
        ("嗯，好的。", "zh-CN", ()),
        ("好的 对", "zh-CN", ()),
        ("对面", "zh-CN", ("对", "面")),
        ("好啊你说", "zh-CN", ("好", "啊", "你", "说")),
        ("是的，但是", "zh-CN", ("但",)),
        ("嗯我", "zh-CN", ("嗯", "我")),
    ],
)
def test_what_is_no_back_channel(text: str, language: Language, words: tuple[str, ...]) -> None:
    assert substantial_words(text, language) == words

"""Where words begin and end, and what of them is compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.transcription.policy.timing import place_tokens
from media.transcription.policy.tokens import append_tokens, normalise, split_text
from media.types import LanguageCode, TranscribedWord, Transcription

_TEXT = st.text(alphabet="ab Z'’.,-%+#45我们，。“”《》 $", max_size=30)


@pytest.mark.parametrize(
    ("text", "language", "pieces"),
    [
        ("We'll follow-up, quickly.", "en", ["We'll", "follow-up", ",", "quickly", "."]),
        ("4.5% of C++ and R&D...", "en", ["4.5%", "of", "C++", "and", "R&D", "..."]),
        ("It cost $1,000!", "en", ["It", "cost", "$1,000", "!"]),
        ("我用Python写的，涨了4.5%。", "zh-CN", ["我", "用", "Python", "写", "的", "，", "涨", "了", "4.5%", "。"]),
        ("用 CI/CD,然后", "zh-CN", ["用", "CI/CD", ",", "然", "后"]),
    ],
)
def test_text_is_split_into_words_characters_and_punctuation(
    text: str, language: LanguageCode, pieces: list[str]
) -> None:
    assert [piece.surface for piece in split_text(text, language)] == pieces


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Don’t", "don't"), ("follow-up", "followup"), ("1,000", "1000"), ("4.5%", "4.5%"), ("C++", "c++"),
        ("C#", "c#"), ("10:30", "10:30"), ("AT&T", "at&t"), ("４０％", "40%"), ("…", ""), ("--", ""), ("'", ""),
        ("客", "客"), ("Straße", "strasse"), ("Ünal", "ünal"),
    ],
)  # fmt: skip
def test_keys(word: str, key: str) -> None:
    assert normalise(word) == key


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@given(text=_TEXT)
def test_pieces_are_the_text_in_order_and_nothing_is_left_out(language: LanguageCode, text: str) -> None:
    pieces = split_text(text, language)
    assert "".join(piece.surface for piece in pieces) == "".join(text.split())
    for piece in pieces:
        assert text[piece.char_start : piece.char_end] == piece.surface


@given(text=_TEXT, duration_ms=st.integers(0, 5000), times=st.lists(st.integers(0, 6000), min_size=12, max_size=12))
def test_times_never_go_back_nor_beyond_the_audio(text: str, duration_ms: int, times: list[int]) -> None:
    words = tuple(
        TranscribedWord(at, min(at + 5, len(text)), times[number], times[number + 1], 0.5)
        for number, at in enumerate(range(0, len(text), 5))
    )
    tokens = place_tokens(Transcription(text, words, 0.5, 0.0), "en", t_ms=100, duration_ms=duration_ms)
    at_ms = 100
    for token in tokens:
        assert at_ms <= token.t_start_ms <= token.t_end_ms <= 100 + duration_ms
        at_ms = token.t_end_ms if token.key else at_ms


def test_characters_share_the_time_of_their_word_and_punctuation_takes_none() -> None:
    said = Transcription(
        "客户，好", (TranscribedWord(0, 3, 100, 500, 0.9), TranscribedWord(3, 4, 600, 700, 0.8)), 0.9, 0.0
    )
    tokens = place_tokens(said, "zh-CN", t_ms=1000, duration_ms=2000)
    assert [(token.surface, token.t_start_ms, token.t_end_ms) for token in tokens] == [
        ("客", 1100, 1300), ("户", 1300, 1500), ("，", 1500, 1500), ("好", 1600, 1700),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["We'll see: 4.5% (or so), he said.", "“quoted” words"])
def test_english_is_put_together_as_it_was(text: str) -> None:
    tokens = place_tokens(Transcription(text, (), 0.5, 0.0), "en", t_ms=0, duration_ms=1000)
    assert append_tokens("", tokens, "en") == text


def test_a_continuation_is_joined_by_its_language() -> None:
    for language, before, after, joined in (
        ("en", "We called", "the customer", "We called the customer"),
        ("en", "We called", ", then", "We called, then"),
        ("zh-CN", "我们用", "Python", "我们用Python"),
        ("zh-CN", "用Python", "API", "用Python API"),
        ("zh-CN", "用Python", "写", "用Python写"),
    ):
        tokens = place_tokens(Transcription(after, (), 0.5, 0.0), language, t_ms=0, duration_ms=1000)  # type: ignore[arg-type]
        assert append_tokens(before, tokens, language) == joined  # type: ignore[arg-type]

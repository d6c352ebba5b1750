"""Tokens with times become words with times."""

from __future__ import annotations

import numpy as np
import pytest

from media.transcription.engine.sound import Sound
from media.transcription.engine.words import Piece, place_pieces, set_text, set_words
from media.types import LanguageCode, TranscribedWord

Timed = tuple[str, float, float]


def piece_together(*timed: Timed) -> list[Piece]:
    return [Piece(text, start, end, 0.5, 1) for text, start, end in timed]


def read(text: str, words: tuple[TranscribedWord, ...]) -> list[tuple[str, int, int]]:
    return [(text[word.char_start : word.char_end], word.t_start_ms, word.t_end_ms) for word in words]


def test_pieces_of_a_word_are_put_together() -> None:
    pieces = piece_together(
        (" We", 100, 200),
        (" re", 200, 300),
        ("fact", 300, 400),
        ("ored", 400, 500),
        (" it", 500, 600),
        ("'s", 600, 700),
    )
    text, words = set_words(pieces, "en", 1_000)
    assert text == "We refactored it's"
    assert read(text, words) == [("We", 100, 200), ("refactored", 200, 500), ("it's", 500, 700)]


def test_punctuation_belongs_to_the_word_before_and_takes_no_time() -> None:
    pieces = piece_together((" late", 0, 300), (".", 300, 900), (" We", 900, 1_000), (",", 1_000, 1_400))
    text, words = set_words(pieces, "en", 2_000)
    assert text == "late. We,"
    assert read(text, words) == [("late.", 0, 300), ("We,", 900, 1_000)]


def test_an_opening_quote_belongs_to_the_word_behind() -> None:
    text, words = set_words(
        piece_together((" say", 0, 300), (' "', 300, 320), ("yes", 320, 600), ('"', 600, 620)), "en", 900
    )
    assert text == 'say "yes"'
    assert [shown for shown, _, _ in read(text, words)] == ["say", '"yes"']


def test_numbers_and_hyphens_stay_whole() -> None:
    pieces = piece_together(
        (" 4", 0, 100),
        (".", 100, 120),
        ("5", 120, 200),
        ("%", 200, 300),
        (" well", 300, 400),
        ("-", 400, 420),
        ("known", 420, 600),
    )
    text, words = set_words(pieces, "en", 900)
    assert [shown for shown, _, _ in read(text, words)] == ["4.5%", "well-known"]


def test_in_chinese_every_character_is_a_word() -> None:
    pieces = piece_together(
        ("我们", 0, 400),
        ("用", 400, 500),
        ("Py", 500, 700),
        ("thon", 700, 900),
        ("写", 900, 1_000),
        ("，", 1_000, 1_500),
    )
    text, words = set_words(pieces, "zh-CN", 2_000)
    assert text == "我们用Python写，"
    assert read(text, words) == [
        ("我", 0, 200),
        ("们", 200, 400),
        ("用", 400, 500),
        ("Python", 500, 900),
        ("写，", 900, 1_000),
    ]


@pytest.mark.parametrize(
    ("pieces", "language", "text"),
    [
        ([" 今天", " 很", "好"], "zh-CN", "今天很好"),
        (["用", " Google", " Cloud", " 做"], "zh-CN", "用Google Cloud做"),
        ([" Hello", "  there"], "en", "Hello there"),
        ([".", " We"], "en", ". We"),
        ([" caf\ufffd", "é"], "en", "café"),
        (["  "], "en", ""),
        ([], "en", ""),
    ],
)
def test_spaces_stand_where_they_belong(pieces: list[str], language: LanguageCode, text: str) -> None:
    assert set_text([(piece, 1) for piece in pieces], language) == text


def test_a_pause_is_part_of_no_word() -> None:
    pieces = piece_together(
        (" So", 0, 2_300),
        (" we", 2_300, 2_500),
        (" called", 2_500, 5_000),
        (".", 5_000, 5_050),
        (" They", 5_050, 8_200),
    )
    text, words = set_words(pieces, "en", 9_000)
    lengths_ms = [end - start for _, start, end in read(text, words)]
    assert max(lengths_ms) <= 1_400
    spoken = read(text, words)
    assert spoken[0][2] == 2_300, "before the first word: its end is right"
    assert spoken[2][1] == 2_500, "within a sentence: its beginning is right"
    assert spoken[3][2] == 8_200, "after a sentence: its end is right"


def test_times_are_mended() -> None:
    """None without a length, none over another, none outside."""
    pieces = piece_together(
        (" a", 500, 500), (" b", 500, 500), (" c", 480, 700), (" d", 1_000, 1_000), (" e", 1_000, 1_000)
    )
    text, words = set_words(pieces, "en", 1_000)
    at_ms = 0
    for _, start, end in read(text, words):
        assert at_ms <= start < end <= 1_000
        at_ms = end


def test_more_words_than_there_is_time_for() -> None:
    text, words = set_words(piece_together(*((f" {number}", 0, 0) for number in range(20))), "en", 100)
    assert text.split() == [str(number) for number in range(20)]
    assert all(0 <= word.t_start_ms <= word.t_end_ms <= 100 for word in words)


def test_pieces_get_the_times_of_their_tokens() -> None:
    placed = list(place_pieces([(" one", 1), (" twenty", 2)], [0.1, 0.5, 0.7, 1.25], [0.9, 0.4, 0.6]))
    assert placed[0] == Piece(" one", 100.0, 500.0, 0.9, 1)
    assert (placed[1].t_start_ms, placed[1].t_end_ms, placed[1].probability) == (500.0, 1250.0, 0.5)


def test_the_probability_of_a_word_is_that_of_its_tokens() -> None:
    pieces = [Piece(" un", 0, 100, 0.9, 1), Piece("likely", 100, 300, 0.6, 2)]
    assert set_words(pieces, "en", 400)[1][0].probability == 0.7


def listen(*loud_ms: tuple[int, int], until_ms: int = 2_000) -> Sound:
    features = np.zeros((80, until_ms // 10), np.float32)
    for start, end in loud_ms:
        features[:, start // 10 : end // 10] = 1
    return Sound(features, features.shape[1])


def test_words_at_a_pause_begin_and_end_with_the_sound() -> None:
    pieces = piece_together(
        (" So", 0, 400), (" late", 400, 600), (".", 600, 1_300), (" We", 1_300, 1_600), ("!", 1_600, 1_700)
    )
    sound = listen((200, 760), (1_380, 1_540))
    text, words = set_words(pieces, "en", 2_000, sound)
    assert read(text, words) == [("So", 200, 400), ("late.", 400, 760), ("We!", 1_380, 1_540)]


@pytest.mark.parametrize("sound", [listen(), listen((0, 2_000))], ids=["silence", "steady"])
def test_steady_sound_tells_nothing(sound: Sound) -> None:
    assert sound.find_first_ms(300, 700) == 300
    assert sound.find_end_ms(300, 700) == 700
    text, words = set_words(piece_together((" So", 0, 400), (" late", 400, 600), (".", 600, 900)), "en", 2_000, sound)
    assert read(text, words) == [("So", 0, 400), ("late.", 400, 900)]


def test_where_there_is_sound() -> None:
    sound = listen((200, 500), (900, 1_000))
    assert (sound.find_first_ms(0, 2_000), sound.find_end_ms(0, 2_000)) == (200, 1_000)
    assert (sound.find_first_ms(300, 950), sound.find_end_ms(300, 950)) == (300, 950)
    assert (sound.find_first_ms(500, 900), sound.find_end_ms(500, 900)) == (None, None)
    assert sound.find_first_ms(1_900, 5_000) is None
    assert Sound(np.zeros((80, 500), np.float32), 0).find_first_ms(0, 100) is None

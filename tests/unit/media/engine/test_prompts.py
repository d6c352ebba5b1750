"""Terms are told in prompts of one length."""

from __future__ import annotations

import pytest

from media.transcription.engine.prompts import write_prompt
from media.types import LanguageCode

LENGTH = 20


def encode(text: str) -> list[int]:
    """A token a character, so that a prompt can be read."""
    return [ord(character) for character in text.strip()]


def write(terms: list[str], language: LanguageCode = "en", length: int = LENGTH) -> str:
    return "".join(map(chr, write_prompt(terms, language, length, encode)))


def test_without_terms_english_is_told_nothing() -> None:
    assert write([]) == ""
    assert write(["Kubernetes"], length=0) == ""


def test_chinese_is_told_to_be_simplified() -> None:
    assert write([], "zh-CN").endswith("以下是普通话的句子。")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("terms", [["Go"], ["Go", "C++"], ["Kubernetes"] * 9, ["Go", "x" * 50, "Rust"], ["x" * 300]])
def test_every_prompt_is_of_one_length(terms: list[str], language: LanguageCode) -> None:
    prompt = write(terms, language, 30)
    assert len(prompt) in ({30} if language == "zh-CN" or terms != ["x" * 300] else {0})


def test_terms_stand_at_the_end_and_are_said_once() -> None:
    prompt = write(["Go", "Rust"])
    assert prompt.endswith("Go, Rust.")
    assert prompt.count("Rust") == 1
    assert prompt.startswith(" ") or prompt[0].isalpha(), "the rest is the end of an ordinary sentence"


def test_what_finds_no_room_is_left_out() -> None:
    assert write(["Go", "x" * 50, "Rust"]).endswith("Go, Rust.")
    assert write(["abcdefghijklmnopqrs"]) == "abcdefghijklmnopqrs."
    assert write(["abcdefghijklmnopqrst"]) == ""


def test_a_longer_prompt_than_there_is_text_for() -> None:
    assert len(write(["Go"], length=400)) == 400

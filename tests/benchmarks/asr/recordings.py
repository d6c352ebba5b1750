"""Somebody's own recordings: a folder of sound files, each with its text beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from media.transcription.types import Request
from media.types import SAMPLE_RATE_HZ, LanguageCode, Transcription
from tests.benchmarks.asr.material import Answer
from tests.benchmarks.asr.text import SpokenWord, pair, split_units
from tests.benchmarks.denoise.material import read

LONGEST_S = 29.0
_SOUNDS = (".wav", ".mp3", ".flac", ".opus", ".ogg")


def load_recordings(folder: Path, transcribe: Callable[[Request], Transcription]) -> tuple[Answer, ...]:
    """Files with a `.txt` of the same name. Raises ValueError when there are none, or one is longer than a window.

    Nobody knows when each word was said: the recogniser's own alignment over the whole file tells, and what it has not
    understood lies evenly between its neighbours.
    """
    answers: list[Answer] = []
    for path in sorted(folder.iterdir()):
        text_path = path.with_suffix(".txt")
        if path.suffix not in _SOUNDS or not text_path.is_file():
            continue
        samples = read(path)
        if len(samples) > LONGEST_S * SAMPLE_RATE_HZ:
            raise ValueError(f"{path.name} is longer than {LONGEST_S:g} s: cut it at a pause")
        text = text_path.read_text("utf-8")
        language = tell_language(text)
        heard = transcribe(Request(samples, language, "final"))
        units = split_units(text, language)
        if units:
            words = place_words(units, heard, language, len(samples) * 1000 // SAMPLE_RATE_HZ)
            answers.append(Answer(path.stem, language, samples, words))
    if not answers:
        raise ValueError(f"{folder} has no sound file with a .txt beside it")
    return tuple(answers)


def tell_language(text: str) -> LanguageCode:
    return "zh-CN" if any("\u4e00" <= character <= "\u9fff" for character in text) else "en"


def place_words(
    units: Sequence[str], heard: Transcription, language: LanguageCode, duration_ms: int
) -> tuple[SpokenWord, ...]:
    """The units of the text, with the times of those that were heard."""
    found: list[tuple[str, int, int]] = []
    for word in heard.words:
        parts = split_units(heard.text[word.char_start : word.char_end], language)
        found += [(part, word.t_start_ms, word.t_end_ms) for part in parts]
    known = {said: found[at][1:] for at, said in pair([part for part, _, _ in found], units)}
    placed: list[SpokenWord] = []
    number = 0
    while number < len(units):
        if number in known:
            placed.append(SpokenWord(units[number], *known[number]))
            number += 1
            continue
        following = next((at for at in range(number, len(units)) if at in known), len(units))
        begin_ms = placed[-1].t_end_ms if placed else 0
        end_ms = max(begin_ms, known[following][0] if following in known else duration_ms)
        step_ms = (end_ms - begin_ms) / (following - number)
        placed += [
            SpokenWord(units[number + at], round(begin_ms + at * step_ms), round(begin_ms + (at + 1) * step_ms))
            for at in range(following - number)
        ]
        number = following
    return tuple(placed)

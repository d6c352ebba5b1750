"""A speaker and a recogniser that knows what is said and when, and makes the mistakes that are asked of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from media.transcription.policy.captions import Question, SegmentCaptions
from media.transcription.policy.tokens import normalise
from media.types import SAMPLE_RATE_HZ, LanguageCode, Samples, TranscribedWord, Transcription

PER_MS = SAMPLE_RATE_HZ // 1000
ENGLISH = "we called the customer and then a very long order came back so I asked my team to help with it".split()
CHINESE = list("我们给客户打电话然后订单很多所以请团队帮忙")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    text: str
    t_start_ms: int
    t_end_ms: int


def speak(
    words: Sequence[str], *, seed: int = 0, from_ms: int = 300, pauses: bool = True
) -> tuple[tuple[SpokenWord, ...], Samples]:
    """Words of 120 to 500 ms with short gaps and, now and then, a pause. Sound only where there are words."""
    chance = random.Random(seed)
    spoken = []
    at_ms = from_ms
    for word in words:
        length_ms = chance.randrange(120, 500, 20)
        spoken.append(SpokenWord(word, at_ms, at_ms + length_ms))
        at_ms += length_ms + chance.randrange(20, 100, 20)
        if pauses and chance.random() < 0.08:
            at_ms += chance.randrange(200, 1600, 20)
    samples = np.zeros((at_ms + 1000) * PER_MS, np.float32)
    for placed in spoken:
        samples[placed.t_start_ms * PER_MS : placed.t_end_ms * PER_MS] = 0.1
    return tuple(spoken), samples


def write_out(words: Sequence[str], times: Sequence[tuple[int, int, float]], language: LanguageCode) -> Transcription:
    separator = "" if language == "zh-CN" else " "
    text = ""
    placed = []
    for word, (start_ms, end_ms, probability) in zip(words, times, strict=True):
        text += (separator if text else "") + word
        placed.append(TranscribedWord(len(text) - len(word), len(text), start_ms, end_ms, probability))
    return Transcription(text, tuple(placed), 0.9, 0.0)


@dataclass(slots=True)
class ScriptedRecogniser:
    """`slips(word, distance_ms)`: what is heard instead of a word that ends so long before the end of the audio.
    Complains of a window that begins inside a word, and of a prefix that is not what its audio begins with."""

    spoken: Sequence[SpokenWord]
    language: LanguageCode = "en"
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    jitter_ms: int = 0
    slips_within_ms: int = 0
    slips: float = 0.0
    probability: float = 0.8
    heard: list[str] = field(default_factory=list)

    def answer(self, question: Question) -> Transcription:
        start_ms, end_ms = question.t_start_ms, question.t_end_ms
        assert len(question.request.samples) == (end_ms - start_ms) * PER_MS
        cut = [
            word for word in self.spoken if word.t_start_ms + self.jitter_ms < start_ms < word.t_end_ms - self.jitter_ms
        ]
        assert not cut, f"{start_ms} ms is inside {cut}"
        inside = [word for word in self.spoken if (word.t_start_ms + word.t_end_ms) / 2 > start_ms]
        prefix = self._count_prefix(question.request.prefix, inside)
        words, times = [], []
        for word in inside[prefix:]:
            if word.t_start_ms >= end_ms - 40:
                break
            words.append(self._hear(word, end_ms))
            shift_ms = self.chance.randint(-self.jitter_ms, self.jitter_ms)
            until_ms = min(word.t_end_ms + shift_ms, end_ms)
            times.append((max(0, word.t_start_ms + shift_ms - start_ms), until_ms - start_ms, self.probability))
        self.heard += words
        return write_out(words, times, self.language)

    def _count_prefix(self, prefix: str, inside: Sequence[SpokenWord]) -> int:
        letters = "".join(normalise(word) for word in prefix.split())
        for count in range(len(inside) + 1):
            if "".join(normalise(word.text) for word in inside[:count]) == letters:
                return count
        raise AssertionError(f"{prefix!r} is not what {[word.text for word in inside[:8]]} begins with")

    def _hear(self, word: SpokenWord, end_ms: int) -> str:
        if word.t_end_ms > end_ms:
            return word.text[: max(1, len(word.text) // 2)] if self.language == "en" else "呃"
        if end_ms - word.t_end_ms < self.slips_within_ms and self.chance.random() < self.slips:
            return self.chance.choice(["uh", "the", "called", "x"]) if self.language == "en" else "呃"
        return word.text


def split_keys(text: str, language: LanguageCode) -> list[str]:
    pieces = list(text) if language == "zh-CN" else text.split()
    return [key for piece in pieces if (key := normalise(piece))]


def cut_until(samples: Samples, t_ms: int) -> Samples:
    return samples[: t_ms * PER_MS]


def follow(captions: SegmentCaptions, recogniser: ScriptedRecogniser, samples: Samples, times_ms: Sequence[int]) -> str:
    """Asks and answers at once, at each of the times; the committed text in the end."""
    committed = ""
    for t_ms in times_ms:
        question = captions.ask(cut_until(samples, t_ms))
        committed = captions.take(question, recogniser.answer(question)).committed
    return committed

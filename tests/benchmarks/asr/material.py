"""What the sessions say: shipped answers one after the other with pauses, as Opus packets, and the truth about them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from media.frames import EncodedFrame
from media.hearing.opus import ENCODED_SAMPLES, OpusDecoder, OpusEncoder
from media.hearing.reader import AudioReader
from media.types import SAMPLE_RATE_HZ, LanguageCode, Samples
from simulation.answers import ANSWER_SETS, load_answers
from tests.benchmarks.asr.text import SpokenWord
from tests.benchmarks.asr.truth import find_words

PACKET_MS = 20
LEAD_S, TAIL_S = 1.0, 2.5
PAUSES_S = (1.6, 2.6)
"""Between two answers."""
BITRATE_BPS = 24_000
_TICKS = 960
_PRE_SKIP = 104
"""Samples at 16 kHz that libopus puts before the sound (RFC 7845 section 4.2)."""
_HISS = 10 ** (-68 / 20)
_PER_MS = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """`samples` as recorded; words timed from their beginning."""

    name: str
    language: LanguageCode
    samples: Samples
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in its place in a talk; times from the beginning of the talk."""

    name: str
    language: LanguageCode
    t_start_ms: int
    t_end_ms: int
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """What one candidate sends. `samples` is what a decoder makes of the packets, from the first one on."""

    name: str
    language: LanguageCode
    packets: tuple[bytes, ...]
    samples: Samples
    said: tuple[Said, ...]

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        return tuple(word for said in self.said for word in said.words)

    @property
    def duration_s(self) -> float:
        return len(self.packets) * PACKET_MS / 1000

    def frame(self, number: int) -> EncodedFrame:
        return make_frame(self.packets[number], number)

    def speech_until(self, t_ms: int) -> float:
        """Seconds of speech that were said by then: from first word to last, pauses within answers included."""
        return sum(
            max(0, min(t_ms, said.words[-1].t_end_ms) - said.words[0].t_start_ms) / 1000
            for said in self.said
            if said.words[0].t_start_ms < t_ms
        )


@dataclass(frozen=True, slots=True)
class Background:
    """What is heard behind a whole talk. `snr_db`: power of what is said over that of the noise; `sound` is repeated
    when it is too short."""

    sound: Samples
    snr_db: float


def make_frame(packet: bytes, number: int, *, epoch: int = 1, origin_ms: int = 0) -> EncodedFrame:
    """Placed when its sound began, so that times on the clock of a talk are times in the talk."""
    return EncodedFrame(epoch, "audio", packet, number * _TICKS, origin_ms + number * PACKET_MS)


@cache
def load_all(language: LanguageCode | None = None) -> tuple[Answer, ...]:
    """The shipped answers, the sets one after the other."""
    return tuple(
        Answer(
            f"{name}/{answer.file}", answers.language, _decode(answers.packets(answer)), find_words(name, answer.file)
        )
        for name in ANSWER_SETS
        for answers in [load_answers(name)]
        if language in (None, answers.language)
        for answer in answers.answers
        if answer.file is not None
    )


def choose(count: int, language: LanguageCode, *, longest_s: float = 30.0) -> tuple[Answer, ...]:
    """So many at the most, of different voices and lengths, always the same."""
    answers = [one for one in load_all(language) if len(one.samples) <= longest_s * SAMPLE_RATE_HZ]
    random.Random(f"{language} {len(answers)}").shuffle(answers)
    return tuple(answers[:count])


def make_talk(name: str, answers: tuple[Answer, ...], *, seed: int, background: Background | None = None) -> Talk:
    """All of one language."""
    dice, generator = random.Random(seed), np.random.default_rng(seed)
    parts: list[Samples] = [_silence(LEAD_S)]
    said: list[Said] = []
    for number, answer in enumerate(answers):
        if number:
            parts.append(_silence(dice.uniform(*PAUSES_S)))
        begin_ms = sum(len(part) for part in parts) // _PER_MS
        words = tuple(SpokenWord(one.text, one.t_start_ms + begin_ms, one.t_end_ms + begin_ms) for one in answer.words)
        end_ms = begin_ms + len(answer.samples) // _PER_MS
        said.append(Said(answer.name, answer.language, begin_ms, end_ms, words))
        parts.append(answer.samples)
    parts.append(_silence(TAIL_S))
    sound = np.concatenate(parts)
    sound += generator.standard_normal(len(sound)).astype(np.float32) * np.float32(_HISS)
    if background is not None:
        sound = _put_behind(background, sound, said, int(generator.integers(len(background.sound))))
    packets = encode(sound)
    return Talk(name, answers[0].language, packets, decode(packets), tuple(said))


def make_babble(seconds: float, *, seed: int = 3) -> Samples:
    """All shipped voices at once, backwards: the rhythm and the spectrum of people who talk, and not one word."""
    generator = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE_HZ)
    babble = np.zeros(count, np.float32)
    for answer in load_all():
        backwards = answer.samples[::-1] / np.float32(np.sqrt(np.mean(answer.samples**2)))
        babble += np.roll(np.resize(backwards, count), int(generator.integers(count)))
    return babble


def _put_behind(background: Background, sound: Samples, said: Sequence[Said], begin: int) -> Samples:
    spoken = np.concatenate([sound[one.t_start_ms * _PER_MS : one.t_end_ms * _PER_MS] for one in said])
    noise = np.resize(np.roll(background.sound, -begin), len(sound))
    gain = np.sqrt(np.mean(spoken**2) / np.mean(noise**2) / 10 ** (background.snr_db / 10))
    mixed: Samples = np.clip(sound + np.float32(gain) * noise, -1, 1).astype(np.float32)
    return mixed


def encode(samples: Samples) -> tuple[bytes, ...]:
    encoder = OpusEncoder(bitrate_bps=BITRATE_BPS)
    whole = len(samples) // ENCODED_SAMPLES * ENCODED_SAMPLES
    return tuple(encoder.encode(samples[at : at + ENCODED_SAMPLES]) for at in range(0, whole, ENCODED_SAMPLES))


def decode(packets: tuple[bytes, ...]) -> Samples:
    """As the ear does it, so to the last bit what a recogniser will be given."""
    reader = AudioReader()
    frames = tuple(make_frame(packet, number) for number, packet in enumerate(packets))
    return np.concatenate([chunk.samples for chunk in reader.read(frames)])


@cache
def make_silence(seconds: float = 1.5) -> tuple[bytes, ...]:
    return encode(_silence(seconds))


def _decode(packets: tuple[bytes, ...]) -> Samples:
    decoder = OpusDecoder()
    decoded = [decoder.decode(packet) for packet in packets]
    return np.concatenate([one for one in decoded if one is not None])[_PRE_SKIP:]


def _silence(seconds: float) -> Samples:
    """Whole milliseconds, so that all that follows is in its place."""
    return np.zeros(round(seconds * 1000) * _PER_MS, np.float32)

"""What is taken for a voice, and what is not: the whole front of the ear on shipped voices and made-up noises."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfilt

from media.hearing.vad import FRAME
from media.settings import DenoiseChoice, MediaSettings
from media.types import SAMPLE_RATE_HZ, Samples
from tests.benchmarks.asr.voice import Hearing, hear
from tests.benchmarks.asr.voice_material import find_runs, make_keyboard, make_noises, read_answer

VOICES = ("en-1", "en-2", "zh-1", "zh-2")
SECOND = SAMPLE_RATE_HZ
_Sound = NDArray[np.float64]


def listen(samples: Samples | _Sound, denoise: DenoiseChoice | None = None) -> Hearing:
    return hear(np.clip(samples, -1, 1).astype(np.float32), MediaSettings(), denoise)


def set_level(samples: Samples, dbfs: float) -> Samples:
    scaled: Samples = samples * np.float32(10 ** (dbfs / 20) / np.sqrt(np.mean(samples**2)))
    return scaled


def place(samples: Samples, *, before_s: float = 1.0, after_s: float = 1.5) -> Samples:
    """In the hiss of a quiet microphone."""
    padded = np.pad(samples, (int(before_s * SECOND), int(after_s * SECOND)))
    hiss = 3e-4 * np.random.default_rng(1).standard_normal(len(padded))
    return (padded + hiss).astype(np.float32)


def say_hello(voice: str) -> Samples:
    """The first word of an answer."""
    clip = read_answer(f"{voice}/introduction-0")
    begin, end = find_runs(clip.spoken)[0]
    assert end - begin < 80, "the first word is followed by a pause"
    return clip.samples[begin * FRAME : (end + 5) * FRAME]


def say_sentence(voice: str) -> Samples:
    return read_answer(f"{voice}/introduction-2").samples


def assert_heard(hearing: Hearing, begin_ms: int, end_ms: int) -> None:
    """In one segment, with all of its sound."""
    (segment,) = hearing.segments
    assert segment.t_start_ms <= begin_ms
    assert segment.t_end_ms >= end_ms
    assert segment.speech_share > 0.2


@pytest.mark.parametrize("voice", VOICES)
class TestVoices:
    @pytest.mark.parametrize("dbfs", [-20.0, -40.0])
    def test_an_answer_of_one_word(self, voice: str, dbfs: float) -> None:
        word = set_level(say_hello(voice), dbfs)
        end_ms = 1_000 + len(word) * 1000 // SECOND
        assert_heard(listen(place(word)), 1_000, end_ms - 50)

    def test_one_that_begins_with_the_stream(self, voice: str) -> None:
        hearing = listen(place(say_hello(voice), before_s=0.0))
        assert_heard(hearing, 0, 300)
        assert hearing.segments[0].t_start_ms == 0

    def test_one_that_is_cut_off(self, voice: str) -> None:
        word = say_hello(voice)
        assert len(listen(place(word[: len(word) // 2], after_s=0.05)).segments) == 1

    def test_a_soft_speaker(self, voice: str) -> None:
        loud, soft = (listen(place(set_level(say_sentence(voice), dbfs))) for dbfs in (-25.0, -42.0))
        assert soft.told.sum() > 0.85 * loud.told.sum()

    def test_a_telephone(self, voice: str) -> None:
        """300 to 3400 Hz, at 8 kHz, after a silence in which nothing had to be listened to."""
        sentence = say_sentence(voice)
        band = sosfilt(butter(6, [300, 3400], "band", fs=SECOND, output="sos"), sentence)
        narrow = set_level(resample_poly(resample_poly(band, 1, 2), 2, 1).astype(np.float32), -30.0)
        silence = np.zeros(3 * SECOND, np.float32)
        hearing = listen(np.concatenate([silence, place(narrow)]))
        assert hearing.told.sum() > 0.75 * listen(place(sentence)).told.sum()

    def test_the_denoiser_is_in_nobodys_way(self, voice: str) -> None:
        sentence = place(say_sentence(voice))
        denoised, plain = listen(sentence, "spectral").told, listen(sentence, "off").told
        assert np.mean(denoised == plain) > 0.95


class TestNoises:
    @pytest.mark.parametrize("dbfs", [-20.0, -35.0, -55.0])
    @pytest.mark.parametrize("name", ["white", "pink", "hum", "keyboard"])
    def test_steady_noise(self, name: str, dbfs: float) -> None:
        assert listen(set_level(make_noises(20.0)[name], dbfs)).segments == ()

    def test_silence(self) -> None:
        hearing = listen(np.zeros(60 * SECOND, np.float32))
        assert (hearing.segments, hearing.speech) == ((), ())

    @pytest.mark.parametrize("make", ["breathe", "cough", "dial", "tap"])
    def test_what_people_and_desks_do(self, make: str) -> None:
        makers = {"breathe": breathe, "cough": cough, "dial": dial, "tap": tap}
        generator = np.random.default_rng(7)
        sounds = [np.concatenate([makers[make](generator), np.zeros(SECOND)]) for _ in range(8)]
        hiss = 3e-4 * generator.standard_normal(sum(map(len, sounds)))
        assert listen(np.concatenate(sounds) + hiss).segments == ()

    def test_a_voice_after_noise_is_heard(self) -> None:
        noise = 0.02 * np.random.default_rng(3).standard_normal(5 * SECOND)
        sentence = set_level(say_sentence("en-1"), -20.0)
        noisy = np.concatenate([noise, sentence + 0.02 * np.random.default_rng(4).standard_normal(len(sentence))])
        hearing = listen(noisy)
        assert hearing.segments[0].t_start_ms > 4_000
        assert hearing.told[500:].mean() > 0.7


class TestBadSamples:
    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
    def test_what_is_no_sound_does_not_deafen(self, value: float) -> None:
        bad = np.full(SECOND // 2, value, np.float32)
        hearing = hear(np.concatenate([bad, place(say_sentence("en-1"))]), MediaSettings())
        assert hearing.told.sum() > 300
        assert all(np.isfinite(segment.samples).all() for segment in hearing.segments)

    def test_clipped_speech_is_speech(self) -> None:
        hearing = listen(place(say_sentence("zh-1") * 30))
        assert hearing.told.sum() > 300


def breathe(generator: np.random.Generator) -> _Sound:
    length = int(generator.uniform(0.6, 1.4) * SECOND)
    swell = np.sin(np.pi * np.arange(length) / length) ** 2
    band = butter(2, [400, 2500], "band", fs=SECOND, output="sos")
    return np.asarray(sosfilt(band, swell * generator.standard_normal(length)) * 0.05)


def cough(generator: np.random.Generator) -> _Sound:
    """A burst, and some voice behind it."""
    times = np.arange(int(generator.uniform(0.25, 0.4) * SECOND)) / SECOND
    voice = np.exp(-(((times - 0.2) / 0.05) ** 2))
    band = butter(2, [300, 3500], "band", fs=SECOND, output="sos")
    burst = sosfilt(band, generator.standard_normal(len(times))) * (np.exp(-times / 0.06) + 0.35 * voice)
    return np.asarray(0.4 * burst + 0.05 * np.sign(np.sin(2 * np.pi * (180 - 200 * times) * times)) * voice)


def dial(generator: np.random.Generator) -> _Sound:
    """One key of a telephone (ITU-T Q.23), for 100 ms."""
    times = np.arange(SECOND // 10) / SECOND
    pair = generator.choice([697, 770, 852, 941]), generator.choice([1209, 1336, 1477])
    return np.asarray(sum(0.2 * np.sin(2 * np.pi * frequency_hz * times) for frequency_hz in pair))


def tap(generator: np.random.Generator) -> _Sound:
    return 0.3 * make_keyboard(SECOND, generator)

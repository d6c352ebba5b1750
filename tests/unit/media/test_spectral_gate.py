"""The spectral gate against noisereduce itself, and what it learns."""

from __future__ import annotations

import numpy as np
import pytest

from media.hearing.denoise import spectral
from media.hearing.denoise.floor import FRAME, NoiseFloor, Quiet
from media.hearing.denoise.profile import BINS, WINDOW, NoiseProfile, learn_thresholds, make_window, open_noisereduce
from media.hearing.denoise.spectral import SpectralGateDenoiser, smooth_masks
from media.hearing.denoise.strength import Pause, Strength
from media.types import SAMPLE_RATE_HZ, Samples
from tests.unit.media.test_denoise import flag, late, run
from tests.unit.media.test_hearing import make_noise, make_speech

SECOND = SAMPLE_RATE_HZ


def test_the_stream_is_noisereduce_to_the_last_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one profile and full strength, what comes out is what noisereduce makes of the whole recording."""
    noise = make_noise(1.5, 0.05)
    clean = make_speech((1.0, False), (2.0, True), (1.0, False))
    noisy = clean + make_noise(4.0, 0.05, seed=9)
    half_hop = np.zeros(FRAME // 2, np.float32)  # its windows are centred on frame edges, ours begin there
    padded = np.concatenate([half_hop, noisy])
    whole = open_noisereduce(noise).spectral_gating_stationary(padded[None])[0][len(half_hop) :]
    monkeypatch.setattr(spectral, "IN_SPEECH", Strength(1.0, 1e3, 1e4))
    denoiser = SpectralGateDenoiser()
    denoiser._profile.thresholds = learn_thresholds(noise)
    streamed = run(denoiser, noisy, np.ones(len(noisy), np.bool_))
    shift = late(denoiser)
    middle = slice(SECOND // 4, len(noisy) - SECOND // 4)
    assert np.max(np.abs(streamed[shift:][middle] - whole[middle])) < 2e-3 * float(np.max(np.abs(whole)))
    assert np.sqrt(np.mean((streamed[shift:][middle] - whole[middle]) ** 2)) < 1e-5


def test_thresholds_are_in_the_units_of_our_spectra() -> None:
    """One standard deviation (in dB) above the mean of white noise lies near its mean power."""
    noise = make_noise(1.5, 0.05)
    windows = np.lib.stride_tricks.sliding_window_view(noise, WINDOW)[::FRAME] * make_window()
    mean_power = np.mean(np.abs(np.fft.rfft(windows)) ** 2)
    assert 0.5 < float(np.median(learn_thresholds(noise))) / float(mean_power) < 2


def test_an_open_mask_stays_open_but_for_the_edges() -> None:
    smoothed = smooth_masks(np.ones((5, BINS), np.float32))
    assert smoothed.shape == (3, BINS)
    assert np.allclose(smoothed[:, 3:-3], 1.0, atol=1e-6)


class TestLearning:
    def test_the_profile_never_learns_speech(self) -> None:
        """Voice everywhere but for the verdicts' usual lateness: the profile is that of the noise alone."""
        noise_only, with_speech = SpectralGateDenoiser(), SpectralGateDenoiser()
        speech = make_speech((3.0, False), (2.0, True), (3.0, False))
        noise = make_noise(8.0, 0.01)
        run(noise_only, noise, np.zeros(len(noise), np.bool_))
        run(with_speech, noise + speech, flag(len(noise), (3.3, 4.8)))
        learnt, expected = with_speech._profile.thresholds, noise_only._profile.thresholds
        assert learnt is not None
        assert expected is not None
        assert abs(10 * np.log10(np.median(learnt / expected))) < 0.5
        assert np.max(10 * np.log10(learnt / expected)) < 4

    def test_what_came_before_and_after_a_voice_is_held_back(self) -> None:
        quiet: Quiet[Samples] = Quiet()
        numbered = [np.full(FRAME, number, np.float32) for number in range(400)]
        released = [quiet.release(frame, speech=100 <= number < 150) for number, frame in enumerate(numbered)]
        learnt = {int(frame[0]) for frame in released if frame is not None}
        assert learnt
        assert not learnt & set(range(50, 180)), "too close to the voice"
        assert {40, 200} <= learnt

    def test_speech_that_the_detector_misses_is_not_taken_for_noise(self) -> None:
        floor = NoiseFloor()
        floor.follow(make_noise(3.0, 0.01), speech=False)
        floor.follow(make_noise(1.0, 0.1), speech=True)
        before = floor.noise_power
        floor.follow(make_noise(2.0, 0.15), speech=False)
        assert before is not None
        assert floor.noise_power == pytest.approx(before, rel=0.1)

    def test_noise_that_has_become_louder_than_speech_is_learnt_in_the_end(self) -> None:
        floor = NoiseFloor()
        floor.follow(make_noise(3.0, 0.005), speech=False)
        floor.follow(make_noise(1.0, 0.05), speech=True)
        floor.follow(make_noise(10.0, 0.1), speech=False)
        assert not floor.loud
        assert floor.noise_power == pytest.approx(0.01, rel=0.3)

    def test_silence_makes_no_profile(self) -> None:
        profile = NoiseProfile()
        for _ in range(200):
            profile.learn(np.zeros(FRAME, np.float32))
        assert profile.thresholds is None

    def test_the_ratio_is_about_right(self) -> None:
        floor = NoiseFloor()
        assert floor.snr_db is None
        floor.follow(make_noise(4.0, 0.01), speech=False)
        floor.follow(make_noise(4.0, 0.1), speech=True)
        assert floor.snr_db == pytest.approx(20, abs=1)


class TestStrength:
    def test_it_falls_with_the_signal_to_noise_ratio(self) -> None:
        strength = Strength(0.8, 5.0, 15.0)
        assert [strength.at(snr_db) for snr_db in (None, -5.0, 5.0, 10.0, 15.0, 40.0)] == pytest.approx(
            [0.8, 0.8, 0.8, 0.4, 0.0, 0.0]
        )

    def test_a_pause_ends_at_once_for_a_voice_and_for_what_is_as_loud_as_one(self) -> None:
        floor = NoiseFloor()
        floor.follow(make_noise(3.0, 0.01), speech=False)
        floor.follow(make_noise(1.0, 0.1), speech=True)
        for power, speech in ((1e-4, True), (0.02, False)):
            pause = Pause(floor)
            shares = []
            for step_power, step_speech in ((1e-4, False), (1e-4, False), (power, speech), (power, speech)):
                floor.follow_frame(np.zeros(FRAME, np.float32), step_power, speech=step_speech)
                shares.append(pause.step(speech=step_speech))
            assert shares == [0.5, 1.0, 0.5, 0.0]

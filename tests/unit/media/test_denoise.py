"""What the port of the denoisers promises, held against each of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from media.errors import DenoiserUnavailable
from media.hearing.denoise import choice as choice_module
from media.hearing.denoise.automatic import AutomaticDenoiser
from media.hearing.denoise.choice import check_choice, open_denoiser
from media.hearing.denoise.floor import FRAME
from media.hearing.denoise.resampling import DELAY, Downsampler, Upsampler
from media.hearing.denoise.rnnoise import RnnoiseDenoiser
from media.hearing.denoise.rnnoise_library import find_library
from media.hearing.denoise.spectral import SpectralGateDenoiser
from media.ports import Denoiser
from media.settings import DenoiseChoice
from media.types import SAMPLE_RATE_HZ, Samples
from tests.unit.media.test_hearing import make_noise, make_speech

Flags = NDArray[np.bool_]
SECOND = SAMPLE_RATE_HZ


def open_rnnoise() -> RnnoiseDenoiser:
    library = find_library()
    if library is None:
        pytest.skip("RNNoise is not installed (extra `rnnoise`)")
    return RnnoiseDenoiser(library)


def open_automatic(load: Callable[[], float] = lambda: 0.0) -> AutomaticDenoiser:
    return AutomaticDenoiser(SpectralGateDenoiser(), open_rnnoise(), load)


@pytest.fixture(params=[SpectralGateDenoiser, open_rnnoise, open_automatic], ids=["spectral", "rnnoise", "auto"])
def make(request: pytest.FixtureRequest) -> Callable[[], Denoiser]:
    opened: Callable[[], Denoiser] = request.param
    return opened


def run(denoiser: Denoiser, samples: Samples, speech: Flags, chunk: int = 1600) -> Samples:
    """`speech` per sample; a chunk's verdict is the first one's."""
    starts = range(0, len(samples), chunk)
    return np.concatenate([denoiser.process(samples[at : at + chunk], speech=bool(speech[at])) for at in starts])


def late(denoiser: Denoiser) -> int:
    return denoiser.latency_ms * SAMPLE_RATE_HZ // 1000


def flag(length: int, *spoken_s: tuple[float, float]) -> Flags:
    flags = np.zeros(length, np.bool_)
    for begin_s, end_s in spoken_s:
        flags[int(begin_s * SECOND) : int(end_s * SECOND)] = True
    return flags


def level_db(samples: Samples) -> float:
    return 10 * float(np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-12))


def si_sdr_db(estimate: Samples, target: Samples) -> float:
    scaled = target * (np.dot(estimate, target) / np.dot(target, target))
    return 10 * float(np.log10(np.sum(scaled**2) / np.sum((estimate - scaled) ** 2)))


def make_noisy(noise_rms: float, seed: int = 3) -> tuple[Samples, Samples, Flags]:
    """Clean, noisy, and where the voice is: three seconds of pause, two of voice, three of pause."""
    clean = make_speech((3.0, False), (2.0, True), (3.0, False))
    return clean, clean + make_noise(8.0, noise_rms, seed), flag(len(clean), (3.0, 5.0))


class TestPort:
    def test_latency_is_exact_and_clean_speech_is_bit_for_bit(self, make: Callable[[], Denoiser]) -> None:
        denoiser = make()
        clean = make_speech((2.0, False), (3.0, True), (1.0, False))
        samples = clean + make_noise(6.0, 0.0004)
        out = run(denoiser, samples, flag(len(samples), (2.0, 5.0)))
        shift = late(denoiser)
        assert 0 < denoiser.latency_ms <= 100
        assert denoiser.latency_ms % 10 == 0
        assert len(out) == len(samples)
        known = int(2.3 * SECOND)
        assert np.array_equal(out[known + shift :], samples[known:-shift])

    def test_speech_comes_out_at_the_latency_while_it_is_denoised(self, make: Callable[[], Denoiser]) -> None:
        clean, noisy, flags = make_noisy(0.05)
        denoiser = make()
        out = run(denoiser, noisy, flags)
        talk = slice(int(3.5 * SECOND), int(4.5 * SECOND))
        shifts = range(late(denoiser) - 3, late(denoiser) + 4)
        likeness = [float(np.dot(out[talk.start + shift : talk.stop + shift], clean[talk])) for shift in shifts]
        assert shifts[int(np.argmax(likeness))] == late(denoiser)

    def test_noise_in_pauses_gets_weaker_and_speech_stays(self, make: Callable[[], Denoiser]) -> None:
        clean, noisy, flags = make_noisy(0.05)
        denoiser = make()
        out = run(denoiser, noisy, flags)[late(denoiser) :]
        for pause in (slice(2 * SECOND, 5 * SECOND // 2), slice(6 * SECOND, 7 * SECOND)):
            assert level_db(out[pause]) < level_db(noisy[pause]) - 8
        talk = slice(7 * SECOND // 2, 9 * SECOND // 2)
        assert si_sdr_db(out[talk], clean[talk]) > si_sdr_db(noisy[talk], clean[talk])

    def test_an_onset_is_not_harmed(self, make: Callable[[], Denoiser]) -> None:
        clean, noisy, flags = make_noisy(0.01)
        denoiser = make()
        out = run(denoiser, noisy, flags)[late(denoiser) :]
        onset = slice(3 * SECOND, 3 * SECOND + SECOND // 10)
        assert si_sdr_db(out[onset], clean[onset]) > si_sdr_db(noisy[onset], clean[onset]) - 0.3

    @pytest.mark.parametrize("chunk", [160, 480, 4000])
    def test_it_does_not_matter_how_the_stream_is_cut(self, make: Callable[[], Denoiser], chunk: int) -> None:
        """Verdicts belong to chunks: they change here on edges that the chunks share, or not at all."""
        _, noisy, flags = make_noisy(0.05)
        if chunk == 480:
            noisy, flags = noisy[: len(noisy) // 480 * 480], np.zeros_like(flags)
        whole = run(make(), noisy, flags, 1600 if chunk != 480 else 160)
        assert np.allclose(run(make(), noisy, flags, chunk), whole, rtol=0, atol=2e-6)

    def test_part_of_a_frame_is_refused(self, make: Callable[[], Denoiser]) -> None:
        with pytest.raises(ValueError) as refused:
            make().process(np.zeros(FRAME + 1, np.float32), speech=False)
        assert "whole number of frames" in str(refused.value)
        assert len(make().process(np.zeros(0, np.float32), speech=False)) == 0


def _hostile() -> dict[str, Samples]:
    rng = np.random.default_rng(7)
    noise = make_noise(6.0, 0.05)
    broken = noise.copy()
    broken[::97] = np.nan
    broken[50::1601] = np.inf
    broken[70::1601] = -np.inf
    steps = np.where(rng.random(len(noise)) < 0.5, -1.0, 1.0).astype(np.float32)
    clicks = np.zeros_like(noise)
    clicks[::4000] = 1.0
    return {
        "silence": np.zeros_like(noise),
        "nan and infinities": broken,
        "full scale": np.ones_like(noise) * np.sign(np.sin(np.arange(len(noise)) / 9)).astype(np.float32),
        "full scale noise": steps,
        "far too loud": noise * np.float32(1e30),
        "hardly anything": noise * np.float32(1e-30),
        "direct current": np.full_like(noise, 0.7),
        "clicks": clicks,
    }


class TestHostileSamples:
    @pytest.mark.parametrize("name", _hostile())
    @pytest.mark.parametrize("speaking", [False, True])
    def test_nothing_breaks_and_nothing_gets_louder(
        self, make: Callable[[], Denoiser], name: str, speaking: bool
    ) -> None:
        samples = _hostile()[name]
        flags = flag(len(samples), (2.5, 3.5)) if speaking else np.zeros(len(samples), np.bool_)
        denoiser = make()
        out = run(denoiser, samples, flags)
        assert out.dtype == np.float32
        assert len(out) == len(samples)
        assert np.all(np.isfinite(out))
        assert np.max(np.abs(out)) <= 1.0
        heard = np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -1, 1).astype(np.float64)
        shift = late(denoiser)
        came, went = heard[: len(heard) - shift], out[shift:].astype(np.float64)
        assert np.sum(went**2) <= 1.01 * np.sum(came**2) + 1e-9

    def test_sound_after_broken_samples_is_as_before(self, make: Callable[[], Denoiser]) -> None:
        denoiser = make()
        run(denoiser, _hostile()["nan and infinities"], np.zeros(6 * SECOND, np.bool_))
        quiet = make_noise(2.0, 0.05)
        out = run(denoiser, quiet, np.zeros(len(quiet), np.bool_))
        assert level_db(out[SECOND:]) < level_db(quiet[SECOND:]) - 8


class TestChoice:
    def test_each_word_opens_its_denoiser(self) -> None:
        open_rnnoise()
        expected: dict[DenoiseChoice, type | None] = {
            "off": None,
            "spectral": SpectralGateDenoiser,
            "rnnoise": RnnoiseDenoiser,
            "auto": AutomaticDenoiser,
        }
        for word, kind in expected.items():
            opened = open_denoiser(word)
            assert (None if opened is None else type(opened)) is kind

    def test_without_rnnoise_auto_is_the_gate_and_asking_for_it_is_an_error(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(choice_module, "find_library", lambda: None)
        assert isinstance(open_denoiser("auto"), SpectralGateDenoiser)
        check_choice("auto")
        with pytest.raises(DenoiserUnavailable) as missing:
            open_denoiser("rnnoise")
        assert "viva-interview[rnnoise]" in missing.value.detail


class TestAutomatic:
    def test_strong_noise_calls_for_the_network_and_clean_speech_does_not(self) -> None:
        for noise_rms, expected in ((0.08, True), (0.001, False)):
            denoiser = open_automatic()
            _, noisy, flags = make_noisy(noise_rms)
            run(denoiser, noisy, flags)
            assert denoiser.uses_network is expected

    def test_a_busy_machine_has_no_time_for_it(self) -> None:
        load = [0.9]
        denoiser = open_automatic(lambda: load[0])
        _, noisy, flags = make_noisy(0.08)
        run(denoiser, noisy, flags)
        assert not denoiser.uses_network
        load[0] = 0.7  # still too much to begin again
        run(denoiser, noisy, flags)
        assert not denoiser.uses_network
        load[0] = 0.5
        run(denoiser, noisy, flags)
        assert denoiser.uses_network


def test_the_way_to_48_khz_and_back_keeps_speech() -> None:
    speech = make_speech((0.5, False), (1.0, True))
    up, down = Upsampler(), Downsampler()
    back = np.concatenate([down.push(up.push(speech[at : at + 160])) for at in range(0, len(speech), 160)])
    assert len(back) == len(speech)
    assert si_sdr_db(back[DELAY:], speech[:-DELAY]) > 30

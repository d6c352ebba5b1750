"""How the voice activity benchmark counts."""

from __future__ import annotations

import json

import numpy as np
import pytest

from media.types import SAMPLE_RATE_HZ
from tests.benchmarks.asr.voice import Hearing, Told, find_ends, score
from tests.benchmarks.asr.voice_material import (
    MADE_UP,
    SNRS_DB,
    Frames,
    Material,
    Scene,
    find_energy,
    find_runs,
    make_noises,
    read_alignment,
    read_answer,
    smooth,
)


def frames(*runs: tuple[bool, int]) -> Frames:
    return np.array([value for value, length in runs for _ in range(length)], np.bool_)


class TestTruth:
    def test_short_pauses_are_speech_and_short_sounds_are_not(self) -> None:
        spoken = frames(
            (False, 50), (True, 30), (False, 20), (True, 30), (False, 21), (True, 30), (False, 40), (True, 9)
        )
        assert find_runs(smooth(spoken)) == [(50, 130), (151, 181)]

    def test_an_alignment_is_its_words(self) -> None:
        words = [("<sil>", 0.0, 0.2), ("and(2)", 0.2, 0.17), ("so", 0.37, 0.13), ("<sil>", 0.5, 0.5)]
        text = json.dumps({"w": [{"t": word, "b": begin, "d": length} for word, begin, length in words]})
        assert find_runs(read_alignment(text, 100)) == [(20, 50)]

    def test_energy_finds_a_tone_in_hiss(self) -> None:
        times = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
        tone = np.where((times > 0.3) & (times < 0.8), np.sin(2 * np.pi * 300 * times), 0.0)
        samples = (0.3 * tone + 1e-4 * np.random.default_rng(1).standard_normal(len(times))).astype(np.float32)
        ((begin, end),) = find_runs(find_energy(samples))
        assert abs(begin - 30) <= 2
        assert abs(end - 80) <= 2


class TestScore:
    def rate(self, *speech: Told, offers: tuple[int, ...] = ()) -> tuple[float, float, list[int], list[int], int]:
        spoken = frames((False, 100), (True, 100), (False, 100), (True, 100), (False, 100))
        scene = Scene("none", 0, np.zeros(0, np.float32), spoken)
        found = score(scene, Hearing(500, speech, offers, 0, (), 0.0))
        return found.recall, found.false_alarm, [*found.end_delays_ms], [*found.offer_delays_ms], found.missed

    def test_what_is_told_exactly(self) -> None:
        told = Told(100, 200, 210), Told(300, 400, 412)
        assert self.rate(*told, offers=(225, 430)) == (1.0, 0.0, [100, 120], [250, 300], 0)

    def test_late_begin_early_end(self) -> None:
        recall, false_alarm, ends, _, _ = self.rate(Told(150, 190, 195), Told(300, 430, 440))
        assert (recall, false_alarm) == (0.7, 0.1)
        assert ends == [-50, 400]

    def test_the_last_end_counts(self) -> None:
        """Silence told in the middle is no answer to the end; nor is a noise behind it."""
        told = Told(100, 150, 155), Told(160, 200, 208), Told(240, 250, 255), Told(300, 400, 410)
        assert self.rate(*told)[2] == [80, 100]

    def test_an_end_that_was_not_heard_is_missed(self) -> None:
        assert self.rate(Told(100, 160, 170), Told(300, 400, 410))[4] == 1

    def test_an_end_needs_a_pause(self) -> None:
        assert find_ends(frames((True, 50), (False, 49), (True, 50), (False, 50))) == [(99, 149, 199)]


class TestMaterial:
    def test_noise_is_as_strong_as_it_says(self) -> None:
        material = Material("made up", (read_answer(MADE_UP[0]),), {"white": make_noises(5.0)["white"]})
        scenes = list(material.make_scenes())
        assert [scene.snr_db for scene in scenes] == list(SNRS_DB)
        for scene in scenes:
            speech = np.repeat(scene.spoken, 160)
            power = np.mean(scene.samples[speech] ** 2) - np.mean(scene.samples[~speech] ** 2)
            ratio_db = 10 * np.log10(power / np.mean(scene.samples[~speech] ** 2))
            assert ratio_db == pytest.approx(scene.snr_db, abs=1.0)

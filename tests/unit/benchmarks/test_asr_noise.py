"""Noise and silence for those who must not hear words in it, and noise behind words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from media.types import SAMPLE_RATE_HZ
from tests.benchmarks.asr.figures import write_failures
from tests.benchmarks.asr.latency import AnswerShown, Shown
from tests.benchmarks.asr.material import Background, choose, make_babble, make_talk
from tests.benchmarks.asr.measures import Steadiness, WordLatency
from tests.benchmarks.asr.noise import LEVELS_DBFS, MINUTES, Stretch, count_distinct, plan_noise
from tests.benchmarks.asr.report import Report
from tests.benchmarks.asr.text import Edits

MADE_UP: dict[str, int | None] = {"white": None, "pink": None, "keyboard": None, "hum": SAMPLE_RATE_HZ}
RECORDED = MADE_UP | {f"recording-{number}": (number + 2) * SAMPLE_RATE_HZ for number in range(4)}
RECORDED["office"] = 300 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("lengths", [MADE_UP, RECORDED])
@pytest.mark.parametrize("sessions", [10, 80])
def test_every_kind_is_heard_at_every_level_for_ten_distinct_minutes(
    lengths: dict[str, int | None], sessions: int
) -> None:
    stretches = plan_noise(lengths, sessions)
    assert {(one.kind, one.level_dbfs) for one in stretches if one.kind != "silence"} == {
        (kind, level) for kind in lengths for level in LEVELS_DBFS
    }
    silences = [one for one in stretches if one.kind == "silence"]
    assert len(silences) == pytest.approx(len(stretches) / 5, rel=0.2)
    count = stretches[0].end - stretches[0].begin
    each = (len(stretches) - len(silences)) // len(lengths)
    assert count_distinct(lengths, each * count) + len(silences) * count >= MINUTES * 60 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("lengths", [MADE_UP, RECORDED])
def test_nothing_is_heard_twice_before_all_was_heard_once(lengths: dict[str, int | None]) -> None:
    stretches = plan_noise(lengths, 10)
    for kind in lengths:
        own: list[Stretch] = sorted((one for one in stretches if one.kind == kind), key=lambda one: one.begin)
        assert all(one.end == other.begin for one, other in pairwise(own))


def test_recordings_do_not_all_begin_where_they_begin() -> None:
    begins = {one.begin for one in plan_noise(RECORDED, 10) if one.kind.startswith("recording")}
    assert 0 not in begins


def test_babble_lies_as_far_below_a_talk_as_it_is_said_to() -> None:
    answers = choose(2, "en", longest_s=5.0)
    babble = make_babble(5.0)
    clean, noisy = (
        make_talk("talk", answers, seed=4),
        make_talk("talk", answers, seed=4, background=Background(babble, 5)),
    )
    assert noisy.words == clean.words
    said = clean.said[0]
    spoken = slice(said.t_start_ms * 16, said.t_end_ms * 16)
    pause = slice(0, 800 * 16)
    speech_power, noise_power = np.mean(clean.samples[spoken] ** 2), np.mean(noisy.samples[pause] ** 2)
    assert 10 * np.log10(speech_power / noise_power) == pytest.approx(5, abs=3)
    assert np.mean(clean.samples[pause] ** 2) < noise_power / 100


def test_text_in_noise_has_rows_of_its_own_and_failures_are_told() -> None:
    answer = AnswerShown(
        0.4, (WordLatency(1.0, 0.9),), (0.3,), Steadiness(1, 1, 20, 3, 2, 0), Edits(0, 1, 0, 4), Edits(0, 0, 0, 4)
    )
    report = Report(viva=Shown([answer]), noisy={"babble 5 dB below": Shown([answer], failures=["asr_timeout"])})
    report.parts_s["text"] = 90.0
    text = report.write()
    row = next(line for line in text.splitlines() if "babble 5 dB below" in line)
    assert "25.00% / 0.00%" in row
    assert row.endswith("| 1 x asr_timeout |")
    assert "Minutes: text 1.5" in text
    assert write_failures([]) == "none"

"""The soak of transcription: its course, its figures, and a few seconds of it."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.benchmarks.asr.endurance import Course, Look, Tally, endure
from tests.benchmarks.asr.soak import Soak


def looks(*memory_mb: float) -> list[Look]:
    return [Look(minute, rss_mb, 9, 30, 1_000 + 7 * minute) for minute, rss_mb in enumerate(memory_mb)]


def test_a_tenth_of_the_time_is_silent() -> None:
    course = Course.plan(60)
    assert course.loud_s - course.silent_s == pytest.approx(6 * 60)
    assert course.end_s - course.begin_s == pytest.approx(60 * 60)
    assert course.is_silent(course.silent_s)
    assert not course.is_silent(course.loud_s)
    assert course.find_change(course.begin_s) == course.silent_s
    assert course.find_change(course.silent_s) == course.loud_s
    assert course.find_change(course.loud_s) == course.end_s
    assert course.find_change(time.monotonic() + 3601) > course.end_s, "nothing changes after the end"


def test_memory_that_grows_after_the_warm_up_is_seen() -> None:
    flat = Soak(20, Tally(looks=looks(100, 200, 300, 400, *[500.0] * 16)))
    assert flat.values()["memory_slope_mb_per_min"] == 0
    assert flat.held
    growing = Soak(20, Tally(looks=looks(*[100.0 + minute for minute in range(20)])))
    assert growing.values()["memory_slope_mb_per_min"] == 1
    assert growing.values()["blocks_slope_per_min"] == 7
    assert growing.write_course() == "100, 104, 108, 112, 116"
    assert not growing.held


def test_a_lost_answer_and_a_failed_segment_are_failures() -> None:
    assert not Soak(20, Tally(looks=looks(*[1.0] * 20), lost=1)).held
    assert not Soak(20, Tally(looks=looks(*[1.0] * 20), failures=Counter(asr_timeout=1))).held


def test_a_word_where_nobody_spoke_is_a_failure() -> None:
    assert not Soak(20, Tally(looks=looks(*[1.0] * 20), counts=Counter({"words in silence": 1}))).held


async def test_some_seconds_of_it_lose_nothing() -> None:
    tally = await endure(0.2, 1, look_every_s=0.5)
    assert tally.counts["interviews"] >= 3, "before the silence, in it, after it"
    assert tally.counts["finals"] >= 1
    assert tally.counts["words in silence"] == 0
    assert tally.lost == 0
    assert not tally.failures
    assert len(tally.looks) >= 3

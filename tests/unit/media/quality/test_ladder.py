"""When a candidate is asked to send less, and when more again."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.quality.conditions import Conditions, judge
from media.quality.ladder import CLEAN_MS, SEVERE_AUDIO_LOSS, UNWATCHED_MS, Change, Ladder
from media.quality.profiles import AUDIO, HIGH, LADDER, LOW, MEDIUM, MINIMUM, rung_of
from media.types import ProfileName

INTERVAL_MS = 2_000
GOOD = Conditions(observers=1)


class Walk:
    """A ladder and its clock."""

    def __init__(self, *, observers: int = 1, floor: ProfileName = "medium") -> None:
        self.ladder = Ladder(floor)
        self.now_ms = 0
        self.changes: list[tuple[int, Change]] = [(0, self.ladder.start(observers, 0))]

    def go(self, conditions: Conditions, intervals: int = 1) -> ProfileName:
        for _ in range(intervals):
            self.now_ms += INTERVAL_MS
            change = self.ladder.step(conditions, INTERVAL_MS, self.now_ms)
            if change is not None:
                self.changes.append((self.now_ms, change))
        return self.ladder.profile.name

    @property
    def last(self) -> tuple[str, str]:
        change = self.changes[-1][1]
        return change.profile.name, change.reason


def test_the_ladder_rises_in_every_respect() -> None:
    for lower, upper in pairwise(LADDER):
        assert (lower.video_kbps, lower.width, lower.height, lower.audio_kbps) <= (
            upper.video_kbps,
            upper.width,
            upper.height,
            upper.audio_kbps,
        )
    assert [profile.video for profile in LADDER] == [False, False, True, True, True]
    assert all(24 <= profile.audio_kbps <= 32 for profile in LADDER)


@pytest.mark.parametrize(
    ("conditions", "rung", "reason"),
    [
        (GOOD, HIGH, "loss"),
        (replace(GOOD, audio_loss=0.03), MEDIUM, "loss"),
        (replace(GOOD, audio_loss=0.07), LOW, "loss"),
        (replace(GOOD, audio_loss=0.11), AUDIO, "loss"),
        (replace(GOOD, audio_loss=0.3, goodput_kbps=15), AUDIO, "loss"),
        (replace(GOOD, audio_loss=0.3, goodput_kbps=15, queue_ms=500), MINIMUM, "bandwidth"),
        (replace(GOOD, queue_ms=700), AUDIO, "delay"),
        (replace(GOOD, video_loss=0.2), LOW, "loss"),
        (replace(GOOD, rtt_ms=450), LOW, "delay"),
        (replace(GOOD, rtt_ms=350), HIGH, "loss"),
        (replace(GOOD, rtt_ms=350, queue_ms=150), MEDIUM, "delay"),
        (replace(GOOD, jitter_ms=70), MEDIUM, "jitter"),
        (replace(GOOD, limitation="bandwidth", available_kbps=250), MEDIUM, "bandwidth"),
        (replace(GOOD, limitation="bandwidth", available_kbps=100), AUDIO, "bandwidth"),
        (replace(GOOD, limitation="none", available_kbps=100), HIGH, "loss"),
        (replace(GOOD, sent_kbps=400, goodput_kbps=190), LOW, "bandwidth"),
        (replace(GOOD, sent_kbps=400, goodput_kbps=190, lately_kbps=390), HIGH, "loss"),
        (replace(GOOD, sent_kbps=60, goodput_kbps=58), HIGH, "loss"),
        (replace(GOOD, load=0.9), MEDIUM, "server"),
        (replace(GOOD, load=0.99), LOW, "server"),
        (replace(GOOD, limitation="cpu"), MEDIUM, "device"),
    ],
)
def test_verdicts(conditions: Conditions, rung: int, reason: str) -> None:
    assert judge(conditions) == (rung, reason)


def test_lasting_loss_turns_the_picture_off_within_two_intervals_and_a_single_one_does_not() -> None:
    walk = Walk()
    assert walk.go(replace(GOOD, audio_loss=0.15)) == "low"
    assert walk.go(replace(GOOD, audio_loss=0.15)) == "audio"
    assert walk.last == ("audio", "loss")
    hiccup = Walk()
    hiccup.go(replace(GOOD, audio_loss=0.15))
    assert hiccup.go(GOOD, 3) == "low"


def test_mild_badness_has_to_last() -> None:
    walk = Walk()
    assert walk.go(replace(GOOD, audio_loss=0.04)) == "high"
    assert walk.go(GOOD) == "high"
    assert walk.go(replace(GOOD, audio_loss=0.04), 2) == "medium"


def test_the_picture_comes_back_one_step_in_ten_clean_seconds() -> None:
    walk = Walk()
    walk.go(replace(GOOD, audio_loss=0.15), 2)
    fell_at = walk.now_ms
    walk.go(GOOD, 20)
    climbs = [(at, change.profile.name, change.reason) for at, change in walk.changes if at > fell_at]
    assert climbs == [
        (fell_at + 1 * CLEAN_MS, "low", "recovered"),
        (fell_at + 2 * CLEAN_MS, "medium", "recovered"),
        (fell_at + 3 * CLEAN_MS, "high", "recovered"),
    ]


def test_barely_good_enough_to_stay_is_not_good_enough_to_climb() -> None:
    walk = Walk()
    walk.go(replace(GOOD, audio_loss=0.04), 2)
    assert walk.go(replace(GOOD, audio_loss=0.018), 30) == "medium"
    assert walk.go(replace(GOOD, audio_loss=0.010), 6) == "high"


def test_a_step_up_that_fails_is_tried_again_ever_more_patiently() -> None:
    """A line that carries `low` and nothing above."""
    walk = Walk()
    for _ in range(300):
        rung = rung_of(walk.ladder.profile.name)
        walk.go(replace(GOOD, audio_loss=0.07) if rung > LOW else GOOD)
    raised = [at for at, change in walk.changes if change.reason == "recovered"]
    gaps = [later - earlier for earlier, later in pairwise(raised)]
    assert gaps == sorted(gaps)
    assert gaps[-1] >= 160_000
    assert len(raised) <= 8


def test_a_step_that_has_held_restores_the_patience() -> None:
    walk = Walk()
    for _ in range(3):
        walk.go(replace(GOOD, audio_loss=0.07), 2)
        while walk.ladder.profile.name == "low":
            walk.go(GOOD)
    walk.go(GOOD, 120)
    assert walk.ladder.profile.name == "high"
    walk.go(replace(GOOD, audio_loss=0.04), 2)
    fell_at = walk.now_ms
    while walk.ladder.profile.name != "high":
        walk.go(GOOD)
    assert walk.now_ms - fell_at == CLEAN_MS


def test_without_an_observer_the_recordings_floor_is_sent() -> None:
    walk = Walk(observers=0)
    assert walk.last == ("medium", "start")
    unwatched = replace(GOOD, observers=0)
    assert walk.go(unwatched, 20) == "medium"
    assert walk.go(GOOD) == "high"
    assert walk.last == ("high", "watched")
    assert walk.go(unwatched, UNWATCHED_MS // INTERVAL_MS - 1) == "high"
    assert walk.go(unwatched) == "medium"
    assert walk.last == ("medium", "unwatched")
    assert Walk(observers=0, floor="high").go(unwatched, 30) == "high"


def test_nobody_watching_never_lifts_what_the_network_forbids() -> None:
    walk = Walk(observers=0, floor="medium")
    bad = replace(GOOD, observers=0, audio_loss=0.2)
    assert walk.go(bad, 2) == "audio"
    assert walk.go(replace(bad, observers=2), 20) == "audio"


def test_silence_changes_nothing() -> None:
    walk = Walk()
    assert walk.go(replace(GOOD, silent=True, audio_loss=1.0), 30) == "high"


def test_a_camera_that_is_off_by_choice_keeps_its_step() -> None:
    walk = Walk()
    walk.go(replace(GOOD, audio_loss=0.15), 2)
    off = replace(GOOD, camera=False)
    assert walk.go(off, 60) == "audio"
    assert walk.go(GOOD) == "low"


CONDITIONS = st.builds(
    Conditions,
    audio_loss=st.floats(0, 1),
    video_loss=st.floats(0, 1),
    rtt_ms=st.none() | st.integers(0, 5_000),
    queue_ms=st.floats(0, 5_000),
    jitter_ms=st.floats(0, 500),
    goodput_kbps=st.floats(0, 2_000),
    lately_kbps=st.floats(0, 2_000),
    sent_kbps=st.none() | st.floats(0, 2_000),
    available_kbps=st.none() | st.floats(0, 5_000),
    limitation=st.sampled_from([None, "none", "cpu", "bandwidth", "other"]),
    load=st.floats(0, 1),
    observers=st.integers(0, 3),
    camera=st.booleans(),
    silent=st.booleans(),
)
MIXED = st.sampled_from([GOOD, replace(GOOD, observers=0), replace(GOOD, audio_loss=0.2)]) | CONDITIONS


@given(st.lists(MIXED, max_size=90), st.sampled_from(["low", "medium", "high"]))
def test_changes_in_any_minute_are_few(sequence: list[Conditions], floor: ProfileName) -> None:
    walk = Walk(floor=floor)
    for conditions in sequence:
        walk.go(conditions)
    times = [at for at, _ in walk.changes[1:]]
    for at in times:
        assert sum(at <= other < at + 60_000 for other in times) <= 12
    climbs = [at for at, change in walk.changes[1:] if change.reason in ("recovered", "watched")]
    assert all(later - earlier >= CLEAN_MS for earlier, later in pairwise(climbs))


@given(st.lists(MIXED, max_size=90))
def test_no_video_while_much_of_the_voice_is_lost(sequence: list[Conditions]) -> None:
    walk = Walk()
    bad = 0
    for conditions in sequence:
        before = rung_of(walk.ladder.profile.name)
        walk.go(conditions)
        rung = rung_of(walk.ladder.profile.name)
        bad = bad + 1 if conditions.audio_loss > SEVERE_AUDIO_LOSS and not conditions.silent else 0
        if bad >= 1:
            assert rung <= min(before, LOW), "never up, and no more than the smallest picture"
        if bad >= 2:
            assert rung <= AUDIO


@given(CONDITIONS, st.sampled_from(["low", "medium", "high"]))
def test_constant_conditions_lead_one_way_and_settle(conditions: Conditions, floor: ProfileName) -> None:
    walk = Walk(observers=conditions.observers, floor=floor)
    rungs = [rung_of(walk.ladder.profile.name), *(rung_of(walk.go(conditions)) for _ in range(120))]
    assert rungs in (sorted(rungs), sorted(rungs, reverse=True))
    assert rungs[-1] == rungs[60]
    if not conditions.silent:
        assert rungs[-1] <= judge(conditions)[0]


@given(CONDITIONS)
def test_better_conditions_never_allow_less(conditions: Conditions) -> None:
    better = replace(
        conditions,
        audio_loss=conditions.audio_loss / 2,
        video_loss=conditions.video_loss / 2,
        queue_ms=conditions.queue_ms / 2,
        jitter_ms=conditions.jitter_ms / 2,
        load=conditions.load / 2,
    )
    assert judge(better)[0] >= judge(conditions)[0]
    assert judge(conditions, 0.7)[0] <= judge(conditions)[0]

"""The end of an answer: a table of situations, and what must hold in all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.turns.announcing import SENTENCE_GRACE_MS, extended_limit_ms, warning_before_ms
from realtime_scoring.turns.deadline import next_deadline
from realtime_scoring.turns.habit import PauseHabit, learn_false_ending, learn_pause
from realtime_scoring.types import TurnDeadline, TurnFacts, TurnProfile
from tests.unit.scoring.material import LANGUAGES, UNHURRIED

PROFILE = TurnProfile()
COMPLETE, INCOMPLETE, UNLIKELY, THINKING = (
    PROFILE.complete_silence_ms,
    PROFILE.incomplete_silence_ms,
    PROFILE.unlikely_silence_ms,
    PROFILE.thinking_silence_ms,
)

TOLD = (
    "Last year a customer was angry because her machine broke twice. I listened to her, checked the receipt and called"
    " the workshop. I offered her a new machine the same day and she was satisfied, and complaints fell by ten percent."
)
SPOKEN = TurnFacts(
    listening_since_ms=10_000,
    speaking=False,
    speech_ms=8_000,
    speech_stopped_at_ms=20_000,
    text=TOLD,
    language="en",
    question_kind="behavioural",
    time_limit_ms=120_000,
    warned=True,
)
SILENT = replace(SPOKEN, speech_ms=0, speech_stopped_at_ms=None, text="")
LIMIT = TurnDeadline(130_000, "end_time_limit")
LATEST = TurnDeadline(130_000 + SENTENCE_GRACE_MS, "end_time_limit")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SPOKEN, TurnDeadline(20_000 + COMPLETE, "end_silence")),
        (replace(SPOKEN, speaking=True, speech_stopped_at_ms=None), LATEST),
        (replace(SPOKEN, speaking=True), LATEST),
        (replace(SPOKEN, text="I called the customer."), TurnDeadline(20_000 + UNLIKELY, "end_silence")),
        (replace(SPOKEN, text=TOLD + " And"), TurnDeadline(20_000 + INCOMPLETE, "end_silence")),
        (replace(SPOKEN, text="That is all."), TurnDeadline(20_000 + PROFILE.sure_silence_ms, "end_silence")),
        (replace(SPOKEN, text="Let me think."), TurnDeadline(20_000 + THINKING, "end_silence")),
        (replace(SPOKEN, text=""), TurnDeadline(20_000 + INCOMPLETE, "end_silence")),
        # Near the end: a pause in a sentence does not end it, its last words do.
        (replace(SPOKEN, speech_stopped_at_ms=129_500), TurnDeadline(130_200, "end_time_limit")),
        (replace(SPOKEN, speech_stopped_at_ms=129_200), LIMIT),
        (replace(SPOKEN, speech_stopped_at_ms=130_000 - COMPLETE), LIMIT),
        (replace(SPOKEN, speech_stopped_at_ms=139_900), LATEST),
        (replace(SPOKEN, speech_ms=PROFILE.minimum_speech_ms), TurnDeadline(20_000 + COMPLETE, "end_silence")),
        # A cough is not an answer: help once, then wait.
        (replace(SPOKEN, speech_ms=999), TurnDeadline(20_000 + PROFILE.nudge_silence_ms, "nudge")),
        (replace(SPOKEN, speech_ms=999, nudged=True), LIMIT),
        (SILENT, TurnDeadline(10_000 + PROFILE.nudge_silence_ms, "nudge")),
        (replace(SILENT, nudged=True), LIMIT),
        (replace(SILENT, time_limit_ms=15_000), TurnDeadline(25_000, "end_time_limit")),
        # The moment asked for postpones silence and nudge, never the time limit.
        (replace(SPOKEN, moment_until_ms=60_000), TurnDeadline(60_000, "end_silence")),
        (replace(SPOKEN, moment_until_ms=15_000), TurnDeadline(20_000 + COMPLETE, "end_silence")),
        (replace(SILENT, moment_until_ms=70_000), TurnDeadline(70_000, "nudge")),
        (replace(SPOKEN, moment_until_ms=500_000), LIMIT),
    ],
)
def test_next_deadline(facts: TurnFacts, expected: TurnDeadline) -> None:
    assert next_deadline(facts, PROFILE) == expected


def test_more_time_stretches_silences_and_nudges_but_not_the_announced_limit() -> None:
    profile = replace(PROFILE, time_multiplier=1.5)
    assert next_deadline(SPOKEN, profile) == TurnDeadline(20_000 + round(COMPLETE * 1.5), "end_silence")
    assert next_deadline(SILENT, profile) == TurnDeadline(10_000 + round(PROFILE.nudge_silence_ms * 1.5), "nudge")
    speaking = replace(SPOKEN, speaking=True)
    assert next_deadline(speaking, profile) == LATEST
    # The least amount of speech is no patience: a slow speaker's short answer still ends.
    assert next_deadline(replace(SPOKEN, speech_ms=1_000), profile) == next_deadline(SPOKEN, profile)


def test_the_end_of_the_time_is_told_before() -> None:
    speaking = replace(SPOKEN, speaking=True, warned=False)
    assert next_deadline(speaking, PROFILE) == TurnDeadline(100_000, "warn_time")
    # Of ten minutes a tenth, of twenty seconds half.
    assert [warning_before_ms(limit) for limit in (600_000, 120_000, 20_000)] == [60_000, 30_000, 10_000]
    # Silence may still end the answer before.
    assert next_deadline(replace(SPOKEN, warned=False), PROFILE).action == "end_silence"


def test_more_time_doubles_what_is_left() -> None:
    assert extended_limit_ms(120_000, 90_000) == 150_000
    assert extended_limit_ms(120_000, 130_000) == 120_000


def test_who_pauses_long_is_waited_for_and_nobody_is_hurried() -> None:
    slow, quick = PauseHabit(), PauseHabit()
    for _ in range(20):
        slow, quick = learn_pause(slow, 3_000), learn_pause(quick, 300)
    assert slow.high_ms > 2_500
    assert slow.pauses == 20
    patience = [next_deadline(replace(SPOKEN, habit=habit), PROFILE).at_ms - 20_000 for habit in (quick, None, slow)]
    assert patience == [round(COMPLETE * (1 - 0.05 / 3)), COMPLETE, round(COMPLETE * (1 + 0.8 / 3))]
    unfinished = replace(SPOKEN, text=TOLD + " And")
    patience = [
        next_deadline(replace(unfinished, habit=habit), PROFILE).at_ms - 20_000 for habit in (quick, None, slow)
    ]
    assert patience == [round(INCOMPLETE * 0.95), INCOMPLETE, round(INCOMPLETE * 1.8)]
    assert learn_pause(PauseHabit(), 100) == PauseHabit(), "a silence between words is no pause"
    assert learn_pause(PauseHabit(), 10**6).mean_ms < 3_000, "one knock at the door is no habit"


def test_an_answer_taken_for_ended_teaches_twice_as_much() -> None:
    once, twice = learn_pause(PauseHabit(), 2_000), learn_false_ending(PauseHabit(), 2_000)
    assert twice.high_ms - PauseHabit().high_ms > 1.5 * (once.high_ms - PauseHabit().high_ms)
    assert learn_false_ending(PauseHabit(), 400).high_ms > PauseHabit().high_ms


facts_strategy = st.builds(
    TurnFacts,
    listening_since_ms=st.integers(0, 10**6),
    speaking=st.booleans(),
    speech_ms=st.integers(0, 10**5),
    speech_stopped_at_ms=st.none() | st.integers(0, 10**6),
    text=st.text(max_size=40) | st.sampled_from(["let me think", "好的。", "and", "让我想想"]),
    language=st.sampled_from(LANGUAGES),
    question_kind=st.sampled_from(["identity", "behavioural", "logic"]),
    time_limit_ms=st.integers(0, 10**6),
    moment_until_ms=st.none() | st.integers(0, 10**6),
    nudged=st.booleans(),
    warned=st.booleans(),
    follow_up=st.booleans(),
    habit=st.none() | st.builds(PauseHabit, high_ms=st.floats(300, 9_000)),
)


@UNHURRIED
@given(facts_strategy, st.floats(1.0, 3.0))
def test_what_always_holds(facts: TurnFacts, multiplier: float) -> None:
    profile = replace(PROFILE, time_multiplier=multiplier)
    deadline = next_deadline(facts, profile)
    assert deadline.at_ms <= facts.listening_since_ms + facts.time_limit_ms + SENTENCE_GRACE_MS
    if facts.speaking:
        assert deadline.action in ("warn_time", "end_time_limit")
    if deadline.action == "warn_time":
        assert not facts.warned
    if deadline.action == "nudge":
        assert not facts.nudged
    if deadline.action == "end_silence":
        assert facts.speech_stopped_at_ms is not None
        assert facts.speech_ms >= profile.minimum_speech_ms
        assert deadline.at_ms >= facts.speech_stopped_at_ms + profile.sure_silence_ms
    if deadline.action in ("end_silence", "nudge") and facts.moment_until_ms is not None:
        assert deadline.at_ms >= facts.moment_until_ms

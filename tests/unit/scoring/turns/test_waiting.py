"""For how long a silence is waited through: by its last words, by what has been told, and by who is speaking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from realtime_scoring.turns.announcing import extended_limit_ms, limit_deadline, warning_before_ms
from realtime_scoring.turns.deadline import next_deadline
from realtime_scoring.turns.habit import PauseHabit
from realtime_scoring.turns.patience import find_patience_ms
from realtime_scoring.types import QuestionKind, TurnDeadline, TurnFacts, TurnProfile

PROFILE = TurnProfile(
    sure_silence_ms=700,
    complete_silence_ms=900,
    likely_silence_ms=2_600,
    incomplete_silence_ms=4_500,
    unlikely_silence_ms=6_500,
    thinking_silence_ms=10_000,
    minimum_speech_ms=1_000,
    nudge_silence_ms=15_000,
)
STORY = (
    "Last year a customer was angry because her machine broke twice. I listened to her, checked the receipt and called"
    " the workshop. I offered her a new machine the same day and she was satisfied, and complaints fell by ten percent"
)
HEARD = STORY.lower().replace(".", "").replace(",", "")
FACTS = TurnFacts(
    listening_since_ms=5_000,
    speaking=False,
    speech_ms=9_000,
    speech_stopped_at_ms=40_000,
    text=STORY + ".",
    language="en",
    question_kind="behavioural",
    time_limit_ms=120_000,
    warned=True,
)
SLOW, QUICK = PauseHabit(high_ms=2_400), PauseHabit(high_ms=600)
"""Stretched by 1.6, and by 0.95."""


@pytest.mark.parametrize(
    ("text", "usual_ms", "slow_ms", "quick_ms"),
    [
        # Who says so is not made to wait by how they paused before.
        ("Let me think.", 10_000, 10_000, 10_000),
        (STORY + ". That is all.", 700, 700, 700),
        (STORY + ". Does that answer your question?", 900, 900, 900),
        # What is told, and ends: a third of what the habit adds.
        (STORY + ".", 900, 1_080, 885),
        (HEARD, 900, 1_080, 885),
        (HEARD + " and the owner of the shop thanked us in a letter", 900, 1_080, 885),
        # Something must follow, or nothing has been told yet: all that the habit adds.
        (STORY + ". And", 4_500, 7_200, 4_275),
        ("", 4_500, 7_200, 4_275),
        # Hardly anything has been told: longer still, and at most as long as for who asks for time.
        ("I called the customer in the morning.", 6_500, 10_000, 6_175),
        # A scrap behind a full stop, and words without any mark of which the last are an act of one's own.
        (STORY + ". He signed.", 4_500, 7_200, 4_275),
        (HEARD + " i phoned the manager of the hotel", 4_500, 7_200, 4_275),
    ],
)
def test_patience(text: str, usual_ms: int, slow_ms: int, quick_ms: int) -> None:
    facts = replace(FACTS, text=text)
    waited = [find_patience_ms(replace(facts, habit=habit), PROFILE) for habit in (None, SLOW, QUICK)]
    assert waited == [usual_ms, slow_ms, quick_ms]
    more_time = replace(PROFILE, time_multiplier=2.0)
    assert find_patience_ms(replace(facts, habit=SLOW), more_time) == 2 * slow_ms


@pytest.mark.parametrize(
    ("kind", "follow_up", "waited_ms"),
    [("behavioural", False, 6_500), ("behavioural", True, 900), ("open", False, 6_500)],
)
def test_a_short_answer_is_whole_where_a_short_one_was_asked_for(
    kind: QuestionKind, follow_up: bool, waited_ms: int
) -> None:
    facts = replace(FACTS, text="The costs fell by about ten percent within a year.", question_kind=kind)
    assert find_patience_ms(replace(facts, follow_up=follow_up), PROFILE) == waited_ms


ONCE = "Last year a customer was angry because her machine broke twice."


@pytest.mark.parametrize(
    ("text", "waited_ms"),
    [
        (ONCE, 6_500),
        (f"{ONCE} I called the workshop for her in the morning.", 6_500),
        (f"{ONCE} I called the workshop for her in the morning. The owner of it came by on the same day.", 4_500),
        (f"{ONCE} I called the workshop for her in the morning. The owner of it came by on the very same"
         " rainy day.", 2_600),
        (f"{ONCE} I called the workshop for her in the morning. The owner of it came by on the same day. In the end she"
         " was happy with the whole of it.", 900),
    ],
)  # fmt: skip
def test_patience_falls_with_what_speaks_for_the_end(text: str, waited_ms: int) -> None:
    assert find_patience_ms(replace(FACTS, text=text), PROFILE) == waited_ms


def test_who_is_done_never_waits_longer_than_who_only_sounds_so() -> None:
    hasty = replace(PROFILE, complete_silence_ms=500)
    assert find_patience_ms(replace(FACTS, text="That is all."), hasty) == 500


def test_who_was_interrupted_gets_as_long_as_for_a_beginning() -> None:
    resumed = replace(FACTS, speech_stopped_at_ms=None, resumed_at_ms=50_000)
    assert next_deadline(resumed, PROFILE) == TurnDeadline(65_000, "end_silence")
    assert next_deadline(replace(resumed, nudged=True), PROFILE) == TurnDeadline(65_000, "end_silence")
    assert next_deadline(resumed, replace(PROFILE, time_multiplier=1.5)) == TurnDeadline(72_500, "end_silence")
    assert next_deadline(replace(resumed, moment_until_ms=70_000), PROFILE) == TurnDeadline(70_000, "end_silence")
    assert next_deadline(replace(resumed, moment_until_ms=60_000), PROFILE) == TurnDeadline(65_000, "end_silence")


def test_who_goes_on_after_an_interruption_is_waited_for_as_ever() -> None:
    resumed = replace(FACTS, resumed_at_ms=30_000)
    assert next_deadline(resumed, PROFILE) == TurnDeadline(40_900, "end_silence")
    coughed = replace(resumed, speech_ms=400)
    assert next_deadline(coughed, PROFILE) == TurnDeadline(55_000, "nudge")
    assert next_deadline(replace(coughed, nudged=True), PROFILE) == TurnDeadline(125_000, "end_time_limit")


def test_an_interruption_at_the_very_beginning_is_one() -> None:
    resumed = replace(FACTS, listening_since_ms=0, speech_stopped_at_ms=None, resumed_at_ms=0)
    assert next_deadline(resumed, PROFILE) == TurnDeadline(15_000, "end_silence")


@pytest.mark.parametrize("speech_ms", [999, 1_000])
def test_a_second_of_voice_is_an_answer(speech_ms: int) -> None:
    action = next_deadline(replace(FACTS, speech_ms=speech_ms), PROFILE).action
    assert action == ("end_silence" if speech_ms == 1_000 else "nudge")


def test_at_the_end_of_the_time_it_is_the_time_that_ends_the_answer() -> None:
    """900 ms of silence and the limit at the same moment."""
    facts = replace(FACTS, time_limit_ms=35_900)
    assert next_deadline(facts, PROFILE) == TurnDeadline(40_900, "end_time_limit")
    assert next_deadline(replace(facts, time_limit_ms=35_901), PROFILE) == TurnDeadline(40_900, "end_silence")


@pytest.mark.parametrize(
    ("limit_ms", "before_ms"),
    [(0, 0), (1, 0), (15_001, 7_500), (60_000, 30_000), (60_001, 30_000), (300_000, 30_000), (300_010, 30_001),
     (900_000, 90_000)],
)  # fmt: skip
def test_the_warning_leaves_half_a_minute_or_a_tenth(limit_ms: int, before_ms: int) -> None:
    assert warning_before_ms(limit_ms) == before_ms
    facts = replace(FACTS, time_limit_ms=limit_ms, warned=False)
    assert limit_deadline(facts) == TurnDeadline(5_000 + limit_ms - before_ms, "warn_time")


@pytest.mark.parametrize(
    ("speaking", "stopped_at_ms", "ends_at_ms"),
    [
        # The limit is at 125 s; a sentence may end within ten seconds, and has ended after 700 ms of silence.
        (True, 124_000, 135_000),
        (True, None, 135_000),
        (False, None, 125_000),
        (False, 100_000, 125_000),
        (False, 124_300, 125_000),
        (False, 124_301, 125_001),
        (False, 130_000, 130_700),
        (False, 134_300, 135_000),
        (False, 134_301, 135_000),
    ],
)
def test_the_end_waits_for_the_sentence(speaking: bool, stopped_at_ms: int | None, ends_at_ms: int) -> None:
    facts = replace(FACTS, speaking=speaking, speech_stopped_at_ms=stopped_at_ms)
    assert limit_deadline(facts) == TurnDeadline(ends_at_ms, "end_time_limit")


@pytest.mark.parametrize(
    ("spent_ms", "limit_ms"),
    [(0, 240_000), (90_000, 150_000), (119_999, 120_001), (120_000, 120_000), (125_000, 120_000)],
)
def test_more_time_doubles_what_is_left_of_it(spent_ms: int, limit_ms: int) -> None:
    assert extended_limit_ms(120_000, spent_ms) == limit_ms

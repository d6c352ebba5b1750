"""The end of an answer: a table of situations, and what must hold in all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime_scoring.turn import find_patience_ms, next_deadline
from realtime_scoring.types import Language, TurnDeadline, TurnFacts, TurnProfile
from tests.unit.scoring.material import LANGUAGES, UNHURRIED

PROFILE = TurnProfile()
COMPLETE, INCOMPLETE, THINKING = (
    PROFILE.complete_silence_ms,
    PROFILE.incomplete_silence_ms,
    PROFILE.thinking_silence_ms,
)

SPOKEN = TurnFacts(
    listening_since_ms=10_000,
    speaking=False,
    speech_ms=8_000,
    speech_stopped_at_ms=20_000,
    text="I called the customer.",
    language="en",
    question_kind="behavioural",
    time_limit_ms=120_000,
)
SILENT = replace(SPOKEN, speech_ms=0, speech_stopped_at_ms=None, text="")
LIMIT = TurnDeadline(130_000, "end_time_limit")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SPOKEN, TurnDeadline(20_000 + COMPLETE, "end_silence")),
        (replace(SPOKEN, speaking=True, speech_stopped_at_ms=None), LIMIT),
        (replace(SPOKEN, speaking=True), LIMIT),
        (replace(SPOKEN, text="I called the customer and"), TurnDeadline(20_000 + INCOMPLETE, "end_silence")),
        (replace(SPOKEN, text="Let me think."), TurnDeadline(20_000 + THINKING, "end_silence")),
        (replace(SPOKEN, text=""), TurnDeadline(20_000 + INCOMPLETE, "end_silence")),
        (replace(SPOKEN, speech_stopped_at_ms=129_000), LIMIT),
        (replace(SPOKEN, speech_stopped_at_ms=130_000 - COMPLETE), LIMIT),
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


@pytest.mark.parametrize(
    ("text", "language", "patience_ms"),
    [
        ("We fixed it.", "en", COMPLETE),
        ("Is that what you mean?", "en", COMPLETE),
        ('She said "thank you."', "en", COMPLETE),
        ("we fixed it", "en", INCOMPLETE),
        ("We fixed it, and", "en", INCOMPLETE),
        ("We fixed it because.", "en", INCOMPLETE),
        ("We fixed it, um.", "en", INCOMPLETE),
        ("We fixed it and then...", "en", INCOMPLETE),
        ("We fixed it…", "en", INCOMPLETE),
        ("I went to the.", "en", INCOMPLETE),
        ("So, for example.", "en", INCOMPLETE),
        ("   ", "en", INCOMPLETE),
        ("Let me think about that for a moment.", "en", THINKING),
        ("That is hard. Hold on", "en", THINKING),
        ("give me a second", "en", THINKING),
        ("I'm thinking.", "en", THINKING),
        ("I’m still thinking", "en", THINKING),
        ("He let me think, then I decided.", "en", COMPLETE),
        ("I had to let me see the report first.", "en", COMPLETE),
        ("我们解决了问题。", "zh-CN", COMPLETE),
        ("我们解决了问题！", "zh-CN", COMPLETE),
        ("我们解决了问题", "zh-CN", INCOMPLETE),
        ("我们解决了问题，然后", "zh-CN", INCOMPLETE),
        ("我们解决了问题，因为。", "zh-CN", INCOMPLETE),
        ("我们用了那个。", "zh-CN", INCOMPLETE),
        ("嗯。", "zh-CN", INCOMPLETE),
        ("让我想想。", "zh-CN", THINKING),
        ("这个问题，我想一下", "zh-CN", THINKING),
        ("让我再想一想啊", "zh-CN", THINKING),
        ("稍等。", "zh-CN", THINKING),
        ("等一下", "zh-CN", THINKING),
        ("客户让我等一下，我就等了。", "zh-CN", COMPLETE),
    ],
)
def test_patience_follows_the_last_words(text: str, language: Language, patience_ms: int) -> None:
    assert find_patience_ms(text, language, PROFILE) == patience_ms


def test_more_time_stretches_silences_and_nudges_but_not_the_announced_limit() -> None:
    profile = replace(PROFILE, time_multiplier=1.5)
    assert next_deadline(SPOKEN, profile) == TurnDeadline(20_000 + round(COMPLETE * 1.5), "end_silence")
    assert next_deadline(SILENT, profile) == TurnDeadline(10_000 + round(PROFILE.nudge_silence_ms * 1.5), "nudge")
    speaking = replace(SPOKEN, speaking=True)
    assert next_deadline(speaking, profile) == LIMIT
    # The least amount of speech is no patience: a slow speaker's short answer still ends.
    assert next_deadline(replace(SPOKEN, speech_ms=1_000), profile) == next_deadline(SPOKEN, profile)


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
)


@UNHURRIED
@given(facts_strategy, st.floats(1.0, 3.0))
def test_what_always_holds(facts: TurnFacts, multiplier: float) -> None:
    profile = replace(PROFILE, time_multiplier=multiplier)
    deadline = next_deadline(facts, profile)
    assert deadline is not None
    assert deadline.at_ms <= facts.listening_since_ms + facts.time_limit_ms
    if facts.speaking:
        assert deadline.action == "end_time_limit"
    if deadline.action == "nudge":
        assert not facts.nudged
    if deadline.action == "end_silence":
        assert facts.speech_stopped_at_ms is not None
        assert facts.speech_ms >= profile.minimum_speech_ms
        assert deadline.at_ms >= facts.speech_stopped_at_ms + profile.complete_silence_ms
    if deadline.action != "end_time_limit" and facts.moment_until_ms is not None:
        assert deadline.at_ms >= facts.moment_until_ms

"""How long a silence must last to be the end of an answer: from how the words end, how much of the answer has been
told, and how this candidate pauses. Every doubt is decided for waiting.

Where the last words do not say it all, what speaks for the end is summed up. The weights are those of a logistic
regression on the pauses of `tests/benchmarks/mind/pauses` (the parts to fit on, and the same answers with sentences
left out), rounded: the sum is near the logarithm of the odds that nothing follows. Patience falls with it, in steps.
"""

from __future__ import annotations

from realtime_scoring.turns.completeness import read_told, weigh_told
from realtime_scoring.turns.endings import Ending, read_ending, sounds_late
from realtime_scoring.turns.habit import PauseHabit, stretch_by_habit
from realtime_scoring.types import TurnFacts, TurnProfile

_SHARE_WHERE_COMPLETE = 3
"""Of what the habit adds, a third."""

_START = -3.1
_EVIDENCE_OF_ENDING = {
    Ending.FINISHED: 1.3,
    Ending.ROUNDED: 1.5,
    Ending.SCRAP: 0.0,
    Ending.UNCLEAR: -2.8,
    Ending.BARE: 0.0,
}
_EVIDENCE_OF_STOPPED_CLOSING = 0.5
"""A full stop proves more behind a clause that closes."""
_EVIDENCE_OF_LATE_WORDS = 0.7
_ENOUGH = 0.5
_LIKELY = 0.2
_UNLIKELY = -1.0


def find_patience_ms(facts: TurnFacts, profile: TurnProfile) -> int:
    """With the candidate's habit and the time allowed for in it."""
    ending = read_ending(facts.text, facts.language)
    habit = stretch_by_habit(facts.habit or PauseHabit())
    base_ms = _told_ms(ending, profile)
    if base_ms is None:
        base_ms = _judged_ms(_weigh_end(facts, ending), profile)
        if base_ms == profile.complete_silence_ms:
            # An end that words speak for needs less proof by silence; who goes on all the same gets the floor back.
            habit = 1 + (habit - 1) / _SHARE_WHERE_COMPLETE
    # Whoever says that they are done, or asks for an answer, is not made to wait by how they paused before.
    factor = 1.0 if ending in (Ending.SURE, Ending.QUESTION, Ending.THINKING, Ending.SEARCHING) else habit
    longest_ms = max(base_ms, profile.thinking_silence_ms)
    return round(min(base_ms * factor, longest_ms) * profile.time_multiplier)


def _told_ms(ending: Ending, profile: TurnProfile) -> int | None:
    """Where the last words say it all."""
    match ending:
        case Ending.THINKING:
            return profile.thinking_silence_ms
        case Ending.SEARCHING:
            return profile.unlikely_silence_ms
        case Ending.SURE:
            return min(profile.sure_silence_ms, profile.complete_silence_ms)
        case Ending.QUESTION:
            return profile.complete_silence_ms
        case Ending.HANGING | Ending.EMPTY:
            return profile.incomplete_silence_ms
        case _:
            return None


def _weigh_end(facts: TurnFacts, ending: Ending) -> float:
    told = read_told(facts.text, facts.language)
    return (
        _START
        + weigh_told(told, facts.language, facts.question_kind, follow_up=facts.follow_up)
        + _EVIDENCE_OF_ENDING[ending]
        + _EVIDENCE_OF_STOPPED_CLOSING * (ending is Ending.FINISHED and told.closes)
        + _EVIDENCE_OF_LATE_WORDS * sounds_late(facts.text, facts.language)
    )


def _judged_ms(evidence: float, profile: TurnProfile) -> int:
    if evidence >= _ENOUGH:
        return profile.complete_silence_ms
    if evidence >= _LIKELY:
        return profile.likely_silence_ms
    return profile.incomplete_silence_ms if evidence >= _UNLIKELY else profile.unlikely_silence_ms

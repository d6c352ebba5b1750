"""What happens next in a running answer if nothing is said or pressed: pure, on the interview clock.

Being cut off while thinking is what candidates mind most, so every doubt is decided for waiting.
"""

from __future__ import annotations

from realtime_scoring.turns.announcing import limit_deadline
from realtime_scoring.turns.patience import find_patience_ms
from realtime_scoring.types import TurnDeadline, TurnFacts, TurnProfile


def next_deadline(facts: TurnFacts, profile: TurnProfile) -> TurnDeadline:
    """The earliest of the silence that ends the answer (or asks after it) and the end of its time, told before.

    Silences are stretched by `time_multiplier`; the least amount of speech is not, since it is no patience, nor is the
    limit, which the facts state as this candidate has been told it.
    """
    limit = limit_deadline(facts)
    if facts.speaking:
        return limit
    silence = _silence_deadline(facts, profile)
    return silence if silence is not None and silence.at_ms < limit.at_ms else limit


def _silence_deadline(facts: TurnFacts, profile: TurnProfile) -> TurnDeadline | None:
    if facts.speech_stopped_at_ms is not None and facts.speech_ms >= profile.minimum_speech_ms:
        patience_ms = find_patience_ms(facts, profile)
        return TurnDeadline(_after_moment(facts.speech_stopped_at_ms + patience_ms, facts), "end_silence")
    if facts.resumed_at_ms is not None and facts.speech_stopped_at_ms is None:
        # Finding back into one's answer takes longer than a pause in it.
        patience_ms = _stretch(profile.nudge_silence_ms, profile)
        return TurnDeadline(_after_moment(facts.resumed_at_ms + patience_ms, facts), "end_silence")
    if facts.nudged:
        return None
    # Nothing said yet, or no more than a cough.
    quiet_since_ms = facts.listening_since_ms if facts.speech_stopped_at_ms is None else facts.speech_stopped_at_ms
    return TurnDeadline(_after_moment(quiet_since_ms + _stretch(profile.nudge_silence_ms, profile), facts), "nudge")


def _after_moment(at_ms: int, facts: TurnFacts) -> int:
    return at_ms if facts.moment_until_ms is None else max(at_ms, facts.moment_until_ms)


def _stretch(duration_ms: int, profile: TurnProfile) -> int:
    return round(duration_ms * profile.time_multiplier)

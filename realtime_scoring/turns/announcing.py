"""The end of an answer's time: told before, put off once if asked for, and never in the middle of a sentence.

WCAG 2.2 success criterion 2.2.1 (timing adjustable): the warning leaves far more than twenty seconds to ask for more.
"""

from __future__ import annotations

from realtime_scoring.types import TurnDeadline, TurnFacts

WARNED_BEFORE_MS = 30_000
WARNED_SHARE = 0.1
"""Of the limit: a long answer needs a longer warning to be brought to its end."""
SENTENCE_GRACE_MS = 10_000
"""So long the end waits for the sentence that is being said."""
_SENTENCE_PAUSE_MS = 700


def warning_before_ms(time_limit_ms: int) -> int:
    """How long before the end it is told; of a very short time at most half."""
    return min(max(WARNED_BEFORE_MS, round(time_limit_ms * WARNED_SHARE)), time_limit_ms // 2)


def limit_deadline(facts: TurnFacts) -> TurnDeadline:
    """The warning, and after it the end."""
    limit_at_ms = facts.listening_since_ms + facts.time_limit_ms
    if not facts.warned:
        return TurnDeadline(limit_at_ms - warning_before_ms(facts.time_limit_ms), "warn_time")
    return TurnDeadline(_end_at_ms(limit_at_ms, facts), "end_time_limit")


def _end_at_ms(limit_at_ms: int, facts: TurnFacts) -> int:
    latest_ms = limit_at_ms + SENTENCE_GRACE_MS
    if facts.speaking:
        return latest_ms
    if facts.speech_stopped_at_ms is None:
        return limit_at_ms
    return max(limit_at_ms, min(facts.speech_stopped_at_ms + _SENTENCE_PAUSE_MS, latest_ms))


def extended_limit_ms(time_limit_ms: int, spent_ms: int) -> int:
    """The remaining time doubled."""
    return time_limit_ms + max(0, time_limit_ms - spent_ms)

"""Which stretch of a segment a partial listens to: short, whatever the length of the segment, and cut between words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from media.transcription.policy.agreement import Heard
from media.transcription.policy.settings import CaptionSettings
from media.transcription.policy.tokens import Token
from media.types import SAMPLE_RATE_HZ, Samples

_PER_MS = SAMPLE_RATE_HZ // 1000
_STEP_MS = 20
_LOUDNESS_STEP_DB = 3.0
_SLACK_MS = 60
"""By so much may word times be wrong: a quiet place is looked for that far into the words on both sides."""
_LEAD_MS = 400
"""What is kept of a long pause before the word behind it."""


@dataclass(frozen=True, slots=True)
class Window:
    """Of a segment; the committed tokens from number `first` on are inside. `skipped`: there is speech before it that
    was never listened to."""

    t_start_ms: int
    t_end_ms: int
    first: int
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a segment when its next window is chosen."""

    samples: Samples
    committed: Sequence[Token]
    heard: Heard

    @property
    def end_ms(self) -> int:
        return len(self.samples) // _PER_MS


def choose_window(last: Window, known: Known, settings: CaptionSettings, window_ms: int) -> Window:
    """The one after `last`. It never goes back and is never longer than the limit: what is left over then is listened
    to next time, unless the recogniser is so far behind that it would not catch up."""
    window = replace(last, t_end_ms=known.end_ms, skipped=False)
    if _length(window) > window_ms:
        window = _trim(window, known, settings, window_ms)
    if _length(window) <= settings.window_limit_ms:
        return window
    window = _leave_silence(window, known, window_ms)
    if _length(window) > settings.give_up_ms:
        return Window(known.end_ms - window_ms, known.end_ms, len(known.committed), skipped=True)
    return replace(window, t_end_ms=min(window.t_end_ms, window.t_start_ms + settings.window_limit_ms))


def _length(window: Window) -> int:
    return window.t_end_ms - window.t_start_ms


def _trim(window: Window, known: Known, settings: CaptionSettings, window_ms: int) -> Window:
    """Begins behind the last committed word that leaves enough context; with less of it where the rest is long."""
    context_ms = min(settings.context_ms, window_ms // 3)
    chosen = None
    start_ms = window.t_start_ms
    for number in range(window.first, len(known.committed)):
        token = known.committed[number]
        leaves_context = known.committed[-1].t_end_ms - token.t_end_ms >= context_ms
        if not leaves_context and window.t_end_ms - start_ms <= window_ms:
            break
        if token.key:
            chosen, start_ms = number, max(start_ms, token.t_end_ms)
    if chosen is None:
        return window
    start_ms = max(window.t_start_ms, _find_border(known, chosen))
    return replace(window, t_start_ms=start_ms, first=chosen + 1)


def _leave_silence(window: Window, known: Known, window_ms: int) -> Window:
    """Leaves behind what was listened to and found to hold no word."""
    unstable = next((token for token in known.heard.tokens if token.key), None)
    silent_until_ms = unstable.t_start_ms if unstable else known.heard.t_end_ms
    start_ms = min(silent_until_ms - _LEAD_MS, window.t_end_ms - window_ms)
    if start_ms <= window.t_start_ms:
        return window
    return replace(window, t_start_ms=start_ms, first=len(known.committed))


def _find_border(known: Known, number: int) -> int:
    """Between a committed word and the word after it, in milliseconds: where it is quietest."""
    word = known.committed[number]
    following = next((token for token in [*known.committed[number + 1 :], *known.heard.tokens] if token.key), None)
    begins_ms, ends_ms = word.t_end_ms, word.t_end_ms
    latest_ms = known.end_ms
    if following is not None:
        ends_ms = max(begins_ms, following.t_start_ms)
        latest_ms = (following.t_start_ms + following.t_end_ms) // 2
    begins_ms = max(begins_ms, ends_ms - _LEAD_MS)
    earliest_ms = (word.t_start_ms + word.t_end_ms) // 2
    low_ms = max(begins_ms - _SLACK_MS, earliest_ms)
    high_ms = min(ends_ms + _SLACK_MS, max(latest_ms, low_ms))
    return _find_quietest(known.samples, low_ms, high_ms, (begins_ms + ends_ms) // 2)


def _find_quietest(samples: Samples, low_ms: int, high_ms: int, best_ms: int) -> int:
    """The middle of the quietest step between the two, the one closest to `best_ms` of those equally quiet."""
    quietest = (np.inf, 0.0, best_ms)
    for at_ms in range(low_ms, high_ms - _STEP_MS + 1, _STEP_MS // 2):
        step = samples[at_ms * _PER_MS : (at_ms + _STEP_MS) * _PER_MS]
        level_db = 10 * np.log10(float(np.mean(np.square(step))) + 1e-9) if len(step) else 0.0
        middle_ms = at_ms + _STEP_MS // 2
        quietest = min(quietest, (level_db // _LOUDNESS_STEP_DB, abs(middle_ms - best_ms), middle_ms))
    return quietest[2]

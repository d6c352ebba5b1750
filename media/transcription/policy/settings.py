"""Every number of the captions that may be turned, with the value that was found to work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class CaptionSettings:
    """Times in milliseconds of audio."""

    window_ms: int = 3_600
    """What a partial listens to is trimmed at a committed word when it is longer; the window of features that it fills
    is what it costs. Real Whisper likes longer ones better."""
    window_limit_ms: int = 9_600
    """Longer is no partial, whatever was or was not understood."""
    context_ms: int = 1_000
    """So much committed speech stays in the window, for the recogniser to find its way in."""
    guard_ms: int = 400
    """A word that ends closer to the end of the samples may be cut off: it is not committed."""
    sure_guard_ms: int = 500
    """The same, for a word that one hypothesis alone is to commit."""
    sure_above: float = 0.95
    """A word of this probability needs no second hypothesis."""
    patience_ms: int = 4_000
    """A word that ended so long ago and still has no two hypotheses for it is committed as it was heard last: else one
    doubtful word would hold up all behind it."""
    fresh_ms: int = 120
    fresh_above: float = 0.6
    """A less probable last word that ends closer to the end of the samples is being spoken and not shown yet."""
    give_up_ms: int = 20_000
    """A recogniser so far behind skips to what is being said now; the final text has what was skipped."""

    @classmethod
    def fit(cls, window_s: int) -> Self:
        """For a recogniser that fills up a partial's audio to so many seconds anyway: what more it hears of the speech
        costs only the words in it. Longer than 12 s would not be followed in time."""
        if window_s >= 15:
            return cls(window_ms=12_000, window_limit_ms=14_400, context_ms=4_000)
        if window_s >= 10:
            return cls(window_ms=8_000, context_ms=2_500)
        return cls()

"""How much one socket may send: a token bucket, and a count of what came to nothing."""

from __future__ import annotations

from collections.abc import Callable

from server.errors import InterviewError, TooManyRequests
from server.signalling.ending import CloseCode, SocketEnded

RATE_PER_S = 50.0
BURST = 100.0
INVALID_IN_A_ROW = 20
REFUSED_IN_A_ROW = 100


class Allowance:
    def __init__(self, now_s: Callable[[], float], rate_per_s: float = RATE_PER_S, burst: float = BURST) -> None:
        self._now_s = now_s
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._filled_at_s = now_s()
        self._left = burst
        self._invalid = 0
        self._refused = 0

    def take(self) -> bool:
        """Whether a further frame is within the rate."""
        now_s = self._now_s()
        self._left = min(self._burst, self._left + (now_s - self._filled_at_s) * self._rate_per_s)
        self._filled_at_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def at_ease(self) -> bool:
        """Frames have not come faster than the rate for a while."""
        return self._left > self._burst / 2

    def note_good(self) -> None:
        self._invalid = self._refused = 0

    def note_bad(self, error: InterviewError) -> bool:
        """Whether it is worth a note: of what comes too fast the first in a row is. Raises SocketEnded when it is
        enough."""
        if isinstance(error, TooManyRequests):
            self._refused += 1
        else:
            self._invalid += 1
        if self._invalid >= INVALID_IN_A_ROW or self._refused >= REFUSED_IN_A_ROW:
            raise SocketEnded(CloseCode.PROTOCOL_ERROR, "too many invalid frames")
        return self._refused == 1 or not isinstance(error, TooManyRequests)

"""Which number of speakers to try next. Pure."""

from __future__ import annotations


class Ramp:
    """Doubles from `first` until a number fails, then halves the rest, until the step is a tenth of the answer or one.

    At most `tries`; `knee` is the highest number that held, 0 when none did.
    """

    def __init__(self, first: int, *, tries: int) -> None:
        self._first = max(1, first)
        self._left = tries
        self.knee = 0
        self._failed: int | None = None

    def next(self) -> int | None:
        """None when the knee is known well enough."""
        if self._left == 0:
            return None
        if self._failed is None:
            return self._first if self.knee == 0 else max(self.knee + 1, round(self.knee * 1.5))
        if self._failed - self.knee <= max(1, self.knee // 10):
            return None
        return (self.knee + self._failed) // 2

    def note(self, sessions: int, *, held: bool) -> None:
        self._left -= 1
        if held:
            self.knee = max(self.knee, sessions)
        elif self._failed is None or sessions < self._failed:
            self._failed = sessions

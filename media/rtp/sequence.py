"""Numbers that wrap around, made to go on (RFC 3550 appendix A.1)."""

from __future__ import annotations


class Unwrapper:
    """Counts on from `bits`-wide numbers; the first one keeps its value. A step of up to half the range in either
    direction is taken for what it is, so reordered numbers unwrap rightly."""

    def __init__(self, bits: int) -> None:
        self._range = 1 << bits
        self._last: int | None = None

    def unwrap(self, number: int) -> int:
        if self._last is None:
            self._last = number
            return number
        step = (number - self._last) % self._range
        if step >= self._range // 2:
            step -= self._range
        value = self._last + step
        if step > 0:
            self._last = value
        return value

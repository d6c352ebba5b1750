"""One mistake in a rubric."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` is the path to the value (`("indicators", 0, "label", "en")`); `mend` says what to do about it."""

    place: Place
    message: str
    mend: str

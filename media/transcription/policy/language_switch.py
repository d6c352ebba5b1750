"""Notices that a candidate goes on in the other language."""

from __future__ import annotations

from media.types import LanguageCode

SHORTEST_MS = 3_000
SURE_ABOVE = 0.8
IN_A_ROW = 2


class LanguageSwitch:
    """One per interview. Told, never guessed at: nobody changes the interview's language but people."""

    def __init__(self, language: LanguageCode) -> None:
        self._language = language
        self._row: list[LanguageCode] = []
        self._told: LanguageCode = language

    def hear(self, spoken: LanguageCode | None, probability: float, duration_ms: int) -> LanguageCode | None:
        """Of each final in turn. The language that is spoken now, once, when it is another than was last told.
        Short and doubtful finals neither count nor break a row."""
        if spoken is None or probability <= SURE_ABOVE or duration_ms < SHORTEST_MS:
            return None
        self._row = [*self._row, spoken][-IN_A_ROW:]
        if self._row != [spoken] * IN_A_ROW or spoken == self._told:
            return None
        self._told = spoken
        return spoken if spoken != self._language else None

"""How far to cut down: a step up when the strain lasts, a step down when it has been gone for longer.

Which steps there are says `DegradeLevel`.
"""

from __future__ import annotations

from media.transcription.condition import DegradeLevel
from media.transcription.scheduling.settings import LadderSettings


class Ladder:
    """Pure. Late partials cost partials only: the steps that cut finals or turn people away need late finals."""

    def __init__(self, settings: LadderSettings) -> None:
        self._settings = settings
        self._level = DegradeLevel.NORMAL
        self._finals_late_since_s: float | None = None
        self._partials_late_since_s: float | None = None
        self._calm_since_s: float | None = None
        self._down_after_s = settings.down_after_s
        self._went_down_s = float("-inf")

    @property
    def level(self) -> DegradeLevel:
        return self._level

    def observe(self, now_s: float, *, final_wait_s: float, partial_wait_s: float) -> DegradeLevel:
        """95th percentiles, those that still wait included; to be called several times a second."""
        settings = self._settings
        finals_late = final_wait_s > settings.final_high_s
        partials_late = partial_wait_s > settings.partial_high_s and self._level < DegradeLevel.FIRST_ONLY
        calm = final_wait_s < settings.final_low_s and partial_wait_s < settings.partial_low_s
        self._finals_late_since_s = _begin(self._finals_late_since_s, now_s) if finals_late else None
        self._partials_late_since_s = _begin(self._partials_late_since_s, now_s) if partials_late else None
        self._calm_since_s = _begin(self._calm_since_s, now_s) if calm else None
        if _lasts(self._finals_late_since_s, now_s, settings.up_after_s) or _lasts(
            self._partials_late_since_s, now_s, settings.partials_up_after_s
        ):
            self._go_up(now_s)
        elif _lasts(self._calm_since_s, now_s, self._down_after_s):
            self._go_down(now_s)
        return self._level

    def _go_up(self, now_s: float) -> None:
        if self._level is max(DegradeLevel):
            return
        if now_s - self._went_down_s <= self._down_after_s:
            self._down_after_s = min(self._down_after_s * 2, self._settings.down_after_most_s)
        self._level = DegradeLevel(self._level + 1)
        self._finals_late_since_s = self._partials_late_since_s = None

    def _go_down(self, now_s: float) -> None:
        if self._level is DegradeLevel.NORMAL:
            self._down_after_s = self._settings.down_after_s
        else:
            self._level = DegradeLevel(self._level - 1)
            self._went_down_s = now_s
        self._calm_since_s = now_s


def _begin(since_s: float | None, now_s: float) -> float:
    return now_s if since_s is None else since_s


def _lasts(since_s: float | None, now_s: float, how_long_s: float) -> bool:
    return since_s is not None and now_s - since_s >= how_long_s

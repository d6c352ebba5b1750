"""Whether one more interview can begin, by how long finals wait."""

from __future__ import annotations

from media.transcription.condition import Admission, DegradeLevel
from media.transcription.scheduling.settings import AdmissionSettings


class AdmissionGate:
    """Pure. Interviews that have begun go on whatever it says."""

    def __init__(self, settings: AdmissionSettings) -> None:
        self._settings = settings
        self._admitted_s = float("-inf")

    def decide(self, now_s: float, *, final_wait_s: float, level: DegradeLevel) -> Admission:
        """Each yes counts as an interview that begins now."""
        settings = self._settings
        if level >= DegradeLevel.REFUSING or final_wait_s > settings.refuse_above_s:
            return Admission(False, max(final_wait_s, settings.one_each_s))
        next_s = self._admitted_s + settings.one_each_s
        if final_wait_s >= settings.free_below_s and now_s < next_s:
            return Admission(False, next_s - now_s)
        self._admitted_s = now_s
        return Admission(True, final_wait_s)

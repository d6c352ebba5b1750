"""Whether one more interview can begin, by how long finals wait and how many have just begun."""

from __future__ import annotations

from media.transcription.condition import Admission, DegradeLevel
from media.transcription.scheduling.settings import AdmissionSettings

_WHOLE = 1 - 1e-9


class AdmissionGate:
    """Pure. A token bucket, which is left alone as soon as finals wait. Interviews that have begun go on whatever it
    says, and are not asked about again."""

    def __init__(self, settings: AdmissionSettings) -> None:
        self._settings = settings
        self._admitted_s = float("-inf")
        self._spent = 0.0
        self._spent_s = 0.0

    def decide(self, now_s: float, *, final_wait_s: float, level: DegradeLevel, threads: int) -> Admission:
        """Each yes counts as an interview that begins now. `threads`: of all engines; none there counts as one."""
        settings = self._settings
        if level >= DegradeLevel.REFUSING or final_wait_s > settings.refuse_above_s:
            return Admission(False, max(final_wait_s, settings.one_each_s))
        next_s = self._admitted_s + settings.one_each_s
        if final_wait_s >= settings.free_below_s and now_s < next_s:
            return Admission(False, next_s - now_s)
        threads = max(1, threads)
        each_s = settings.one_each_s / threads
        spent = max(0.0, self._spent - (now_s - self._spent_s) / each_s)
        room = settings.burst * threads - spent
        if room < _WHOLE:
            return Admission(False, (1 - room) * each_s)
        self._spent, self._spent_s, self._admitted_s = spent + 1, now_s, now_s
        return Admission(True, final_wait_s)

"""How the workers are doing, as this process sees it: by how long its own jobs wait, and by what workers say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from media.errors import PartialShed, PartialSuperseded, TranscriptionError
from media.transcription.condition import Admission, DegradeLevel, RecogniserStats, Watcher
from media.transcription.scheduling.admission import AdmissionGate
from media.transcription.scheduling.cadence import Cadence
from media.transcription.scheduling.ladder import Ladder
from media.transcription.scheduling.measures import Recent, Tally
from media.transcription.scheduling.settings import SchedulingSettings
from media.types import Transcription
from server.recognition.answer import Answer
from server.recognition.pending import Pending
from server.recognition.roster import Roster

FORGOTTEN_AFTER_S = 600.0
STARTS_LATE_S = 0.1
"""So long the way to an idle worker may take: it is no wait."""


class Pressure:
    """The same measures as those of a recogniser in this process, on waits that end where a worker takes the job; how
    long jobs wait inside a worker is in the level that it tells."""

    def __init__(self, settings: SchedulingSettings | None = None) -> None:
        settings = settings or SchedulingSettings()
        self._cadence = Cadence(settings.cadence)
        self._ladder = Ladder(settings.ladder)
        self._gate = AdmissionGate(settings.admission)
        self._final_waits_s = Recent(settings.final_horizon_s)
        self._partial_waits_s = Recent(settings.partial_horizon_s)
        self._services_s = Recent(settings.final_horizon_s)
        self._watchers: list[Watcher] = []
        self._shown: set[str] = set()
        self._used_s: dict[str, float] = {}
        self._final_wait_s = self._partial_wait_s = 0.0
        self._busy = 0.0
        self._threads = 0
        self._tally = Tally()
        self.level = DegradeLevel.NORMAL

    def partial_interval_s(self, stream_id: str) -> float:
        return self._cadence.interval_s(stream_id, self.level.interval_factor)

    def check_partial(self, stream_id: str) -> None:
        """Raises PartialShed where only the first one of a speech is taken."""
        if self.level >= DegradeLevel.FIRST_ONLY and stream_id in self._shown:
            raise PartialShed("the workers have no time for further partials")

    def begin_final(self, stream_id: str) -> None:
        """What is spoken after it is a speech of its own."""
        self._shown.discard(stream_id)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        self._watchers.append(watcher)

        def unwatch() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return unwatch

    def admits(self) -> Admission:
        """Without any worker as well: the interview is held, and its text comes later. Each process that asks the
        same workers has a burst of its own."""
        return self._gate.decide(
            time.monotonic(), final_wait_s=self._final_wait_s, level=self.level, threads=self._threads
        )

    def look(self, roster: Roster, pending: Iterable[Pending], now_s: float) -> None:
        """Once in a while. Those that still wait in Redis count as well."""
        pending = list(pending)
        finals = _waits_s([each for each in pending if each.final], roster, ("final", "speculative"), now_s)
        partials = _waits_s([each for each in pending if not each.final], roster, ("partial",), now_s)
        self._final_wait_s = self._final_waits_s.p95(now_s, finals)
        self._partial_wait_s = self._partial_waits_s.p95(now_s, partials)
        self._threads = roster.threads
        self._forget_streams(now_s)
        self._cadence.adjust(now_s, self._partial_wait_s)
        own = self._ladder.observe(now_s, final_wait_s=self._final_wait_s, partial_wait_s=self._partial_wait_s)
        theirs = min((card.level for card in roster.cards.values()), default=DegradeLevel.NORMAL)
        self._busy = sum(card.busy * card.threads for card in roster.cards.values()) / max(1, roster.threads)
        self._set_level(max(own, DegradeLevel(theirs)))

    # --- what happened

    def note_answered(self, pending: Pending, answer: Answer, now_s: float) -> None:
        wait_s, service_s = max(0.0, answer.waited_ms / 1000 - STARTS_LATE_S), answer.took_ms / 1000
        self._services_s.note(now_s, service_s)
        if pending.final:
            self._tally.finals += 1
            if isinstance(answer.outcome, Transcription):
                self._tally.note_faults(answer.outcome.faults)
            self._final_waits_s.note(now_s, wait_s)
            return
        self._tally.partials += 1
        self._partial_waits_s.note(now_s, wait_s)
        self._cadence.note_shown(pending.job.stream_id, now_s, service_s)
        self._shown.add(pending.job.stream_id)
        self._used_s[pending.job.stream_id] = now_s

    def note_failed(self, error: TranscriptionError) -> None:
        if isinstance(error, PartialSuperseded):
            self._tally.superseded += 1
        elif isinstance(error, PartialShed):
            self._tally.shed += 1
        else:
            self._tally.failed += 1

    def note_timed_out(self) -> None:
        self._tally.timed_out += 1

    def stats(self, *, waiting_finals: int, waiting_partials: int, retried: int) -> RecogniserStats:
        return RecogniserStats(
            waiting_finals=waiting_finals,
            waiting_partials=waiting_partials,
            finals=self._tally.finals,
            partials=self._tally.partials,
            superseded=self._tally.superseded,
            shed=self._tally.shed,
            failed=self._tally.failed,
            timed_out=self._tally.timed_out,
            retried=retried,
            final_wait_p95_ms=self._final_wait_s * 1000,
            partial_wait_p95_ms=self._partial_wait_s * 1000,
            decode_p95_ms=self._services_s.p95(time.monotonic()) * 1000,
            busy=self._busy,
            level=self.level,
            faults=self._tally.faults,
        )

    def _forget_streams(self, now_s: float) -> None:
        """Nobody tells when one has ended."""
        for stream_id in [each for each, used_s in self._used_s.items() if now_s - used_s > FORGOTTEN_AFTER_S]:
            del self._used_s[stream_id]
            self._shown.discard(stream_id)
            self._cadence.forget(stream_id)

    def _set_level(self, level: DegradeLevel) -> None:
        if level == self.level:
            return
        self.level = level
        for watcher in tuple(self._watchers):
            asyncio.get_running_loop().call_soon(watcher, level)  # what it does wrong is not our end


def _waits_s(pending: list[Pending], roster: Roster, kinds: tuple[str, ...], now_s: float) -> list[float]:
    """How long those have waited that nobody has taken: jobs are taken in the order in which they came, so it is the
    youngest."""
    waiting = sum(roster.backlog[kind].waiting for kind in kinds if kind in roster.backlog)
    in_redis = sorted(each.asked_s for each in pending if each.entry is not None)
    here = [each.asked_s for each in pending if each.entry is None]
    return [now_s - asked_s for asked_s in (*in_redis[max(0, len(in_redis) - waiting) :], *here)]

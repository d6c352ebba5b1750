"""Cuts the stream into segments to transcribe: in sample counts, never by a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from media.hearing.history import History
from media.hearing.vad import FRAME, SpeechSwitch, Turned
from media.settings import MediaSettings
from media.types import SAMPLE_RATE_HZ, Samples, SpeechStarted, SpeechStopped

_SHORTEST_WORD_MS = 80
_QUIET_WINDOW = SAMPLE_RATE_HZ // 10
_PER_MS = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Segment:
    """`complete` is false for a look at a segment that is still being spoken. `speech_share`: of its frames of 10 ms,
    those with a voice, 0..1. `as_offered`: sample for sample what was offered last."""

    segment_id: str
    t_start_ms: int
    samples: Samples
    complete: bool
    speech_share: float = 1.0
    as_offered: bool = False

    @property
    def t_end_ms(self) -> int:
        return self.t_start_ms + len(self.samples) // _PER_MS


@dataclass(frozen=True, slots=True)
class SegmentOffered:
    """The open segment as it will be, sample for sample, if no voice follows. It may be offered again, longer, after
    the offer was withdrawn."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    """Speech has resumed: the segment goes on."""

    segment_id: str


SegmentEvent = SpeechStarted | SpeechStopped | SegmentOffered | OfferWithdrawn | Segment


class Segmenter:
    """Positions are samples since `restart`. A segment opens some time before the voice that was noticed (pre-roll) and
    closes after enough silence, at the limit, or when told to. Early in that silence it is offered."""

    def __init__(self, settings: MediaSettings, name_segment: Callable[[], str]) -> None:
        self._settings = settings
        self._name_segment = name_segment
        self._limit = settings.segment_limit_ms * _PER_MS
        self._post_roll = min(settings.post_roll_ms, settings.speculative_after_ms) * _PER_MS
        self.thrifty = False
        """The recogniser has much to do: what may well go on is not offered."""
        self.restart(0)

    def restart(self, t_ms: int, *, behind_ms: int = 0) -> None:
        """The stream begins at `t_ms`; the next samples, `behind_ms` of them, are from before and only fill up. What
        was open is forgotten: `close` first."""
        self._origin_ms = t_ms - behind_ms
        self._switch = SpeechSwitch(
            self._settings.speech_start_ms,
            self._settings.speech_stop_ms,
            resume_ms=self._settings.speech_resume_ms,
            resume_within_ms=self._settings.speech_resume_within_ms,
        )
        self._history = History()
        self._floor = self._stopped_at = behind_ms * _PER_MS
        self._open_at: int | None = None
        self._offered_at: int | None = None
        self._segment_id = ""

    @property
    def speaking(self) -> bool:
        return self._switch.speaking

    def push(self, samples: Samples, voiced: list[bool]) -> list[SegmentEvent]:
        """`samples` are whole frames of 10 ms, one verdict each."""
        first_frame = self._history.end // FRAME
        self._history.push(samples, voiced)
        events: list[SegmentEvent] = []
        for number, verdict in enumerate(voiced, start=first_frame + 1):
            events += self._step(number * FRAME, verdict)
        self._forget()
        return events

    def close(self) -> list[SegmentEvent]:
        """Ends the open segment here, with a last short word if there is one."""
        events: list[SegmentEvent] = []
        for turned in self._switch.finish(_SHORTEST_WORD_MS):
            events += self._turn(turned)
        if self._open_at is not None:
            events += self._finish(self._open_at, self._history.end)
        self._floor = max(self._floor, self._history.end)
        return events

    def snapshot(self) -> Segment | None:
        """The open segment so far."""
        if self._open_at is None:
            return None
        return self._cut(self._open_at, self._history.end, complete=False)

    def _step(self, position: int, voiced: bool) -> list[SegmentEvent]:
        turned = self._switch.push(voiced)
        events = self._turn(turned) if turned is not None else []
        if self._open_at is None:
            return events
        events += self._withdraw()
        offered = self._offered_at is not None
        silence = position - self._silent_from
        if not self._switch.speaking and self._is_quiet_enough(silence, position - self._open_at):
            return events + self._finish(self._open_at, position)
        if position - self._open_at >= self._limit and not (offered and self._switch.speaking):
            return events + self._split(self._open_at, position)
        if not offered and self._is_worth_offering(silence, position - self._open_at):
            events += self._offer(self._open_at)
        return events

    def _is_worth_offering(self, silence: int, length: int) -> bool:
        settings = self._settings
        if not self.thrifty:
            return silence >= settings.speculative_after_ms * _PER_MS
        short = length <= settings.thrifty_speculation_limit_ms * _PER_MS
        return short and silence >= settings.thrifty_speculation_after_ms * _PER_MS

    @property
    def _silent_from(self) -> int:
        """Behind the last voice."""
        return self._switch.after_voice * FRAME

    def _is_quiet_enough(self, silence: int, length: int) -> bool:
        """For long; or for a shorter while, if the segment has its length."""
        enough = length >= self._settings.segment_enough_ms * _PER_MS
        needed_ms = self._settings.segment_pause_ms if enough else self._settings.segment_silence_ms
        return silence >= needed_ms * _PER_MS and not self._switch.stirring

    def _turn(self, turned: Turned) -> list[SegmentEvent]:
        at, edge = turned.at * FRAME, self._settings.speech_edge_ms * _PER_MS
        if turned.to == "silence":
            self._stopped_at = min(at + edge, self._history.end)
            return [SpeechStopped(self._ms(self._stopped_at))]
        if self._open_at is None:
            start = at - self._settings.pre_roll_ms * _PER_MS
            self._open_at = max(start, self._floor, self._history.start)
            self._segment_id = self._name_segment()
        return [SpeechStarted(self._ms(max(at - edge, self._stopped_at)))]

    def _offer(self, open_at: int) -> list[SegmentEvent]:
        segment = self._cut(open_at, max(open_at, self._silent_from + self._post_roll), complete=True)
        if not len(segment.samples):
            return []
        self._offered_at = self._silent_from
        return [SegmentOffered(segment)]

    def _withdraw(self) -> list[SegmentEvent]:
        if self._offered_at is None or self._offered_at == self._silent_from:
            return []
        self._offered_at = None
        return [OfferWithdrawn(self._segment_id)]

    def _finish(self, open_at: int, position: int) -> list[SegmentEvent]:
        """Ends the open segment at `position` or, in silence, shortly after the last voice."""
        events = self._withdraw()
        end = max(open_at, min(position, self._silent_from + self._post_roll))
        segment = self._cut(open_at, end, complete=True)
        self._floor = end
        self._open_at = self._offered_at = None
        return [*events, segment] if len(segment.samples) else events

    def _split(self, open_at: int, position: int) -> list[SegmentEvent]:
        """Ends the segment where it was silent; or at the quietest 100 ms of the last seconds, and what follows opens
        the next one."""
        if self._offered_at is not None:
            return self._finish(open_at, position)
        latest = open_at + self._limit
        earliest = latest - self._settings.cut_search_ms * _PER_MS
        cut = self._history.find_quietest(earliest, latest, _QUIET_WINDOW)
        segment = self._cut(open_at, cut, complete=True)
        self._open_at = self._floor = cut
        self._segment_id = self._name_segment()
        return [segment]

    def _cut(self, start: int, end: int, *, complete: bool) -> Segment:
        return Segment(
            self._segment_id,
            self._ms(start),
            self._history.cut(start, end),
            complete,
            speech_share=self._history.measure_speech(start, end),
            as_offered=complete and self._offered_at is not None,
        )

    def _forget(self) -> None:
        """Keeps the open segment, or enough for the pre-roll of one that may have begun already."""
        margin = (self._settings.pre_roll_ms + 2 * self._settings.speech_start_ms) * _PER_MS
        self._history.forget(self._open_at if self._open_at is not None else self._history.end - margin)

    def _ms(self, position: int) -> int:
        return self._origin_ms + position // _PER_MS

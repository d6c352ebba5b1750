"""Cuts the stream into segments to transcribe: in sample counts, never by a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from media.hearing.vad import FRAME, SpeechSwitch
from media.settings import MediaSettings
from media.types import SAMPLE_RATE_HZ, Samples, SpeechStarted, SpeechStopped

_SHORTEST_WORD_MS = 80
_QUIET_WINDOW = SAMPLE_RATE_HZ // 10
_PER_MS = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Segment:
    """`complete` is false for a look at a segment that is still being spoken."""

    segment_id: str
    t_start_ms: int
    samples: Samples
    complete: bool

    @property
    def t_end_ms(self) -> int:
        return self.t_start_ms + len(self.samples) // _PER_MS


SegmentEvent = SpeechStarted | SpeechStopped | Segment


class Segmenter:
    """Positions are samples since `restart`. A segment opens some time before the voice that was noticed (pre-roll) and
    closes after enough silence, at the limit, or when told to."""

    def __init__(self, settings: MediaSettings, name_segment: Callable[[], str]) -> None:
        self._settings = settings
        self._name_segment = name_segment
        self.restart(0)

    def restart(self, t_ms: int) -> None:
        """The next sample is at `t_ms`. What was open is forgotten: `close` first."""
        self._origin_ms = t_ms
        self._switch = SpeechSwitch(self._settings.speech_start_ms, self._settings.speech_stop_ms)
        self._buffer = np.zeros(0, np.float32)
        self._buffer_at = 0
        self._floor = 0
        self._open_at: int | None = None
        self._segment_id = ""

    @property
    def speaking(self) -> bool:
        return self._switch.speaking

    def push(self, samples: Samples, voiced: list[bool]) -> list[SegmentEvent]:
        """`samples` are whole frames of 10 ms, one verdict each."""
        first_frame = self._end // FRAME
        self._buffer = np.concatenate([self._buffer, samples])
        events: list[SegmentEvent] = []
        for number, verdict in enumerate(voiced, start=first_frame + 1):
            events += self._step(number * FRAME, verdict)
        self._forget()
        return events

    def close(self) -> list[SegmentEvent]:
        """Ends the open segment here, with a last short word if there is one."""
        events: list[SegmentEvent] = []
        for turned in self._switch.finish(_SHORTEST_WORD_MS):
            if turned.to == "speech":
                events.append(self._open(turned.at * FRAME))
            else:
                events.append(SpeechStopped(self._ms(turned.at * FRAME)))
        if self._open_at is not None:
            events.append(self._finish(self._open_at, self._end))
        self._floor = self._end
        return events

    def snapshot(self) -> Segment | None:
        """The open segment so far."""
        if self._open_at is None:
            return None
        return self._cut(self._open_at, self._end, complete=False)

    @property
    def _end(self) -> int:
        return self._buffer_at + len(self._buffer)

    def _step(self, position: int, voiced: bool) -> list[SegmentEvent]:
        events: list[SegmentEvent] = []
        turned = self._switch.push(voiced)
        if turned is not None:
            if turned.to == "speech":
                events.append(self._open(turned.at * FRAME))
            else:
                events.append(SpeechStopped(self._ms(turned.at * FRAME)))
        if self._open_at is None:
            return events
        if not self._switch.speaking and self._is_quiet_enough(position, self._open_at):
            events.append(self._finish(self._open_at, position))
        elif position - self._open_at >= self._settings.segment_limit_ms * _PER_MS:
            events.append(self._split(self._open_at, position))
        return events

    def _is_quiet_enough(self, position: int, open_at: int) -> bool:
        """Out of speech; and long so, unless the segment has its length."""
        if self._switch.stirring:
            return False
        if position - open_at >= self._settings.segment_enough_ms * _PER_MS:
            return True
        return position - self._switch.after_voice * FRAME >= self._settings.segment_silence_ms * _PER_MS

    def _open(self, voice_at: int) -> SpeechStarted:
        if self._open_at is None:
            start = voice_at - self._settings.pre_roll_ms * _PER_MS
            self._open_at = max(start, self._floor, self._buffer_at)
            self._segment_id = self._name_segment()
        return SpeechStarted(self._ms(voice_at))

    def _finish(self, open_at: int, position: int) -> Segment:
        """Ends the open segment at `position` or, in silence, shortly after the last voice."""
        end = min(position, self._switch.after_voice * FRAME + self._settings.post_roll_ms * _PER_MS)
        segment = self._cut(open_at, max(end, open_at), complete=True)
        self._floor = max(end, open_at)
        self._open_at = None
        return segment

    def _split(self, open_at: int, position: int) -> Segment:
        """Cuts at the quietest 100 ms of the last seconds; what follows opens the next segment."""
        search = self._settings.cut_search_ms * _PER_MS
        tail = self._buffer[position - search - self._buffer_at : position - self._buffer_at]
        windows = tail[: len(tail) // _QUIET_WINDOW * _QUIET_WINDOW].reshape(-1, _QUIET_WINDOW)
        quietest = int(np.argmin(np.mean(windows**2, axis=1)))
        cut = position - search + quietest * _QUIET_WINDOW + _QUIET_WINDOW // 2
        segment = self._cut(open_at, cut, complete=True)
        self._open_at = self._floor = cut
        self._segment_id = self._name_segment()
        return segment

    def _cut(self, start: int, end: int, *, complete: bool) -> Segment:
        samples = self._buffer[start - self._buffer_at : end - self._buffer_at].copy()
        return Segment(self._segment_id, self._ms(start), samples, complete)

    def _forget(self) -> None:
        """Keeps the open segment, or enough for the pre-roll of one that may have begun already."""
        margin = (self._settings.pre_roll_ms + 2 * self._settings.speech_start_ms) * _PER_MS
        keep_from = self._open_at if self._open_at is not None else max(self._buffer_at, self._end - margin)
        self._buffer = self._buffer[keep_from - self._buffer_at :]
        self._buffer_at = keep_from

    def _ms(self, position: int) -> int:
        return self._origin_ms + position // _PER_MS

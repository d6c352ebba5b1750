"""How often each stream shows a partial: as often as the engine can bear, for all alike in the long run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from media.transcription.scheduling.settings import CadenceSettings


@dataclass(slots=True)
class _Stream:
    interval_s: float
    service_s: float = 0.0
    cost_s: float = 0.0
    shown_s: float = float("-inf")


class Cadence:
    """Pure. All partials together have a share of the engine's time, which sets the interval as more people speak. When
    partials wait too long all the same, half of the streams wait longer before they ask again: those that ask most
    often, of equals those that have shown something most recently; when very long, all. When they do not wait, everyone
    asks a little sooner."""

    def __init__(self, settings: CadenceSettings) -> None:
        self._settings = settings
        self._streams: dict[str, _Stream] = {}
        self._adjusted_s = float("-inf")
        self._fair_s = 0.0

    def interval_s(self, stream_id: str, factor: float = 1.0) -> float:
        """`factor`: of the degrade level. Whatever the bounds, never less than twice what its last partial took."""
        stream = self._streams.get(stream_id)
        own_s = self._usual_s() if stream is None else stream.interval_s
        wanted_s = min(max(own_s, self._fair_s) * factor, self._settings.most_s)
        return max(wanted_s, self._settings.times_service * stream.service_s) if stream else wanted_s

    def note_shown(self, stream_id: str, now_s: float, service_s: float, cost_s: float = 0.0) -> None:
        """`cost_s`: its part of the call that took `service_s`. Without it, it counts for no share of the engine."""
        stream = self._streams.get(stream_id)
        if stream is None:
            stream = self._streams[stream_id] = _Stream(self._usual_s())
        stream.shown_s, stream.service_s, stream.cost_s = now_s, service_s, cost_s

    def adjust(self, now_s: float, wait_p95_s: float, *, threads: int = 1) -> None:
        """To be called often. The streams' own intervals change once in a while only, so that a change can show what it
        does. `threads`: of the engine."""
        settings = self._settings
        speaking_s = sum(
            stream.cost_s for stream in self._streams.values() if now_s - stream.shown_s <= settings.speaking_s
        )
        self._fair_s = speaking_s / (threads * settings.share)
        if now_s - self._adjusted_s < settings.adjust_every_s:
            return
        if wait_p95_s > settings.slow_above_s:
            eager = sorted(self._streams.values(), key=lambda stream: (stream.interval_s, -stream.shown_s))
            share = 1.0 if wait_p95_s > settings.slow_all_above_s else 0.5
            for stream in eager[: math.ceil(len(eager) * share)]:
                stream.interval_s = min(stream.interval_s * settings.slower, settings.most_s)
            self._adjusted_s = now_s
        elif wait_p95_s < settings.hasten_below_s:
            for stream in self._streams.values():
                stream.interval_s = max(stream.interval_s * settings.faster, settings.least_s)
            self._adjusted_s = now_s

    def forget(self, stream_id: str) -> None:
        self._streams.pop(stream_id, None)

    def _usual_s(self) -> float:
        """What a stream begins with: what the others have come to."""
        if not self._streams:
            return self._settings.least_s
        return sum(stream.interval_s for stream in self._streams.values()) / len(self._streams)

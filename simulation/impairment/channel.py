"""One direction of a bad network as arithmetic: which packets come out, and when. Pure, seeded, no clock of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass

from simulation.impairment.settings import Impairment

HEADER_BYTES = 28
"""IPv4 and UDP, which a slow line carries too."""


@dataclass(slots=True)
class Counters:
    """Of one direction; every packet that came in is in exactly one of `passed` and the `dropped_` counters.

    `dropped_stray`: no peer yet, or a sender that is none of ours. `overflowed` are those of the passed that got no
    further: too many in flight, or no socket would take them.
    """

    received: int = 0
    passed: int = 0
    passed_bytes: int = 0
    duplicated: int = 0
    reordered: int = 0
    dropped_random: int = 0
    dropped_burst: int = 0
    dropped_blackout: int = 0
    dropped_queue: int = 0
    dropped_stray: int = 0
    overflowed: int = 0

    @property
    def dropped(self) -> int:
        return (
            self.dropped_random + self.dropped_burst + self.dropped_blackout + self.dropped_queue + self.dropped_stray
        )


class Channel:
    """Each cause throws its own dice once for every packet, whatever became of it: the n-th packet is lost or not
    whatever else is set, and two runs with one seed lose the same ones."""

    def __init__(self, impairment: Impairment, seed: int | str, now_ms: float = 0.0) -> None:
        self.counters = Counters()
        self._loss, self._burst, self._jitter, self._reorder, self._duplicate = (
            random.Random(f"{seed}/{cause}") for cause in ("loss", "burst", "jitter", "reorder", "duplicate")
        )
        self._bad = False
        self._line_free_ms = self._last_out_ms = now_ms
        self.change(impairment, now_ms)

    def change(self, impairment: Impairment, now_ms: float) -> None:
        """From now on. What is in flight stays in flight, and the dice go on where they were."""
        self._impairment = impairment
        self._began_ms = now_ms

    def queue_ms(self, now_ms: float) -> float:
        """How long a packet that came now would wait for the line."""
        return max(0.0, self._line_free_ms - now_ms)

    def admit(self, size_bytes: int, now_ms: float) -> tuple[float, ...]:
        """When the packet comes out, and its duplicate if there is one; nothing when it is lost. Calls come in order of
        `now_ms`."""
        counters, impairment = self.counters, self._impairment
        counters.received += 1
        lost = self._loss.random() < impairment.loss
        burst = self._step_burst()
        spread = self._jitter.uniform(-1.0, 1.0)
        reordered = self._reorder.random() < impairment.reorder
        duplicated = self._duplicate.random() < impairment.duplicate
        if any(blackout.covers(now_ms - self._began_ms) for blackout in impairment.blackouts):
            counters.dropped_blackout += 1
            return ()
        if lost or burst:
            counters.dropped_random += lost
            counters.dropped_burst += not lost
            return ()
        sent_ms = self._take_turn(size_bytes, now_ms)
        if sent_ms is None:
            counters.dropped_queue += 1
            return ()
        counters.passed += 1
        counters.passed_bytes += size_bytes
        due_ms = max(sent_ms + max(0.0, impairment.delay_ms + spread * impairment.jitter_ms), self._last_out_ms)
        if reordered:
            counters.reordered += 1
            due_ms += impairment.reorder_ms
        else:
            self._last_out_ms = due_ms
        counters.duplicated += duplicated
        return (due_ms, due_ms) if duplicated else (due_ms,)

    def _step_burst(self) -> bool:
        step, fate = self._burst.random(), self._burst.random()
        chain = self._impairment.burst
        if chain is None:
            self._bad = False
            return False
        self._bad = step >= chain.leave if self._bad else step < chain.enter
        return fate < (chain.loss_bad if self._bad else chain.loss_good)

    def _take_turn(self, size_bytes: int, now_ms: float) -> float | None:
        """When the last bit of the packet has left the line; None when the queue before it is full."""
        rate_kbps = self._impairment.rate_kbps
        if rate_kbps is None:
            self._line_free_ms = now_ms
            return now_ms
        begin_ms = max(now_ms, self._line_free_ms)
        if begin_ms - now_ms > self._impairment.queue_ms:
            return None
        self._line_free_ms = begin_ms + (size_bytes + HEADER_BYTES) * 8 / rate_kbps
        return self._line_free_ms

"""Puts audio packets in order and decides when a missing one is lost. Pure; the caller brings the time.

It is no playout buffer: a recogniser has no playout clock. Packets that follow on each other pass at once; only a hole
makes what stands behind it wait, and never longer than `target_ms`. So neither a loss nor a burst leaves delay behind.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.frames import AUDIO_TICKS_PER_MS
from media.settings import MediaSettings

HELD_PACKETS = 256
"""More than a second of 5 ms packets. When full, the oldest hole is given up at once."""
JUMP_PACKETS = 3000
"""Further from what was expected, a packet starts a new count (RFC 3550 appendix A.1)."""

_REMEMBERED_HOLES = 64
_JUMP_MS = 1_000.0
_JITTERS = 3.0
_MARGIN_MS = 10.0
_FORGET_MS = 10_000.0


@dataclass(frozen=True, slots=True)
class Arrived:
    """`sequence` and `ticks` (48 kHz) are extended and do not wrap."""

    sequence: int
    ticks: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Released:
    """`lost` packets right before this one were given up."""

    sequence: int
    ticks: int
    data: bytes
    lost: int


class AudioJitterBuffer:
    """One per stream. What is released rises in `sequence`, except after a jump (`restarts`).

    Every packet pushed is released, held, or counted in `late` or `duplicates`.
    """

    def __init__(self, settings: MediaSettings) -> None:
        self._wait = _Wait(settings.audio_wait_minimum_ms, settings.audio_wait_limit_ms)
        self._first: int | None = None
        self._next = 0
        self._held: dict[int, tuple[Arrived, float]] = {}
        self._given_up: list[tuple[range, float]] = []
        self.lost = 0
        """Packets waited for in vain; those of them that came after all are in `late` too."""
        self.late = 0
        self.duplicates = 0
        self.recovered_in_order = 0
        """Came behind packets sent after them, in time to take their place."""
        self.restarts = 0

    @property
    def held(self) -> int:
        return len(self._held)

    @property
    def target_ms(self) -> float:
        """How long a hole may keep what stands behind it waiting."""
        return self._wait.target_ms

    @property
    def jitter_ms(self) -> float:
        """Interarrival jitter (RFC 3550 section 6.4.1); pauses of the sender do not count."""
        return self._wait.jitter_ms

    def push(self, packet: Arrived, now_ms: float) -> list[Released]:
        """What may go on now, in order: the packet itself when it follows on, and what it or the time set free."""
        out: list[Released] = []
        if self._first is None:
            self._first = self._next = packet.sequence
        elif abs(packet.sequence - self._next) > JUMP_PACKETS:
            self._release_all(out)
            self._first = self._next = packet.sequence
            self._given_up.clear()
            self._wait.restart()
            self.restarts += 1
        if packet.sequence < self._next:
            self._count_stray(packet.sequence, now_ms)
        elif packet.sequence in self._held:
            self.duplicates += 1
        else:
            self._wait.follow_arrival(packet.ticks, now_ms)
            self._take(packet, now_ms, out)
        return out + self.poll(now_ms)

    def poll(self, now_ms: float) -> list[Released]:
        """What a hole has kept long enough."""
        out: list[Released] = []
        while self._held and (
            len(self._held) > HELD_PACKETS or now_ms - self._find_oldest_ms() >= self._wait.target_ms
        ):
            self._give_up_hole(out)
        return out

    def _take(self, packet: Arrived, now_ms: float, out: list[Released]) -> None:
        if packet.sequence != self._next:
            self._held[packet.sequence] = (packet, now_ms)
            return
        if self._held:
            self.recovered_in_order += 1
            self._wait.follow_reordering(now_ms - self._find_oldest_ms(), now_ms)
        self._release(packet, 0, out)
        self._release_run(out)

    def _count_stray(self, sequence: int, now_ms: float) -> None:
        for hole, since_ms in self._given_up:
            if sequence in hole:
                self.late += 1
                self._wait.follow_reordering(now_ms - since_ms, now_ms)
                return
        if self._first is not None and sequence < self._first:
            self.late += 1
        else:
            self.duplicates += 1

    def _find_oldest_ms(self) -> float:
        """When the first packet behind the oldest hole came. Everything held stands behind that hole."""
        return min(arrived_ms for _, arrived_ms in self._held.values())

    def _give_up_hole(self, out: list[Released]) -> None:
        first = min(self._held)
        hole = range(self._next, first)
        self._given_up.append((hole, self._find_oldest_ms()))
        del self._given_up[:-_REMEMBERED_HOLES]
        self.lost += len(hole)
        self._release(self._held.pop(first)[0], len(hole), out)
        self._release_run(out)

    def _release_run(self, out: list[Released]) -> None:
        while self._next in self._held:
            self._release(self._held.pop(self._next)[0], 0, out)

    def _release_all(self, out: list[Released]) -> None:
        while self._held:
            self._give_up_hole(out)

    def _release(self, packet: Arrived, lost: int, out: list[Released]) -> None:
        out.append(Released(packet.sequence, packet.ticks, packet.data, lost))
        self._next = packet.sequence + 1


class _Wait:
    """Between the least and the most: three times the jitter, or a little over the worst reordering of late."""

    def __init__(self, minimum_ms: float, limit_ms: float) -> None:
        self._minimum_ms = minimum_ms
        self._limit_ms = limit_ms
        self._transit_ms: float | None = None
        self._reordering_ms = 0.0
        self._reordered_at_ms = 0.0
        self.jitter_ms = 0.0
        self.target_ms = minimum_ms

    def restart(self) -> None:
        self._transit_ms = None

    def follow_arrival(self, ticks: int, now_ms: float) -> None:
        transit_ms = now_ms - ticks / AUDIO_TICKS_PER_MS
        if self._transit_ms is not None:
            difference_ms = abs(transit_ms - self._transit_ms)
            if difference_ms < _JUMP_MS:
                self.jitter_ms += (difference_ms - self.jitter_ms) / 16
        self._transit_ms = transit_ms
        if now_ms - self._reordered_at_ms > _FORGET_MS:
            self._reordering_ms = 0.0
        self._choose()

    def follow_reordering(self, delay_ms: float, now_ms: float) -> None:
        """`delay_ms`: between the first packet that overtook and the one overtaken. What could never have been waited
        for teaches nothing."""
        if self._reordering_ms <= delay_ms <= 2 * self._limit_ms:
            self._reordering_ms = delay_ms
            self._reordered_at_ms = now_ms
            self._choose()

    def _choose(self) -> None:
        wanted_ms = max(_JITTERS * self.jitter_ms, self._reordering_ms + _MARGIN_MS)
        self.target_ms = min(max(wanted_ms, self._minimum_ms), self._limit_ms)

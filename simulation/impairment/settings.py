"""What one direction of a bad network does to packets."""

from __future__ import annotations

import math
from dataclasses import dataclass

MAX_DELAY_MS = 60_000.0
MAX_RATE_KBPS = 10_000_000.0
MAX_BLACKOUTS = 100
MAX_BLACKOUT_MS = 3_600_000.0


class ImpairmentInvalid(ValueError):
    """A number that no network has."""


@dataclass(frozen=True, slots=True)
class GilbertElliott:
    """Loss in bursts: a Markov chain of two states, stepped once a packet (Gilbert 1960, Elliott 1963).

    `enter` and `leave` are the chances to go into the bad state and out of it; the losses are those within a state.
    """

    enter: float
    leave: float
    loss_bad: float = 1.0
    loss_good: float = 0.0

    def __post_init__(self) -> None:
        for name in ("enter", "leave", "loss_bad", "loss_good"):
            _check_share(f"burst.{name}", getattr(self, name))
        if self.enter > 0 and self.leave == 0:
            raise ImpairmentInvalid("burst.leave is 0: the bad state would never end")

    @classmethod
    def of(cls, share: float, length_packets: float) -> GilbertElliott:
        """The chain that loses `share` of all packets in runs of `length_packets` on average."""
        _check_share("share", share)
        _check_range("length_packets", length_packets, 1, 1_000)
        leave = 1 / length_packets
        if share >= 1 or leave * share / (1 - share) > 1:
            raise ImpairmentInvalid(f"runs of {length_packets:g} packets cannot make up {share:g} of all")
        return cls(enter=leave * share / (1 - share), leave=leave)


@dataclass(frozen=True, slots=True)
class Blackout:
    """Nothing passes from `start_ms` on for `length_ms`, and again `every_ms`, since the impairment began."""

    start_ms: float
    length_ms: float
    every_ms: float | None = None

    def __post_init__(self) -> None:
        _check_range("blackout.start_ms", self.start_ms, 0, MAX_BLACKOUT_MS)
        _check_range("blackout.length_ms", self.length_ms, 0, MAX_BLACKOUT_MS)
        if self.every_ms is not None:
            _check_range("blackout.every_ms", self.every_ms, 1, MAX_BLACKOUT_MS)
            if self.every_ms <= self.length_ms:
                raise ImpairmentInvalid("blackout.every_ms has to be longer than blackout.length_ms")

    def covers(self, at_ms: float) -> bool:
        since_ms = at_ms - self.start_ms
        if since_ms < 0:
            return False
        if self.every_ms is not None:
            since_ms %= self.every_ms
        return since_ms < self.length_ms


@dataclass(frozen=True, slots=True)
class Impairment:
    """One direction. Shares are 0..1; the default is a perfect network. Raises ImpairmentInvalid.

    Jitter spreads the delay evenly by `jitter_ms` to both sides and keeps the order, as a queue does. A packet that is
    to be reordered comes `reorder_ms` later than it would, past those behind it. The rate counts IP and UDP headers
    too; what would wait longer than `queue_ms` for its turn is dropped at the tail.
    """

    loss: float = 0.0
    burst: GilbertElliott | None = None
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    reorder: float = 0.0
    reorder_ms: float = 25.0
    duplicate: float = 0.0
    rate_kbps: float | None = None
    queue_ms: float = 200.0
    blackouts: tuple[Blackout, ...] = ()

    def __post_init__(self) -> None:
        for name in ("loss", "reorder", "duplicate"):
            _check_share(name, getattr(self, name))
        for name in ("delay_ms", "jitter_ms", "reorder_ms", "queue_ms"):
            _check_range(name, getattr(self, name), 0, MAX_DELAY_MS)
        if self.rate_kbps is not None:
            _check_range("rate_kbps", self.rate_kbps, 1, MAX_RATE_KBPS)
        if len(self.blackouts) > MAX_BLACKOUTS:
            raise ImpairmentInvalid(f"at most {MAX_BLACKOUTS} blackouts")


def _check_share(name: str, value: float) -> None:
    _check_range(name, value, 0, 1)


def _check_range(name: str, value: object, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ImpairmentInvalid(f"{name} has to be a number, not {value!r}")
    if not least <= value <= most:
        raise ImpairmentInvalid(f"{name} has to be from {least:g} to {most:g}, not {value:g}")


PERFECT = Impairment()
BLOCKED = Impairment(loss=1.0)

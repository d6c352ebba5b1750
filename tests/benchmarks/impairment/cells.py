"""The cells of the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulation.impairment.settings import BLOCKED, PERFECT, GilbertElliott, Impairment

STEADY_S, LINE_S = 12.0, 16.0
"""A narrow line needs longer: the sender has to find out what it carries."""
AFTERWARDS_S = 6.0
BURST_PACKETS = 4

Kind = Literal["steady", "blackout", "rebind", "blocked"]


@dataclass(frozen=True, slots=True)
class Cell:
    """`up` lasts for `seconds` after a perfect beginning; `down` is the way back. Blackouts and the change of port are
    followed by a perfect network again."""

    name: str
    seconds: float
    up: Impairment = PERFECT
    down: Impairment = PERFECT
    kind: Kind = "steady"


def _both_ways(name: str, impairment: Impairment) -> Cell:
    return Cell(name, STEADY_S, impairment, impairment)


CELLS: tuple[Cell, ...] = (
    Cell("no impairment", STEADY_S),
    *(_both_ways(f"loss {percent} %, random", Impairment(loss=percent / 100)) for percent in (1, 3, 5, 10)),
    *(
        _both_ways(
            f"loss {percent} %, bursts of {BURST_PACKETS}",
            Impairment(burst=GilbertElliott.of(percent / 100, BURST_PACKETS)),
        )
        for percent in (1, 3, 5, 10)
    ),
    *(_both_ways(f"RTT {rtt_ms} ms", Impairment(delay_ms=rtt_ms / 2)) for rtt_ms in (50, 200, 500)),
    *(
        _both_ways(f"jitter {jitter_ms} ms, RTT 200 ms", Impairment(delay_ms=100, jitter_ms=jitter_ms))
        for jitter_ms in (30, 100)
    ),
    _both_ways("reordering 2 %, 25 ms", Impairment(reorder=0.02)),
    *(
        Cell(
            f"{rate_kbps} kbit/s, queue {queue_ms} ms",
            LINE_S,
            Impairment(delay_ms=20, rate_kbps=rate_kbps, queue_ms=queue_ms),
            Impairment(delay_ms=20),
        )
        for rate_kbps in (1000, 500, 250, 120)
        for queue_ms in (200, 1000)
    ),
    *(Cell(f"blackout {seconds} s", seconds, BLOCKED, BLOCKED, "blackout") for seconds in (2, 10, 40)),
    Cell("port change", STEADY_S, kind="rebind"),
    Cell("UDP blocked", STEADY_S, BLOCKED, BLOCKED, "blocked"),
)

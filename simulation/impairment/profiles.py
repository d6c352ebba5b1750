"""Networks people have, by name. Figures are typical ones, not measurements of any provider."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.impairment.settings import BLOCKED, PERFECT, Blackout, GilbertElliott, Impairment


@dataclass(frozen=True, slots=True)
class NetworkProfile:
    """`up` is from the client to the server. `rebind_every_s`: the NAT forgets the client that often and gives it
    another port."""

    name: str
    up: Impairment = PERFECT
    down: Impairment = PERFECT
    rebind_every_s: float | None = None

    @classmethod
    def both_ways(cls, name: str, impairment: Impairment) -> NetworkProfile:
        return cls(name, impairment, impairment)


_TUNNELS = (Blackout(20_000, 4_000, every_ms=45_000),)

PROFILES = {
    profile.name: profile
    for profile in (
        NetworkProfile("perfect"),
        NetworkProfile(
            "good-wifi",
            Impairment(loss=0.001, delay_ms=8, jitter_ms=4),
            Impairment(loss=0.001, delay_ms=8, jitter_ms=4),
        ),
        NetworkProfile(
            "busy-wifi",
            Impairment(burst=GilbertElliott.of(0.03, 4), delay_ms=15, jitter_ms=15, reorder=0.005, rate_kbps=3_000),
            Impairment(burst=GilbertElliott.of(0.01, 4), delay_ms=15, jitter_ms=15, rate_kbps=8_000),
        ),
        NetworkProfile(
            "4g",
            Impairment(loss=0.002, delay_ms=35, jitter_ms=15, rate_kbps=4_000, queue_ms=400),
            Impairment(loss=0.001, delay_ms=35, jitter_ms=10, rate_kbps=20_000, queue_ms=400),
        ),
        NetworkProfile(
            "weak-3g",
            Impairment(burst=GilbertElliott.of(0.02, 3), delay_ms=120, jitter_ms=40, rate_kbps=300, queue_ms=1_000),
            Impairment(loss=0.01, delay_ms=120, jitter_ms=30, rate_kbps=1_000, queue_ms=1_000),
        ),
        NetworkProfile(
            "train",
            Impairment(
                burst=GilbertElliott.of(0.04, 6), delay_ms=60, jitter_ms=30, rate_kbps=1_500, blackouts=_TUNNELS
            ),
            Impairment(
                burst=GilbertElliott.of(0.02, 6), delay_ms=60, jitter_ms=30, rate_kbps=5_000, blackouts=_TUNNELS
            ),
            rebind_every_s=60,
        ),
        NetworkProfile(
            "satellite",
            Impairment(loss=0.005, delay_ms=300, jitter_ms=20, rate_kbps=2_000, queue_ms=500),
            Impairment(loss=0.005, delay_ms=300, jitter_ms=20, rate_kbps=10_000, queue_ms=500),
        ),
        NetworkProfile.both_ways("no-udp", BLOCKED),
    )
}


def find_profile(name: str) -> NetworkProfile:
    """Raises ValueError, which says what there is."""
    if name not in PROFILES:
        raise ValueError(f"no network is named {name!r}; there are {', '.join(PROFILES)}")
    return PROFILES[name]

"""Who a worker is, and what it tells the others about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

HEARTBEAT_S = 2.0
LEASE_S = 10.0
"""A worker that has not been heard for so long has lost its interviews. One that died is known at once: see
`server.nodes.supervisor`."""
BUSY_LAG_MS = 20.0
"""Of the median: a loop that is as late as this most of the time has no room for one more."""


@dataclass(frozen=True, slots=True)
class Membership:
    """`server` and `node` are made anew at each start: what an earlier one has left behind means nothing to them."""

    server: str
    node: str
    worker: int
    workers: int


class Load(BaseModel):
    """`running`: interviews that cost something; `open`: all that have an actor."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    worker: int = Field(ge=0, le=1024)
    running: int = Field(ge=0)
    open: int = Field(ge=0)
    lag_ms: float = Field(ge=0)


def choose_node(loads: Mapping[str, Load], homes: Mapping[str, int]) -> str | None:
    """The one with the fewest interviews among those whose loop keeps up. `homes`: interviews each has at this moment;
    what it was given since it measured itself counts as running."""
    if not loads:
        return None

    def rank(node: str) -> tuple[bool, int, int, str]:
        load, count = loads[node], homes.get(node, 0)
        return load.lag_ms > BUSY_LAG_MS, load.running + max(0, count - load.open), count, node

    return min(loads, key=rank)


def share_threads(threads: int, workers: int, cores: int) -> int:
    """Transcriptions at the same time in each worker: all of them together do not take more cores than there are."""
    return max(1, min(threads, cores // workers))

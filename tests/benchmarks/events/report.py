"""What was measured, and the section of the document about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from tests.benchmarks.document import describe_machine
from tests.benchmarks.events.crowd import STALLED_WATCH, Sent, Watcher

LIMIT_MS = 100


@dataclass(frozen=True, slots=True)
class Plan:
    interviews: int
    watchers: int
    boards: int
    stalled: int
    seconds: float
    rate_per_s: float


@dataclass(frozen=True, slots=True)
class Phase:
    """`fanout_ms`: of each command to each watcher of its interview. `unseen`: pairs in which it never came. Bytes and
    cards are what one board got."""

    sent: tuple[Sent, ...]
    fanout_ms: tuple[float, ...]
    unseen: int
    board_bytes: float
    board_cards: float

    @classmethod
    def of(cls, sent: Sequence[Sent], watchers: Sequence[Watcher], board_bytes: float, board_cards: float) -> Self:
        by_interview: dict[str, list[Watcher]] = {}
        for watcher in watchers:
            by_interview.setdefault(watcher.interview, []).append(watcher)
        took_ms: list[float] = []
        unseen = 0
        for each in sent:
            for watcher in by_interview[each.interview]:
                seen_s = watcher.seen_s.get(each.seq)
                if seen_s is None:
                    unseen += 1
                elif seen_s >= each.sent_s:  # otherwise it led to nothing new
                    took_ms.append((seen_s - each.sent_s) * 1000)
        return cls(tuple(sent), tuple(took_ms), unseen, board_bytes, board_cards)

    def fanout(self) -> dict[str, float]:
        return {f"fanout_p{percent}_ms": _percentile(self.fanout_ms, percent) for percent in (50, 95, 99)}

    def command_p95_ms(self) -> float:
        return _percentile([(each.accepted_s - each.sent_s) * 1000 for each in self.sent], 95)


def write_section(plan: Plan, values: dict[str, Any]) -> str:
    beside, many = values["beside_stalled"], min(STALLED_WATCH, plan.interviews)
    rows = "\n".join(
        f"| command to every watcher, {name} | {values[f'fanout_{name}_ms']} ms | {beside[f'fanout_{name}_ms']} ms |"
        for name in ("p50", "p95", "p99")
    )
    return f"""## Many watchers

`python -m tests.benchmarks.events` on {describe_machine("websockets", "uvicorn")}; server and clients share it.

One `viva serve`, {plan.interviews} interviews running (text only), {plan.watchers} watchers of one interview each,
{plan.boards} boards. {plan.rate_per_s:g} commands of HR a second, for {plan.seconds:.0f} s: pause, resume, a message
to the others. From the moment the command is sent until the event it led to has been read by each watcher of its
interview, so that receiving, deciding and writing it durably are in it (the bar, counted from the acceptance, is
{LIMIT_MS} ms for p95). Then the same beside {plan.stalled} sockets that watch a board and {many} interviews each and
read nothing.

| | everybody reads | beside {plan.stalled} who read nothing |
|---|---|---|
{rows}
| command to its answer, p95 | {values["command_p95_ms"]} ms | {beside["command_p95_ms"]} ms |

The server dropped {values["slow_consumers_dropped"]} of those {plan.stalled}; {values["unseen"]} of {values["seen"]}
events never came to who read. A board gets the cards that change, never itself anew: {values["board_patches_per_s"]}
cards and {values["board_patch_bytes_per_s"]} bytes a second (the whole board, sent once, has
{values["board_whole_bytes"]} bytes)."""


def _percentile(values: Sequence[float], percent: int) -> float:
    return round(float(np.percentile(values, percent)), 1) if values else float("nan")

"""`python -m tests.benchmarks.events`: see the package."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from tests.benchmarks.document import put_section
from tests.benchmarks.events.crowd import Crowd
from tests.benchmarks.events.report import Phase, Plan, write_section
from tests.integration.interviewing import House, open_house

DROPPED = "signalling.slow_consumer_dropped"
SETTLE_S = 3.0
STALL_S = 3.0
DROP_WITHIN_S = 40.0


def main() -> int:
    options = _read_options()
    plan = Plan(options.interviews, options.watchers, options.boards, options.stalled, options.seconds, options.rate)
    values = asyncio.run(_measure(plan, Console(stderr=True)))
    if options.document:
        put_section("events", write_section(plan, values))
    print(json.dumps(values))
    return 0 if values["slow_consumers_dropped"] == plan.stalled and not values["unseen"] else 1


async def _measure(plan: Plan, console: Console) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        variables = {"VIVA_AUTH_REDEEMS_PER_MINUTE": "100000", "VIVA_LOG_FORMAT": "json"}
        async with open_house(Path(folder) / "data", **variables) as house, _crowd(house) as crowd:
            console.print(f"beginning {plan.interviews} interviews")
            await crowd.begin_interviews(plan.interviews)
            await crowd.watch(plan.watchers)
            await crowd.watch_board(plan.boards)
            await asyncio.sleep(SETTLE_S)
            console.print("everybody reads")
            alone = await _pass_phase(crowd, plan)
            console.print(f"{plan.stalled} read nothing")
            await crowd.stall(plan.stalled)
            await asyncio.sleep(STALL_S)
            beside = await _pass_phase(crowd, plan)
            dropped = await _await_dropped(house, crowd, plan)
            house.server.check_alive()
    return {
        **alone.fanout(),
        "slow_consumers_dropped": dropped,
        "board_patch_bytes_per_s": round(alone.board_bytes / plan.seconds),
        "board_patches_per_s": round(alone.board_cards / plan.seconds, 1),
        "board_whole_bytes": max((board.snapshot_bytes for board in crowd.boards), default=0),
        "command_p95_ms": alone.command_p95_ms(),
        "beside_stalled": {**beside.fanout(), "command_p95_ms": beside.command_p95_ms()},
        "stalled": plan.stalled,
        "commands": len(alone.sent) + len(beside.sent),
        "seen": len(alone.fanout_ms) + len(beside.fanout_ms),
        "unseen": alone.unseen + beside.unseen,
    }


@asynccontextmanager
async def _crowd(house: House) -> AsyncIterator[Crowd]:
    async with asyncio.TaskGroup() as tasks, AsyncExitStack() as stack:
        crowd = Crowd(house, tasks, stack)
        yield crowd
        crowd.leave()


@dataclass(frozen=True, slots=True)
class _Counted:
    cards: int
    size: int


async def _pass_phase(crowd: Crowd, plan: Plan) -> Phase:
    before = _count(crowd)
    sent = await crowd.command(plan.seconds, plan.rate_per_s)
    after = _count(crowd)
    await asyncio.sleep(SETTLE_S)
    boards = max(1, len(crowd.boards))
    return Phase.of(sent, crowd.watchers, (after.size - before.size) / boards, (after.cards - before.cards) / boards)


def _count(crowd: Crowd) -> _Counted:
    return _Counted(sum(board.cards for board in crowd.boards), sum(board.card_bytes for board in crowd.boards))


async def _await_dropped(house: House, crowd: Crowd, plan: Plan) -> int:
    """How many sockets the server has dropped for reading too slowly; commands go on until it has."""
    for _ in range(round(DROP_WITHIN_S)):
        if _read_dropped(house) >= plan.stalled:
            break
        await crowd.command(1.0, plan.rate_per_s)
    return _read_dropped(house)


def _read_dropped(house: House) -> int:
    return house.server.log_path.read_text("utf-8", "replace").count(DROPPED)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.events", description=__doc__)
    parser.add_argument("--interviews", type=int, default=100)
    parser.add_argument("--watchers", type=int, default=200)
    parser.add_argument("--boards", type=int, default=20)
    parser.add_argument("--stalled", type=int, default=10, help="sockets that read nothing (%(default)s)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each of the two phases (%(default)s)")
    parser.add_argument("--rate", type=float, default=20.0, help="commands a second (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="phases of 15 s; writes no document")
    parser.add_argument("--document", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.document = min(options.seconds, 15.0), False
    return options


if __name__ == "__main__":
    raise SystemExit(main())

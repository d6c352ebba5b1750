from __future__ import annotations

import asyncio

from server.signalling.seats import Seats


async def test_the_one_before_leaves_before_the_next_sits_down() -> None:
    seats = Seats()
    order: list[str] = []

    async def sit(name: str, ready: asyncio.Event) -> None:
        async with seats.take("interview") as claimed:
            order.append(f"{name} in")
            ready.set()
            await claimed.wait()
            order.append(f"{name} out")

    async with asyncio.TaskGroup() as tasks:
        first_ready, second_ready = asyncio.Event(), asyncio.Event()
        tasks.create_task(sit("first", first_ready))
        await first_ready.wait()
        second = tasks.create_task(sit("second", second_ready))
        await second_ready.wait()
        assert order == ["first in", "first out", "second in"]
        second.cancel()
    assert not seats._taken


async def test_another_interview_is_another_seat() -> None:
    seats = Seats()
    async with seats.take("one") as claimed, seats.take("two"):
        assert not claimed.is_set()

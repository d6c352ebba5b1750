"""What a cancelled group of tasks keeps."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from media.task_group import TaskGroup


class Held:
    pass


async def work(held: Held, *, waiting_inside: bool) -> None:
    async with TaskGroup() as group:
        group.create_task(asyncio.sleep(60))
        if waiting_inside:
            await asyncio.sleep(60)
    raise AssertionError(held)


@pytest.mark.parametrize("waiting_inside", [False, True])
async def test_what_its_owner_knew_is_gone_with_it(waiting_inside: bool) -> None:
    held = Held()
    kept = weakref.ref(held)
    gc.collect()
    gc.disable()
    try:
        task = asyncio.create_task(work(held, waiting_inside=waiting_inside))
        del held
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        del task
        await asyncio.sleep(0)
        assert kept() is None
    finally:
        gc.enable()


async def test_errors_come_out_as_ever() -> None:
    async def fail() -> None:
        raise ValueError("no")

    async def fail_in_a_group() -> None:
        async with TaskGroup() as group:
            group.create_task(fail())
            await asyncio.sleep(60)

    with pytest.raises(ExceptionGroup) as raised:
        await fail_in_a_group()
    assert isinstance(raised.value.exceptions[0], ValueError)

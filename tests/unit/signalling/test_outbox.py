from __future__ import annotations

import asyncio

import pytest

from server.protocol import events as e
from server.protocol import signals as s
from server.protocol.envelope import Envelope
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.outbox import Outbox

AT = "2026-03-02T09:16:07.120Z"


def event(seq: int, interview: str = "i") -> Envelope:
    return Envelope(f"e{seq}", seq, interview, AT, 0, e.MediaRecovered(seq))


def caption(text: str, interview: str = "i") -> Envelope:
    return Envelope(text, None, interview, AT, 0, s.CaptionUpdated("t", "g", text, ""))


async def drain(outbox: Outbox, count: int) -> list[str]:
    return [(await outbox.take()).id for _ in range(count)]


async def test_events_keep_their_order_and_the_latest_signal_stands_behind_what_came_before_it() -> None:
    outbox = Outbox()
    outbox.offer(caption("old"))
    await outbox.put(event(1))
    outbox.offer(caption("new"))
    await outbox.put(event(2))
    assert await drain(outbox, 3) == ["e1", "new", "e2"]


async def test_signals_of_different_interviews_do_not_replace_each_other() -> None:
    outbox = Outbox()
    outbox.offer(caption("a", "one"))
    outbox.offer(caption("b", "two"))
    assert await drain(outbox, 2) == ["a", "b"]


async def test_any_number_of_signals_takes_the_room_of_one() -> None:
    outbox = Outbox()
    for index in range(10_000):
        outbox.offer(caption(str(index)))
    assert len(outbox._waiting) == 1


async def test_a_full_outbox_makes_the_producer_wait() -> None:
    outbox = Outbox(limit=2)
    await outbox.put(event(1))
    await outbox.put(event(2))
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(outbox.put(event(3)))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        assert await drain(outbox, 3) == ["e1", "e2", "e3"]


async def test_a_consumer_that_takes_nothing_is_given_up() -> None:
    outbox = Outbox(limit=1, patience_s=0.02)
    await outbox.put(event(1))
    with pytest.raises(SocketEnded) as end:
        await outbox.put(event(2))
    assert end.value.code == CloseCode.SLOW_CONSUMER

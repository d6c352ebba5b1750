"""Nobody sees or hears a candidate who is not told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from media.types import ObserverAnswer
from server.interviews.errors import NotWatching
from server.interviews.services import Actor
from server.protocol import events as e
from tests.unit.interviews.test_actor import House, SilentSession, open_house, start, until
from tests.unit.interviews.test_console_actor import ONE, TWO, logged

SECOND_PAGE = Actor("hr", ONE.id, "hr-3", ONE.name)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
def observing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the connections that get picture and sound."""
    open_: list[str] = []
    count = 0

    async def add_observer(session: SilentSession, offer_sdp: str) -> ObserverAnswer:
        nonlocal count
        count += 1
        open_.append(f"o-{count}")
        await asyncio.sleep(0.05)
        return ObserverAnswer(open_[-1], "v=0 answer")

    async def remove_observer(session: SilentSession, observer_id: str) -> None:
        open_.remove(observer_id)

    def has_observer(session: SilentSession, observer_id: str) -> bool:
        return observer_id in open_

    for method in (add_observer, remove_observer, has_observer):
        monkeypatch.setattr(SilentSession, method.__name__, method, raising=False)
    return open_


async def test_who_does_not_watch_gets_no_picture(house: House, observing: list[str]) -> None:
    async with house.running() as interview:
        await start(interview)
        with pytest.raises(NotWatching):
            await interview.observe(ONE.id, "v=0")
        await interview.connect(TWO)
        with pytest.raises(NotWatching):
            await interview.observe(ONE.id, "v=0")
    assert observing == []


async def test_picture_and_sound_end_with_the_last_page_of_who_watched(house: House, observing: list[str]) -> None:
    async with house.running() as interview:
        await start(interview)
        for actor in (ONE, SECOND_PAGE, TWO):
            await interview.connect(actor)
        await interview.observe(ONE.id, "v=0")
        await interview.observe(ONE.id, "v=0")
        of_two = await interview.observe(TWO.id, "v=0")
        await interview.disconnect(ONE)
        await asyncio.sleep(0.05)
        assert len(observing) == 3, "another page is still open"
        await interview.disconnect(SECOND_PAGE)
        await until(lambda: observing == [of_two.observer_id])


async def test_who_goes_while_the_connection_is_made_gets_none(house: House, observing: list[str]) -> None:
    async with house.running() as interview:
        await start(interview)
        await interview.connect(ONE)
        asking = asyncio.create_task(interview.observe(ONE.id, "v=0"))
        await until(lambda: len(observing) == 1)
        await interview.disconnect(ONE)
        with pytest.raises(NotWatching):
            await asking
    assert observing == []


async def test_nobody_ends_another_s_connection(house: House, observing: list[str]) -> None:
    async with house.running() as interview:
        await start(interview)
        for actor in (ONE, TWO):
            await interview.connect(actor)
        of_one = await interview.observe(ONE.id, "v=0")
        await interview.unobserve(TWO.id, of_one.observer_id)
        assert observing == [of_one.observer_id]
        await interview.unobserve(ONE.id, of_one.observer_id)
        await interview.unobserve(ONE.id, of_one.observer_id)
        assert observing == []


async def test_two_pages_of_one_user_are_one_person(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        for actor in (ONE, SECOND_PAGE, TWO):
            await interview.connect(actor)
        assert interview.state.console.people_watching == 2
    first, second, other = await logged(house, e.ObserverJoined)
    assert first.watcher == second.watcher
    assert first.watcher not in ("", other.watcher, ONE.id)

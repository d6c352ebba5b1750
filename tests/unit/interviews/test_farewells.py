"""That a watcher has gone is told again until it is known."""

from __future__ import annotations

import asyncio

import pytest

from server.errors import NotFound, Unavailable
from server.interviews import farewells
from server.interviews.farewells import Farewells
from server.interviews.services import Actor

ONE = Actor("hr", "user-1", "hr-1", "Recruiter One")
TWO = Actor("hr", "user-1", "hr-2", "Recruiter One")


class Elsewhere:
    """An interview of another worker, which cannot be reached at first."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.gone: list[Actor] = []

    async def find(self, interview_id: str) -> Elsewhere:
        if interview_id == "nowhere":
            raise NotFound("no such interview")
        return self

    async def disconnect(self, actor: Actor) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise Unavailable("Redis is away")
        if self.failures < 0:
            await asyncio.Event().wait()
        self.gone.append(actor)


async def test_it_is_said_again_until_it_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farewells, "AGAIN_AFTER_S", 0.01)
    elsewhere = Elsewhere(failures=3)
    told = Farewells(elsewhere.find)
    await told.say("i", ONE)
    assert (elsewhere.gone, told.unsaid) == ([], 1)
    running = asyncio.create_task(told.run())
    async with asyncio.timeout(5):
        while told.unsaid:
            await asyncio.sleep(0.01)
    running.cancel()
    assert elsewhere.gone == [ONE]


async def test_a_farewell_that_was_cut_off_is_not_forgotten() -> None:
    told = Farewells(Elsewhere(failures=-1).find)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await told.say("i", ONE)
    assert told.unsaid == 1


async def test_an_interview_that_is_nowhere_is_left() -> None:
    told = Farewells(Elsewhere(failures=0).find)
    await told.say("nowhere", ONE)
    assert told.unsaid == 0


async def test_farewells_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farewells, "MOST_UNSAID", 1)
    told = Farewells(Elsewhere(failures=9).find)
    await told.say("i", ONE)
    await told.say("i", TWO)
    assert told.unsaid == 1

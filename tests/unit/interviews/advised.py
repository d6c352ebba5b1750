"""An interview with a language model beside it, on a real log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from server.db.log import LoggedEvent
from server.interviews.interview import Interview
from server.interviews.mind import ConsentVersion
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.flow import Flow
from tests.fakes.language_model import FakeModel, Step, behave, open_fake_lanes
from tests.unit.interviews.samples import RECORDING_HASH, SCORING_HASH
from tests.unit.interviews.test_actor import CANDIDATE, IMPATIENT, House, open_house, until

PLAIN_HASH = "3" * 64
"""Of the text that tells of no language model."""
UNHURRIED_MS = 20_000
ANSWER = (
    "Last year an angry customer called about a broken order. I called the warehouse, I explained the delay to her and"
    " I wrote to the manager."
)
PLANNED = 'You said "I wrote to the manager". What was the result, and how did you measure it?'
WORDED = "What came of that in the end?"


class AdvisedHouse:
    def __init__(self, house: House, live: FakeModel, later: FakeModel, budget_ms: int) -> None:
        self.house = house
        self.live = live
        self.later = later
        texts = {
            RECORDING_HASH: ConsentVersion("recording", "en", "1"),
            SCORING_HASH: ConsentVersion("ai_scoring", "en", "1+model", names_model=True),
            PLAIN_HASH: ConsentVersion("ai_scoring", "en", "1"),
        }
        self.lanes = open_fake_lanes(live, later, budget_ms=budget_ms)
        mind = replace(IMPATIENT, consent_texts=texts)
        self.plain_services = replace(house.services, mind=mind)
        """Without the model."""
        house.services = replace(self.plain_services, lanes=self.lanes)

    @asynccontextmanager
    async def dying(self) -> AsyncIterator[Interview]:
        """As a process dies: nothing of what waits is stored."""
        interview = Interview(await self.house.fold(), self.house.services)
        running = asyncio.create_task(interview.run())
        try:
            yield interview
        finally:
            running.cancel()
            await asyncio.wait({running})

    async def events(self) -> list[LoggedEvent]:
        return list(await self.house.log.read("i"))

    async def asked(self) -> list[e.QuestionAsked]:
        return [event.data for event in await self.events() if isinstance(event.data, e.QuestionAsked)]

    async def follow_up(self) -> e.QuestionAsked:
        (found,) = [asked for asked in await self.asked() if asked.asked_as == "follow_up"]
        return found

    async def opinions(self) -> list[e.OpinionGiven]:
        return [event.data for event in await self.events() if isinstance(event.data, e.OpinionGiven)]


def rename_question(state: InterviewState, name: str) -> InterviewState:
    """As if the question `customer` had another id."""
    flow = state.whole_flow.model_dump(mode="json")
    flow["stages"][1]["questions"][0]["id"] = name
    return replace(
        state,
        flow=Flow.model_validate(flow),
        answered=tuple(replace(turn, question_id=name) for turn in state.answered if turn.question_id == "customer"),
        assessments=tuple((name, replace(found, question_id=name)) for _, found in state.assessments),
    )


@asynccontextmanager
async def open_advised(
    folder: Path, *live: Step, later: Step = behave, budget_ms: int = UNHURRIED_MS
) -> AsyncIterator[AdvisedHouse]:
    folder.mkdir(exist_ok=True)
    async with open_house(folder) as house:
        yield AdvisedHouse(house, FakeModel(list(live) or [behave]), FakeModel([later]), budget_ms)


async def begin(interview: Interview, *, scoring_hash: str = SCORING_HASH, scoring: bool = True) -> None:
    """Up to the question `customer-0`, written or spoken."""
    await interview.record(e.InviteRedeemed("invite"))
    await interview.connect(CANDIDATE)
    await interview.submit(c.ConsentGive("recording", True, RECORDING_HASH), CANDIDATE, "c1")
    await interview.submit(c.ConsentGive("ai_scoring", scoring, scoring_hash), CANDIDATE, "c2")
    await interview.submit(c.InterviewStart(), CANDIDATE, "c3")
    await interview.submit(c.AnswerSubmit("identity-0", "Virtual Candidate"), CANDIDATE, "c4")


async def answer(interview: Interview, text: str = ANSWER, *, command_id: str = "a1") -> None:
    await interview.submit(c.AnswerSubmit("customer-0", text), CANDIDATE, command_id)


async def asks(model: FakeModel, count: int = 1) -> None:
    await until(lambda: len(model.prompts) >= count)


async def gone_on(interview: Interview, turn_id: str = "customer-0") -> None:
    await until(lambda: interview.state.turn is not None and interview.state.turn.id != turn_id)


def in_background(tasks: asyncio.TaskGroup, interview: Interview, text: str = ANSWER) -> asyncio.Task[None]:
    return tasks.create_task(answer(interview, text))

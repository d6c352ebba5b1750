"""What every language model behind the port does, the one of the tests and the one over HTTP alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal

import pytest

from realtime_scoring.opinion.levels import prompt_levels
from realtime_scoring.opinion.wording import prompt_wording
from server.language_model.client import ChatClient
from server.language_model.errors import Busy, Declined, LanguageModelError, Unreachable
from server.language_model.lane import Lane, Patience
from server.language_model.port import LanguageModel
from server.language_model.settings import Endpoint
from tests.fakes import language_model as fake
from tests.integration.language_model import model_server as real
from tests.unit.opinion.samples import make_level_task, make_wording_task

Behaviour = Literal["answers", "busy", "declines", "unreachable", "hangs"]
Opener = Callable[[Behaviour], AbstractAsyncContextManager[LanguageModel]]
REPLY = {"kind": "result", "question": "What came of that?", "clause_id": "", "quote": ""}
PROMPTS = (prompt_wording(make_wording_task()), prompt_levels(make_level_task()))


@asynccontextmanager
async def open_fake(behaviour: Behaviour) -> AsyncIterator[LanguageModel]:
    steps = {
        "answers": fake.say(REPLY),
        "busy": fake.fail(Busy("busy")),
        "declines": fake.fail(Declined("no")),
        "unreachable": fake.fail(Unreachable("away")),
        "hangs": fake.hold(asyncio.Event(), fake.say(REPLY)),
    }
    yield fake.FakeModel([steps[behaviour]])


@asynccontextmanager
async def open_http(behaviour: Behaviour) -> AsyncIterator[LanguageModel]:
    steps = {
        "answers": real.say(REPLY),
        "busy": real.answer(b"", 429),
        "declines": real.answer(real.wrap(None, refusal="no")),
        "unreachable": real.cut(),
        "hangs": real.wait(60, real.say(REPLY)),
    }
    async with (
        real.serve(real.ModelServer([steps[behaviour]])) as server,
        ChatClient(Endpoint(server.url, fake.NAME, None, 700, 20.0)) as client,
    ):
        yield client


each_model = pytest.mark.parametrize("opened", [open_fake, open_http], ids=["fake", "http"])


@each_model
async def test_it_says_its_name_and_answers_every_prompt(opened: Opener) -> None:
    async with opened("answers") as model:
        for prompt in PROMPTS:
            completion = await model.complete(prompt, seed=1)
            assert completion.reply == REPLY
            assert completion.model == model.name == fake.NAME
            assert completion.took_ms >= 0


@each_model
@pytest.mark.parametrize(("behaviour", "error"), [("busy", Busy), ("declines", Declined), ("unreachable", Unreachable)])
async def test_what_goes_wrong_has_a_code(
    opened: Opener, behaviour: Behaviour, error: type[LanguageModelError]
) -> None:
    async with opened(behaviour) as model:
        with pytest.raises(error):
            await model.complete(PROMPTS[0], seed=0)


@each_model
async def test_it_is_given_up_at_once(opened: Opener) -> None:
    async with opened("hangs") as model:
        asking = asyncio.create_task(model.complete(PROMPTS[0], seed=0))
        await asyncio.sleep(0.05)
        assert not asking.done()
        asking.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait({asking})
        assert asking.cancelled()


@each_model
async def test_its_lane_ends_it_in_time(opened: Opener) -> None:
    async with opened("hangs") as model:
        lane = Lane(model)
        with pytest.raises(LanguageModelError) as slow:
            await lane.complete(PROMPTS[0], seed=0, patience=Patience(0.05))
        assert slow.value.code == "llm_too_slow"

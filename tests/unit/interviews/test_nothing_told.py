"""While an interview runs, everything is worked out and nothing of it reaches the candidate's socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from media.types import FinalTranscript, SpeechStarted, SpeechStopped
from server.interviews.broadcast import interview_topic
from server.interviews.bus import Lagged
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol.envelope import Envelope, encode_envelope
from server.protocol.visibility import visible_to_candidate
from tests.unit.interviews.test_actor import CANDIDATE, House, open_house, start, until

OBSERVER = Actor("hr", "user-1", "socket-2")
SAID = (
    "Last year a customer was angry because the order was late.",
    "I called the customer the same day, listened to her and explained the delay.",
    "I sent a new order at once. As a result late orders fell by twenty percent.",
)
JUDGEMENTS = {"level", "levels", "anchor", "star", "flags", "claims", "evidence", "indicator"}


async def answer_aloud(house: House) -> list[Envelope]:
    """One answer in three stretches of speech, with HR watching; all that went over the interview's topic."""
    seen: list[Envelope] = []

    async def collect(ready: asyncio.Event) -> None:
        async with house.bus.subscribe(interview_topic("i")) as messages:
            ready.set()
            async for message in messages:
                assert not isinstance(message, Lagged)
                seen.append(message)

    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        collecting = tasks.create_task(collect(ready))
        await ready.wait()
        async with house.running() as interview:
            await start(interview)
            await interview.connect(OBSERVER)
            await interview.publish("v=0")
            await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")
            sink = house.sessions.sink
            assert sink is not None
            now_ms = interview._clock.now_ms()
            await sink.put(SpeechStarted(now_ms))
            for number, text in enumerate(SAID):
                begin_ms = now_ms + 10 * number
                await sink.put(FinalTranscript(f"1-{number}", begin_ms, begin_ms + 9, text, (), 0.9))
            await sink.put(SpeechStopped(now_ms + 40))
            await until(lambda: interview.state.assessments)
        collecting.cancel()
    return seen


async def test_levels_and_evidence_go_to_observers_alone(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        seen = await answer_aloud(house)
    types = [message.type for message in seen]
    assert types.count("evidence.gathered") == len(SAID)  # once for each final
    assert {"answer.assessed", "score.updated"} <= set(types)
    assert types.index("evidence.gathered") < types.index("answer.assessed")

    told = []
    for message in seen:
        visible = visible_to_candidate(message.data)
        if visible is not None:
            told.append(json.loads(encode_envelope(replace(message, data=visible))))
    assert [message["type"] for message in told if message["type"] == "answer.completed"]
    for message in told:
        assert not set(_keys(message["data"])) & JUDGEMENTS, message["type"]
        assert message["data"].get("why") is None


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)

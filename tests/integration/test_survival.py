"""SIGKILL in the middle of an answer: nothing of the log is lost, hardly anything of the recording, and it goes on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.protocol.commands import InterviewEnd
from server.protocol.envelope import Envelope
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.manner import Manner
from tests.integration.interviewing import House, measure_audio_ms, open_house, play

MEDIA_MAY_MISS_MS = 2_000
SPEAKING_BEFORE_KILL_S = 6.0


async def speak_for_a_while(candidate: VirtualCandidate, turn_id: str) -> None:
    async with asyncio.timeout(60):
        while (turn := candidate._recorder.turns.get(turn_id)) is None or turn.speech_began is None:
            await asyncio.sleep(0.05)
    await asyncio.sleep(SPEAKING_BEFORE_KILL_S)


async def answer_to_the_end(candidate: VirtualCandidate, turn_id: str) -> None:
    async with asyncio.timeout(90):
        while candidate._recorder.turns[turn_id].followed is None:
            await asyncio.sleep(0.1)


def times_of(events: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == kind]


def clock_at(events: tuple[dict[str, Any], ...], moment: datetime) -> int:
    """The interview clock at a wall time, in ms."""
    (started,) = times_of(events, "interview.started")
    return round((moment - datetime.fromisoformat(started["at"])).total_seconds() * 1000)


@pytest.mark.integration
@pytest.mark.timeout(240)
async def test_a_killed_server_takes_the_interview_up_where_it_was(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        link = await house.invite()
        candidate = VirtualCandidate(link.invite_url, load_answers("en-1"), Manner(pace=0.2))
        async with asyncio.TaskGroup() as tasks:
            interviewing = tasks.create_task(candidate.run())
            await speak_for_a_while(candidate, "introduction-0")
            before = await house.hr.read_events(link.interview)
            killed_at = datetime.now(UTC)
            await house.server.kill()
            shown = {envelope.seq: envelope for envelope in candidate._recorder.envelopes}
            await house.server.start()
            await house.server.wait_ready()
            await answer_to_the_end(candidate, "introduction-0")
            await candidate.socket.send(InterviewEnd())
        result = interviewing.result()
        await check_log(house, link.interview, before, killed_at)
        await check_shown(house, link.interview, shown)
    assert result.abort_reason == "candidate_ended"
    assert result.connections >= 2
    assert result.publications >= 2
    turns = [turn.turn_id for turn in result.turns]
    assert len(turns) == len(set(turns)), "a question was asked again"


@pytest.mark.integration
@pytest.mark.timeout(240)
async def test_what_is_being_said_when_the_server_is_stopped_in_good_order_is_in_the_answer(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        link = await house.invite()
        candidate = VirtualCandidate(link.invite_url, load_answers("en-1"), Manner(pace=0.2))
        async with asyncio.TaskGroup() as tasks:
            interviewing = tasks.create_task(candidate.run())
            await speak_for_a_while(candidate, "introduction-0")
            await house.server.stop()
            await house.server.start()
            await house.server.wait_ready()
            await answer_to_the_end(candidate, "introduction-0")
            await candidate.socket.send(InterviewEnd())
        assert interviewing.result().abort_reason == "candidate_ended"
        events = await read_when_closed(house, link.interview)
    (restarted,) = times_of(events, "server.restarted")
    (deferred,) = [event for event in times_of(events, "segment.deferred") if event["seq"] < restarted["seq"]]
    segment_id = deferred["data"]["segment_id"]
    late = [event for event in times_of(events, "segment.transcribed") if event["data"]["segment_id"] == segment_id]
    assert late[-1]["seq"] > restarted["seq"]
    assert late[-1]["data"]["text"]
    told = [*times_of(events, "answer.completed"), *times_of(events, "answer.revised")]
    answers = [event["data"] for event in told if event["data"]["turn_id"] == deferred["data"]["turn_id"]]
    assert answers[-1]["text"].startswith("Hello. I am a software engineer. I have five years"), answers[-1]["text"]
    assert answers[-1]["transcription_complete"]


async def read_when_closed(house: House, interview: str) -> tuple[dict[str, Any], ...]:
    """All events, once the last recording has been closed, which follows the end."""
    async with asyncio.timeout(15):
        while True:
            events = await house.hr.read_events(interview)
            if len(times_of(events, "recording.closed")) == len(times_of(events, "recording.opened")):
                return events
            await asyncio.sleep(0.2)


async def check_log(house: House, interview: str, before: tuple[dict[str, Any], ...], killed_at: datetime) -> None:
    after = await read_when_closed(house, interview)
    assert [event["seq"] for event in after] == list(range(1, len(after) + 1))
    assert after[: len(before)] == before, "what had been shown was lost or changed"
    assert len(times_of(after, "interview.started")) == 1, "greeted twice"
    assert len(times_of(after, "server.restarted")) == 1
    asked = [event["data"]["turn_id"] for event in times_of(after, "question.asked")]
    at_kill = [event["data"]["turn_id"] for event in times_of(before, "question.asked")][-1]
    assert asked.count(at_kill) == 1
    resumed = next(event["seq"] for event in times_of(after, "server.restarted"))
    first_after = next(event for event in times_of(after, "answer.completed") if event["seq"] > resumed)
    assert first_after["data"]["turn_id"] == at_kill, "the interview went on at another question"
    # What had been said before the kill and not yet transcribed comes from the recording, and stands first.
    heard = first_after["data"]["text"]
    words = heard.replace(".", "")
    assert words.startswith("Hello I am a software engineer I have five years"), heard
    assert "I like this position" in heard
    check_recording(house, interview, after, clock_at(after, killed_at))


async def check_shown(house: House, interview: str, shown: dict[int | None, Envelope]) -> None:
    """Whatever the candidate had seen up to the kill is in the log, under the same number."""
    logged = {event["seq"]: event for event in await house.hr.read_events(interview)}
    assert shown
    for seq, envelope in shown.items():
        assert seq is not None
        assert (logged[seq]["id"], logged[seq]["type"]) == (envelope.id, envelope.type)


def check_recording(house: House, interview: str, events: tuple[dict[str, Any], ...], killed_ms: int) -> None:
    opened = {event["data"]["name"]: event["data"]["start_ms"] for event in times_of(events, "recording.opened")}
    closed = {event["data"]["name"]: event["data"]["duration_ms"] for event in times_of(events, "recording.closed")}
    paths = house.recordings(interview)
    assert sorted(closed) == sorted(opened), "a recording that was cut off is not accounted for"
    assert sorted(opened) == [path.name for path in paths]
    assert len(paths) >= 2, "recording did not go on in a new segment"
    for path in paths:
        play(path)
    cut_off = max((name for name, start_ms in opened.items() if start_ms < killed_ms), key=opened.__getitem__)
    path = next(path for path in paths if path.name == cut_off)
    assert abs(closed[cut_off] - measure_audio_ms(path)) < 200
    recorded_until_ms = opened[cut_off] + measure_audio_ms(path)
    assert killed_ms - recorded_until_ms <= MEDIA_MAY_MISS_MS

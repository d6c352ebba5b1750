"""Interviews from a network that lets no WebRTC through: the voice alone, over the websocket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import av
import jiwer
import pytest

from server.protocol.commands import InterviewEnd
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.manner import Manner
from simulation.results import InterviewResult
from tests.fakes.loopback import Observer
from tests.integration.interviewing import House, measure_audio_ms, open_house, play
from tests.integration.test_virtual_interview import WORD_ERROR_LIMIT, units

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


def of(events: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in events if event["type"] == kind]


async def watch(house: House, interview: str) -> int:
    """As HR, over WHEP: Opus packets that came within a second or two of candidates' speech."""
    observer = Observer()
    try:
        address = f"/v1/interviews/{interview}/whep"
        headers = {"Content-Type": "application/sdp"}
        answer = await house.hr.http.post(address, content=await observer.offer(), headers=headers)
        assert answer.status_code == 201
        await observer.connect(answer.text)
        heard: list[av.AudioFrame] = []
        async with asyncio.timeout(20):
            while len(heard) < 50:
                heard.append(await next_sound(observer))
        return len(heard)
    finally:
        await observer.close()


async def next_sound(observer: Observer) -> av.AudioFrame:
    (track,) = [one.receiver.track for one in observer.connection.getTransceivers() if one.kind == "audio"]
    frame = await track.recv()
    assert isinstance(frame, av.AudioFrame)
    return frame


def check_understood(result: InterviewResult) -> None:
    spoken = [turn for turn in result.turns if turn.form != "text" and not turn.cut_off]
    assert len(spoken) >= 3
    assert all(turn.captions > 0 for turn in spoken)
    said = [" ".join(units(turn.script, "en")) for turn in spoken]
    understood = [" ".join(units(turn.transcript, "en")) for turn in spoken]
    assert jiwer.wer(said, understood) <= WORD_ERROR_LIMIT, list(zip(said, understood, strict=True))


async def test_a_whole_interview_is_heard_followed_up_watched_and_recorded(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        link = await house.invite()
        manner = Manner(pace=0.2, finish="button", camera=False)
        candidate = VirtualCandidate(link.invite_url, load_answers("en-1"), manner, transport="ws")
        async with asyncio.TaskGroup() as tasks:
            interviewing = tasks.create_task(candidate.run())
            async with asyncio.timeout(60):
                while not of(await house.hr.read_events(link.interview), "media.connected"):
                    await asyncio.sleep(0.2)
            assert await watch(house, link.interview) == 50
        result = interviewing.result()
        events = await house.hr.read_events(link.interview)
    assert result.completed
    check_understood(result)
    connected = of(events, "media.connected")
    assert [(one["transport"], one["audio"], one["video"]) for one in connected] == [("websocket", True, False)]
    assert any(asked["asked_as"] == "follow_up" for asked in of(events, "question.asked"))
    assert not of(events, "media.interrupted")
    assert {one["word"] for one in of(events, "connection.changed")} <= {"excellent", "good"}
    (recording,) = house.recordings(link.interview)
    play(recording)
    (closed,) = of(events, "recording.closed")
    assert abs(measure_audio_ms(recording) - closed["duration_ms"]) < 200
    assert closed["duration_ms"] > 20_000


async def test_a_socket_that_breaks_off_is_taken_up_in_mid_sentence(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        link = await house.invite()
        manner = Manner(pace=0.2, finish="button", camera=False)
        candidate = VirtualCandidate(link.invite_url, load_answers("en-1"), manner, transport="ws")
        async with asyncio.TaskGroup() as tasks:
            interviewing = tasks.create_task(candidate.run())
            async with asyncio.timeout(60):
                while (turn := candidate._recorder.turns.get("introduction-0")) is None or turn.speech_began is None:
                    await asyncio.sleep(0.05)
                await asyncio.sleep(4)
                await candidate.socket.drop()
                while turn.followed is None:
                    await asyncio.sleep(0.1)
            await candidate.socket.send(InterviewEnd())
        result = interviewing.result()
        events = await house.hr.read_events(link.interview)
    assert result.connections == 2
    assert [one["epoch"] for one in of(events, "media.connected")] == [1, 2]
    answer = next(one for one in result.turns if one.turn_id == "introduction-0")
    assert jiwer.wer(" ".join(units(answer.script, "en")), " ".join(units(answer.transcript, "en"))) <= WORD_ERROR_LIMIT
    for path in house.recordings(link.interview):
        play(path)

"""Interviews from a network that lets no WebRTC through: the voice alone, over the websocket."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import jiwer
import pytest

from server.protocol.commands import InterviewEnd
from simulation.answers import load_answers
from simulation.candidate import VirtualCandidate
from simulation.client import InterviewLink
from simulation.manner import Manner
from simulation.results import InterviewResult
from tests.fakes.loopback import Observer
from tests.integration.interviewing import House, measure_audio_ms, open_house, play
from tests.integration.test_virtual_interview import WORD_ERROR_LIMIT, units
from tests.integration.watching import watching

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

FRAMES_HEARD = 50


def of(events: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in events if event["type"] == kind]


async def watch(house: House, interview: str) -> int:
    """As HR, over WHEP: how many frames of sound were decoded."""
    observer = Observer()
    try:
        address = f"/v1/interviews/{interview}/whep"
        headers = {"Content-Type": "application/sdp"}
        answer = await house.hr.http.post(address, content=await observer.offer(), headers=headers)
        assert answer.status_code == 201
        await observer.connect(answer.text)
        heard: list[av.AudioFrame] = []
        async with asyncio.timeout(20):
            while len(heard) < FRAMES_HEARD:
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


@dataclass(frozen=True, slots=True)
class Held:
    """An interview that was held; the recordings are played while they are there."""

    result: InterviewResult
    events: tuple[dict[str, Any], ...]
    recorded_ms: tuple[int, ...]
    heard_by_hr: int = 0


def measure(paths: list[Path]) -> tuple[int, ...]:
    for path in paths:
        play(path)
    return tuple(measure_audio_ms(path) for path in paths)


def make_candidate(link: InterviewLink) -> VirtualCandidate:
    manner = Manner(pace=0.2, finish="button", camera=False)
    return VirtualCandidate(link.invite_url, load_answers("en-1"), manner, transport="ws")


async def hold_whole(house: House) -> Held:
    link = await house.invite()
    async with asyncio.TaskGroup() as tasks:
        interviewing = tasks.create_task(make_candidate(link).run())
        async with asyncio.timeout(60):
            while not of(await house.hr.read_events(link.interview), "media.connected"):
                await asyncio.sleep(0.2)
        async with watching(house.hr.http, link.interview):
            heard = await watch(house, link.interview)
    events = await house.hr.read_events(link.interview)
    return Held(interviewing.result(), events, measure(house.recordings(link.interview)), heard)


async def hold_broken(house: House) -> Held:
    """The socket is lost in the middle of a sentence."""
    link = await house.invite()
    candidate = make_candidate(link)
    async with asyncio.TaskGroup() as tasks:
        interviewing = tasks.create_task(candidate.run())
        async with asyncio.timeout(90):
            while (turn := candidate._recorder.turns.get("introduction-0")) is None or turn.speech_began is None:
                await asyncio.sleep(0.05)
            await asyncio.sleep(4)
            await candidate.socket.drop()
            while turn.followed is None:
                await asyncio.sleep(0.1)
        await candidate.socket.send(InterviewEnd())
    events = await house.hr.read_events(link.interview)
    return Held(interviewing.result(), events, measure(house.recordings(link.interview)))


async def hold_both(data_dir: Path) -> tuple[Held, Held]:
    async with open_house(data_dir) as house:
        return await asyncio.gather(hold_whole(house), hold_broken(house))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Held, Held]:
    return asyncio.run(hold_both(tmp_path_factory.mktemp("server")))


def test_a_whole_interview_is_heard_and_followed_up(held: tuple[Held, Held]) -> None:
    whole, _ = held
    assert whole.result.completed
    check_understood(whole.result)
    connected = of(whole.events, "media.connected")
    assert [(one["transport"], one["audio"], one["video"]) for one in connected] == [("websocket", True, False)]
    assert any(asked["asked_as"] == "follow_up" for asked in of(whole.events, "question.asked"))
    assert not of(whole.events, "media.interrupted")


def test_it_is_recorded_and_hr_listens_as_ever(held: tuple[Held, Held]) -> None:
    whole, _ = held
    assert whole.heard_by_hr == FRAMES_HEARD
    (closed,) = of(whole.events, "recording.closed")
    assert closed["duration_ms"] > 20_000
    assert [abs(ms - closed["duration_ms"]) < 200 for ms in whole.recorded_ms] == [True]


def test_a_socket_that_breaks_off_is_taken_up_in_mid_sentence(held: tuple[Held, Held]) -> None:
    _, broken = held
    assert broken.result.connections == 2
    assert [one["epoch"] for one in of(broken.events, "media.connected")] == [1, 2]
    answer = next(one for one in broken.result.turns if one.turn_id == "introduction-0")
    said, understood = (" ".join(units(text, "en")) for text in (answer.script, answer.transcript))
    assert jiwer.wer(said, understood) <= WORD_ERROR_LIMIT, understood
    assert len(broken.recorded_ms) == 2

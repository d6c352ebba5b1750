"""What those say who speak to the candidate: each has their own words, however quickly one follows the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from media.errors import RecogniserUnavailable
from media.frames import EncodedFrame
from media.hearing.ear import warm_up
from media.settings import MediaSettings
from media.transcription.ports import Recogniser
from media.transcription.scheduling.scheduler import AsrScheduler
from media.types import AudioLevel, FinalTranscript, SpeakerTranscript, SpeechStarted, TranscriptionFailed
from media.voices.facts import VoiceHeard
from media.voices.second_ear import SecondEar
from tests.fakes.engine import FakeEngine
from tests.fakes.media_parts import CollectingSink
from tests.fakes.recogniser import ObedientRecogniser
from tests.unit.media.test_pipeline import PACKET_MS, make_packets

SETTINGS = MediaSettings(denoise="off")
WORDS = make_packets((0.3, False), (1.5, True))


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    warm_up()


@dataclass
class Room:
    ear: SecondEar
    sink: CollectingSink
    t_ms: int = 0

    def say(self, number: int, packets: list[bytes]) -> None:
        for packet in packets:
            self.ear.hear(EncodedFrame(number, "audio", packet, self.t_ms * 48, self.t_ms))
            self.t_ms += PACKET_MS

    def finals(self) -> list[tuple[str, FinalTranscript]]:
        said = {
            fact.said.segment_id: (fact.speaker_id, fact.said)
            for fact in self.sink.of(SpeakerTranscript)
            if isinstance(fact.said, FinalTranscript)
        }
        return sorted(said.values(), key=lambda one: one[1].t_start_ms)


@asynccontextmanager
async def open_room(recogniser: Recogniser) -> AsyncIterator[Room]:
    sink = CollectingSink()
    ear = SecondEar("i", language="en", scheduler=recogniser, settings=SETTINGS, report=sink.put)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(part) for part in (recogniser.run(), ear.run())]
        yield Room(ear, sink)
        for task in tasks:
            task.cancel()
    ear.close()


async def test_two_who_follow_on_each_other_have_their_own_words() -> None:
    async with open_room(AsrScheduler(FakeEngine(), threads=1)) as room:
        for number, name in ((1, "hr-1"), (2, "hr-2"), (3, "hr-1")):
            room.ear.attend(number, name)
            room.say(number, WORDS)
            room.ear.pause()
        await room.sink.wait_for(
            SpeakerTranscript,
            lambda fact: isinstance(fact.said, FinalTranscript) and fact.said.t_start_ms >= 2 * len(WORDS) * PACKET_MS,
        )
        finals = room.finals()
        assert [name for name, _ in finals] == ["hr-1", "hr-2", "hr-1"]
        assert all(final.text for _, final in finals)
        assert len({final.segment_id for _, final in finals}) == 3
        heard = room.sink.of(VoiceHeard)
        assert [(fact.speaker_id, fact.speaking) for fact in heard] == [
            (name, speaking) for name in ("hr-1", "hr-2", "hr-1") for speaking in (True, False)
        ]
        assert not room.sink.of(SpeechStarted), "that is said of the candidate"
        assert not room.sink.of(AudioLevel)
        assert not room.sink.of(FinalTranscript)


async def test_names_of_segments_are_no_one_else_s() -> None:
    names = set()
    for _ in range(2):
        async with open_room(AsrScheduler(FakeEngine(), threads=1)) as room:
            room.ear.attend(1, "hr-1")
            room.say(1, WORDS)
            room.ear.pause()
            await room.sink.wait_for(SpeakerTranscript, lambda fact: isinstance(fact.said, FinalTranscript))
            names |= {final.segment_id for _, final in room.finals()}
    assert len(names) == 2, "a session after a restart begins to count anew"


async def test_without_a_recogniser_it_is_said_that_there_is_no_text() -> None:
    async with open_room(ObedientRecogniser(absent=RecogniserUnavailable("away"))) as room:
        room.ear.attend(1, "hr-1")
        room.say(1, WORDS)
        room.ear.pause()
        told = await room.sink.wait_for(SpeakerTranscript)
        assert told.speaker_id == "hr-1"
        assert isinstance(told.said, TranscriptionFailed)


async def test_who_is_cut_off_by_the_end_is_heard_to_the_last_word() -> None:
    async with open_room(ObedientRecogniser(absent=RecogniserUnavailable("away"))) as room:
        room.ear.attend(1, "hr-1")
        room.say(1, WORDS)
        async with asyncio.timeout(10):
            while not room.sink.of(VoiceHeard):
                await asyncio.sleep(0.02)
            await room.ear.hear_out()
        said = [fact.said for fact in room.sink.of(SpeakerTranscript)]
        assert any(isinstance(one, TranscriptionFailed) and one.t_end_ms >= room.t_ms - 200 for one in said)


async def test_where_nobody_speaks_nothing_is_begun() -> None:
    async with open_room(AsrScheduler(FakeEngine(), threads=1)) as room:
        room.ear.pause()
        await room.ear.hear_out()
        assert room.ear.count().heard.total == 0
        assert not room.sink.facts

"""The actor on a real log: durable before seen, idempotent, patient with a full disk, the same after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from media.ports import FactSink, InterviewClock
from media.recovery import CutOffRecording, RecoveredSpeech
from media.transcription.condition import Admission
from media.types import (
    FinalTranscript,
    Flushed,
    PartialTranscript,
    PeerConnected,
    SpeechStarted,
    SpeechStopped,
    TranscriptionDeferred,
)
from realtime_scoring.types import TurnProfile
from server.db.database import open_database
from server.db.errors import SequenceConflict, StorageFull
from server.db.log import EventLog, LoggedEvent, NewEvent
from server.db.migrate import migrate
from server.db.organisations import Organisations
from server.interviews.broadcast import Broadcast
from server.interviews.bus import LocalBus
from server.interviews.clock import SystemClock
from server.interviews.errors import InterviewStopping, NotLive, RecogniserBusy, TurnOver
from server.interviews.evolve import evolve
from server.interviews.interview import Interview
from server.interviews.mind import Mind
from server.interviews.placement import LocalPlacement
from server.interviews.services import Actor, Services
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.events import EVENTS
from tests.unit.interviews.samples import CREATED, MIND, RECORDING_HASH, SCORING_HASH

CANDIDATE = Actor("candidate", "candidate", "socket-1")
IMPATIENT = Mind(
    MIND.engine,
    MIND.recogniser_name,
    MIND.demonstration,
    MIND.consent_texts,
    profile=TurnProfile(
        complete_silence_ms=50,
        likely_silence_ms=55,
        incomplete_silence_ms=60,
        unlikely_silence_ms=60,
        minimum_speech_ms=0,
    ),
)


class SilentSession:
    """A media session without media: answers a flush at once, as the real one does with nothing to say."""

    def __init__(self, sink: FactSink) -> None:
        self._sink = sink
        self._ended = asyncio.Event()

    async def run(self) -> None:
        await self._ended.wait()

    async def close(self, *, hear_out: bool = True) -> None:
        self._ended.set()

    def expect(self, terms: tuple[str, ...]) -> None:
        self.expected = terms

    async def flush(self, token: str) -> None:
        await self._sink.put(Flushed(token))

    async def accept_publisher(self, offer_sdp: str) -> None:
        await self._sink.put(PeerConnected(1, audio=True, video=True))


class SilentSessions:
    def __init__(self, recordings_dir: Path) -> None:
        self.sink: FactSink | None = None
        self.recovered_after_ms: list[int] = []
        self.recovery: asyncio.Event | None = None
        """Recovery waits for it, if there is one."""
        self._recordings_dir = recordings_dir

    def __call__(self, state: InterviewState, clock: InterviewClock, sink: FactSink) -> Any:
        self.sink = sink
        return SilentSession(sink)

    def recording_path(self, interview_id: str, name: str) -> Path:
        return self._recordings_dir / interview_id / name

    async def recover_speech(self, state: InterviewState, recording: CutOffRecording, after_ms: int) -> RecoveredSpeech:
        self.recovered_after_ms.append(after_ms)
        if self.recovery is not None:
            await self.recovery.wait()
        recovered = FinalTranscript("1-recovered-1", after_ms, after_ms + 900, "I called the customer.", (), 0.9)
        return RecoveredSpeech(4_000, (recovered,))


class FillingDisk(EventLog):
    """A log whose disk is full while `full` is set."""

    full = False

    async def append(self, interview_id: str, after_seq: int, events: Any) -> tuple[LoggedEvent, ...]:
        if self.full:
            raise StorageFull("the disk is full")
        return await super().append(interview_id, after_seq, events)


class House:
    """One process: a log on disk and whatever runs over it."""

    def __init__(self, log: FillingDisk, directory: Path) -> None:
        self.log = log
        self.bus = LocalBus()
        self.sessions = SilentSessions(directory)
        wall = SystemClock()
        self.services = Services(log, Broadcast(self.bus, wall), IMPATIENT, wall, self.sessions, LocalPlacement().hold)

    async def fold(self) -> InterviewState:
        state = InterviewState("i")
        for event in await self.log.read("i"):
            state = evolve(state, event.data, at=event.at, t_ms=event.t_ms)
        return state

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Interview]:
        interview = Interview(await self.fold(), self.services)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(interview.run())
            yield interview
            await interview.stop()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@asynccontextmanager
async def open_house(tmp_path: Path) -> AsyncIterator[House]:
    url = f"sqlite:///{tmp_path}/viva.db"
    await asyncio.to_thread(migrate, url)
    database = open_database(url)
    house = House(FillingDisk(database), tmp_path)
    try:
        organisation = await Organisations(database).ensure("Example")
        await house.log.append("i", 0, [NewEvent(replace(CREATED, organisation_id=organisation.id))])
        yield house
    finally:
        await database.close()


async def start(interview: Interview) -> None:
    await interview.record(e.InviteRedeemed("invite"))
    await interview.connect(CANDIDATE)
    await interview.submit(c.ConsentGive("recording", True, RECORDING_HASH), CANDIDATE, "c1")
    await interview.submit(c.ConsentGive("ai_scoring", True, SCORING_HASH), CANDIDATE, "c2")
    await interview.submit(c.InterviewStart(), CANDIDATE, "c3")
    await interview.submit(c.AnswerSubmit("identity-0", "Virtual Candidate"), CANDIDATE, "c4")


async def until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_repeated_command_id_gives_the_same_seq_and_no_second_event(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        first = await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "same")
        await until(lambda: interview.state.turn and interview.state.turn.id != "customer-0")
        assert await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "same") == first
        with pytest.raises(TurnOver):
            await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "another")
    closings = [event for event in await house.log.read("i") if isinstance(event.data, e.AnswerClosing)]
    assert len(closings) == 1


async def test_silence_ends_a_spoken_answer_and_its_words_count(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        await interview.publish("v=0")
        await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")
        sink = house.sessions.sink
        assert sink is not None
        now_ms = interview._clock.now_ms()
        await sink.put(SpeechStarted(now_ms))
        await sink.put(FinalTranscript("1-1", now_ms, now_ms + 900, "I called the customer.", (), 0.9))
        await sink.put(SpeechStopped(now_ms + 10))
        await until(lambda: interview.state.turn and interview.state.turn.id != "customer-0")
        assert interview.state.answered[-1].text == "I called the customer."
    completed = [event.data for event in await house.log.read("i") if isinstance(event.data, e.AnswerCompleted)]
    assert completed[-1].ended_by == "silence"


async def test_a_full_disk_refuses_commands_and_loses_no_words(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        await interview.publish("v=0")
        await until(lambda: interview.state.media_up)
        house.log.full = True
        with pytest.raises(StorageFull) as refused:
            await interview.submit(c.MomentRequest("customer-0"), CANDIDATE, "m")
        assert refused.value.retryable
        sink = house.sessions.sink
        assert sink is not None
        now_ms = interview._clock.now_ms()
        for number in range(3):
            await sink.put(FinalTranscript(f"1-{number}", now_ms, now_ms + 900, f"word {number}", (), 0.9))
        await until(lambda: len(interview._unstored) == 3)
        house.log.full = False
        await until(lambda: interview.state.turn and len(interview.state.turn.segments) == 3)
    heard = [event.data.text for event in await house.log.read("i") if isinstance(event.data, e.SegmentTranscribed)]
    assert heard == ["word 0", "word 1", "word 2"]


async def test_after_a_restart_the_same_question_stands_and_nothing_is_said_twice(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")
        before = interview.state
    async with house.running() as again:
        await until(lambda: again.state.seq > before.seq)
        assert again.state.turn is not None
        assert before.turn is not None
        assert again.state.turn.id == before.turn.id
        assert not again.state.candidate_present
        await again.connect(Actor("candidate", "candidate", "socket-2"))
    events = await house.log.read("i")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert sum(isinstance(event.data, e.InterviewStarted) for event in events) == 1
    asked = [event.data.turn_id for event in events if isinstance(event.data, e.QuestionAsked)]
    assert asked == ["identity-0", "customer-0"]


async def test_an_answer_that_was_closing_when_the_process_died_is_completed(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
    state = await house.fold()
    await house.log.append("i", state.seq, [NewEvent(e.AnswerClosing("customer-0", "button"), 1_000)])
    async with house.running() as again:
        await until(lambda: again.state.turn and again.state.turn.id == "teamwork-0")
    completed = [event.data for event in await house.log.read("i") if isinstance(event.data, e.AnswerCompleted)]
    assert completed[-1].turn_id == "customer-0"


async def test_speech_that_was_only_recorded_is_transcribed_after_the_restart(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
    state = await house.fold()
    lost = [
        NewEvent(e.RecordingOpened(1, "001-001.webm", 100), 100),
        NewEvent(e.SegmentTranscribed("customer-0", "1-1", 2_000, 3_000, "As a result she was happy.", 0.9), 3_100),
        NewEvent(e.AnswerClosing("customer-0", "button"), 3_200),
    ]
    await house.log.append("i", state.seq, lost)
    async with house.running() as again:
        await until(lambda: again.state.answered[-1].question_id == "customer")
        assert again.state.open_recordings == ()
    events = [event.data for event in await house.log.read("i")]
    closed = next(data for data in events if isinstance(data, e.RecordingClosed))
    assert (closed.name, closed.duration_ms) == ("001-001.webm", 4_000)
    completed = [data for data in events if isinstance(data, e.AnswerCompleted)]
    assert completed[-1].text == "As a result she was happy. I called the customer."


async def test_the_next_question_does_not_wait_for_a_recogniser_that_hangs(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def say_nothing(session: SilentSession, token: str) -> None:
        return

    monkeypatch.setattr(SilentSession, "flush", say_nothing)
    monkeypatch.setattr("server.interviews.timetable.TRANSCRIBED_WITHIN_MS", 50)
    async with house.running() as interview:
        await start(interview)
        await interview.publish("v=0")
        await interview.submit(c.AnswerFinish("customer-0"), CANDIDATE, "c5")
        await until(lambda: interview.state.turn and interview.state.turn.id == "teamwork-0")
        sink = house.sessions.sink
        assert sink is not None
        spoken = interview.state.answered[-1]
        await sink.put(FinalTranscript("1-1", 0, spoken.asked_at_ms + 1, "I called the customer.", (), 0.9))
        await sink.put(Flushed("customer-0"))
        await until(lambda: interview.state.answered[-1].whole)
        assert interview.state.answered[-1].text == "I called the customer."


async def test_late_text_reaches_an_interview_that_is_over_and_nothing_is_told_twice(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        await interview.publish("v=0")
        sink = house.sessions.sink
        assert sink is not None
        now_ms = interview._clock.now_ms()
        await sink.put(TranscriptionDeferred("1-1", now_ms, now_ms + 900))
        await until(lambda: interview.state.turn and interview.state.turn.unheard)
        await interview.submit(c.InterviewEnd(), CANDIDATE, "c5")
        await until(lambda: interview.state.ended)
    late = FinalTranscript("1-1", now_ms, now_ms + 900, "I called the customer.", (), 0.9)
    async with house.running() as again:
        seq = await again.take_late_text(late)
        assert await again.take_late_text(late) == seq
        assert again.state.answered[-1].text == "I called the customer."
    assert sum(isinstance(event.data, e.AnswerRevised) for event in await house.log.read("i")) == 1


async def test_media_only_while_live_and_nothing_after_the_stop(house: House) -> None:
    async with house.running() as interview:
        with pytest.raises(NotLive):
            await interview.publish("v=0")
    with pytest.raises(InterviewStopping):
        await interview.submit(c.InterviewStart(), CANDIDATE, "late")


async def run_into_another_writer(house: House) -> None:
    interview = Interview(await house.fold(), house.services)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(interview.run())
        await interview.record(e.InviteRedeemed("invite"))
        await house.log.append("i", interview.state.seq, [NewEvent(e.LanguageChosen("zh-CN"))])
        with pytest.raises(InterviewStopping):
            await interview.submit(c.DeviceReport("ok", "ok", "ok"), CANDIDATE, "d")


async def test_an_actor_whose_log_went_on_without_it_steps_back(house: House) -> None:
    with pytest.raises(BaseExceptionGroup) as ended:
        await run_into_another_writer(house)
    assert ended.group_contains(SequenceConflict)
    async with house.running() as again:
        assert again.state.language == "zh-CN"


async def test_media_waits_for_an_interview_that_is_being_revived(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
    again = Interview(await house.fold(), house.services)
    async with asyncio.TaskGroup() as tasks:
        publishing = tasks.create_task(again.publish("v=0"))
        await asyncio.sleep(0)
        tasks.create_task(again.run())
        await publishing
        await until(lambda: again.state.media_up)
        await again.stop()


async def test_a_written_interview_goes_over_to_voice_only_with_room_for_it(house: House) -> None:
    asked: list[bool] = []

    def admits() -> Admission:
        asked.append(room)
        return Admission(room, 5.0)

    house.services = replace(house.services, admits=admits)
    async with house.running() as interview:
        room = False
        await interview.record(e.InviteRedeemed("invite"))
        await interview.connect(CANDIDATE)
        await interview.submit(c.ConsentGive("recording", True, RECORDING_HASH), CANDIDATE, "c1")
        await interview.submit(c.ConsentGive("ai_scoring", True, SCORING_HASH), CANDIDATE, "c2")
        await interview.submit(c.InterviewStart(text_only=True), CANDIDATE, "c3")
        turn = interview.state.turn
        assert turn is not None
        assert asked == [], "what is written needs no recogniser"
        with pytest.raises(RecogniserBusy):
            await interview.submit(c.FormSwitch(turn.id, "voice"), CANDIDATE, "c4")
        with pytest.raises(RecogniserBusy):
            await interview.publish("v=0")
        with pytest.raises(RecogniserBusy):
            await interview.open_audio("opus")
        assert house.sessions.sink is None
        assert interview.state.turn == turn
        room = True
        await interview.submit(c.FormSwitch(turn.id, "voice"), CANDIDATE, "c5")
        room = False
        await interview.publish("v=0")
        await interview.submit(c.FormSwitch(turn.id, "text"), CANDIDATE, "c6")
        await interview.submit(c.FormSwitch(turn.id, "voice"), CANDIDATE, "c7")
    assert asked == [False, False, False, True]


async def test_who_goes_on_while_the_next_question_comes_gets_the_answer_back(house: House) -> None:
    async with house.running() as interview:
        await start(interview)
        await interview.publish("v=0")
        await interview.submit(c.QuestionPresent("customer-0", True), CANDIDATE, "p")
        sink = house.sessions.sink
        assert sink is not None
        began_ms = interview._clock.now_ms()
        await sink.put(SpeechStarted(began_ms))
        await sink.put(FinalTranscript("1-1", began_ms, began_ms + 900, "I called the customer.", (), 0.9))
        await sink.put(SpeechStopped(began_ms + 10))
        await until(lambda: interview.state.turn and interview.state.turn.id != "customer-0")
        on_ms = interview._clock.now_ms()
        await sink.put(SpeechStarted(on_ms))
        await sink.put(PartialTranscript("1-2", on_ms, on_ms + 800, "and then I", " asked"))
        await sink.put(SpeechStopped(on_ms + 900))
        await until(lambda: interview.state.turn and interview.state.turn.id == "customer-0")
        assert house.log.withdrawn_total == 1
    assert "question.withdrawn" in [EVENTS.of(event.data).name for event in await house.log.read("i")]

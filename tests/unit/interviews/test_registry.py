"""All interviews of a process: one's trouble is its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from media.settings import MediaSettings
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.scheduling.settings import AdmissionSettings, SchedulingSettings
from server.db.database import Database, open_database
from server.db.log import EventLog, NewEvent
from server.db.migrate import migrate
from server.db.organisations import Organisations
from server.errors import Unavailable
from server.interviews.bus import LocalBus
from server.interviews.errors import InterviewStopping, RecogniserBusy
from server.interviews.placement import LocalPlacement, Placement
from server.interviews.registry import InterviewRegistry
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol import events as e
from tests.fakes.engine import FakeEngine
from tests.unit.interviews.samples import CREATED, MIND, RECORDING_HASH, SCORING_HASH

CANDIDATE = Actor("candidate", "candidate", "socket-1")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/viva.db"
    await asyncio.to_thread(migrate, url)
    opened = open_database(url)
    yield opened
    await opened.close()


@asynccontextmanager
async def running(
    database: Database,
    directory: Path,
    scheduling: SchedulingSettings | None = None,
    placement: Placement | None = None,
) -> AsyncIterator[InterviewRegistry]:
    registry = InterviewRegistry(
        log=EventLog(database),
        bus=LocalBus(),
        mind=MIND,
        scheduler=AsrScheduler(FakeEngine(), threads=1, settings=scheduling),
        media_settings=MediaSettings(),
        recordings_dir=directory,
        placement=placement,
    )
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(registry.run(ready=ready))
        await ready.wait()
        yield registry
        await registry.close()


async def begin(registry: InterviewRegistry, organisation_id: str) -> str:
    interview_id = await registry.create(replace(CREATED, organisation_id=organisation_id))
    interview = await registry.get(interview_id)
    await interview.record(e.InviteRedeemed("invite"))
    await interview.submit(c.ConsentGive("recording", True, RECORDING_HASH), CANDIDATE, None)
    await interview.submit(c.ConsentGive("ai_scoring", True, SCORING_HASH), CANDIDATE, None)
    await interview.submit(c.InterviewStart(), CANDIDATE, None)
    return interview_id


class Unreachable(LocalPlacement):
    """Redis goes away in the moment in which a worker that starts asks what it is to take up."""

    def __init__(self) -> None:
        self.tries = 0

    @property
    def shared(self) -> bool:
        return True

    async def take_up(self, interview_ids: Sequence[str]) -> Sequence[str]:
        self.tries += 1
        if self.tries == 1:
            raise Unavailable("no Redis")
        return interview_ids


async def test_a_start_without_redis_looks_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.interviews.registry.LOOK_EVERY_S", 0.02)
    organisation = await Organisations(database).ensure("Example")
    async with running(database, tmp_path) as registry:
        interview_id = await begin(registry, organisation.id)
    placement = Unreachable()
    async with running(database, tmp_path, placement=placement) as registry, asyncio.timeout(10):
        while registry.running(interview_id) is None:
            await asyncio.sleep(0.02)
    assert placement.tries >= 2


async def test_a_log_that_cannot_be_read_stops_nobody_else(database: Database, tmp_path: Path) -> None:
    organisation = await Organisations(database).ensure("Example")
    async with running(database, tmp_path) as registry:
        spoilt = await begin(registry, organisation.id)
        sound = await begin(registry, organisation.id)
    async with database.write() as connection:
        spoil = text("UPDATE events SET type = 'question.of_tomorrow' WHERE interview_id = :id AND seq = 2")
        await connection.execute(spoil, {"id": spoilt})
    async with running(database, tmp_path) as registry:
        assert (await registry.get(sound)).state.phase == "live"
        assert [card.interview for card in await registry.board(organisation.id)] == [sound]


async def test_a_failed_interview_is_taken_up_again_where_it_was(database: Database, tmp_path: Path) -> None:
    organisation = await Organisations(database).ensure("Example")
    async with running(database, tmp_path) as registry:
        interview_id = await begin(registry, organisation.id)
        neighbour = await begin(registry, organisation.id)
        failing = await registry.get(interview_id)
        # Another writer: the actor must step back, and the registry must bring it back from the log.
        await EventLog(database).append(interview_id, failing.state.seq, [NewEvent(e.ConnectionChanged("poor"), 10)])
        with pytest.raises(InterviewStopping):
            await failing.submit(c.InterviewEnd(), CANDIDATE, None)
        async with asyncio.timeout(20):
            while (again := registry._interviews.get(interview_id)) is None or again is failing:
                await asyncio.sleep(0.05)
        assert again.state.connection == "poor"
        assert again.state.turn is not None
        assert again.state.turn.id == "identity-0"
        assert (await registry.get(neighbour)).state.phase == "live"


async def test_put_off_by_a_busy_recogniser_an_interview_can_begin_later(database: Database, tmp_path: Path) -> None:
    organisation = await Organisations(database).ensure("Example")
    full = SchedulingSettings(admission=AdmissionSettings(refuse_above_s=-1.0))
    async with running(database, tmp_path, full) as registry:
        with pytest.raises(RecogniserBusy):
            await begin(registry, organisation.id)
        (card,) = await registry.board(organisation.id)
        assert card.phase == "lobby"
    async with running(database, tmp_path) as registry:
        interview = await registry.get(card.interview)
        await interview.submit(c.InterviewStart(), CANDIDATE, None)
        assert (await registry.look(card.interview)).phase == "live"


async def test_looking_at_the_board_wakes_nobody(database: Database, tmp_path: Path) -> None:
    organisation = await Organisations(database).ensure("Example")
    async with running(database, tmp_path) as registry:
        await registry.create(replace(CREATED, organisation_id=organisation.id))
    async with running(database, tmp_path) as registry:
        cards = await registry.board(organisation.id)
        assert [card.phase for card in cards] == ["invited"]
        assert registry.open_ids == ()
        assert await registry.board("another organisation") == ()

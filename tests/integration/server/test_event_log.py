"""The interview log keeps its promises on both databases."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import cast

import psycopg
import pytest

from server.db.database import Database, open_database
from server.db.errors import DatabaseOutdated, SequenceConflict, StorageFull, StorageUnavailable, storage_error
from server.db.interviews import InterviewRows
from server.db.log import EventLog, NewEvent
from server.db.migrate import check_revision, migrate, prepare_database
from server.db.organisations import Organisations
from server.errors import BadRequest
from server.identifiers import new_id
from server.protocol import events as e
from server.protocol.flow import Flow

FLOW = Flow.model_validate(
    {
        "id": "short",
        "version": 1,
        "title": {"en": "Short"},
        "languages": ["en"],
        "closing": {"en": "Thank you."},
        "stages": [
            {
                "id": "only",
                "title": {"en": "Only"},
                "form": "text",
                "questions": [{"id": "why", "kind": "open", "text": {"en": "Why?"}, "suggested_s": 60, "limit_s": 120}],
            }
        ],
    }
)


async def _created(database: Database, name: str = "A. Person") -> tuple[EventLog, str, str]:
    """A log with interview.created as seq 1; also the ids of the interview and of its organisation."""
    organisation = await Organisations(database).ensure("Example")
    log, interview_id = EventLog(database), new_id()
    created = e.InterviewCreated(organisation.id, organisation.name, name, "Clerk", "en", FLOW, "user-1")
    await log.append(interview_id, 0, [NewEvent(created)])
    return log, interview_id, organisation.id


async def test_what_was_appended_is_read_back_in_order(database: Database) -> None:
    log, interview_id, _ = await _created(database)
    written = await log.append(
        interview_id,
        1,
        [
            NewEvent(e.InterviewStarted(text_only=False, greeting="Hello"), t_ms=0, cause="command-1"),
            NewEvent(e.StageEntered("only", 0), t_ms=0, cause="command-1"),
            NewEvent(e.NudgeGiven("turn-1", "Take your time."), t_ms=15_000),
        ],
    )
    read = await log.read(interview_id)
    assert [event.seq for event in read] == [1, 2, 3, 4]
    assert read[1:] == written
    assert isinstance(read[0].data, e.InterviewCreated)
    assert read[0].data.flow == FLOW
    assert await log.read(interview_id, after_seq=2, limit=1) == written[1:2]
    assert await log.read("nobody") == ()
    assert log.appended_total == 4


async def test_a_time_of_many_weeks_is_kept(database: Database) -> None:
    log, interview_id, _ = await _created(database)
    await log.append(interview_id, 1, [NewEvent(e.NudgeGiven("turn-1", "x"), t_ms=2**31)])
    assert (await log.read(interview_id))[-1].t_ms == 2**31


async def test_a_second_writer_is_refused_and_leaves_no_trace(database: Database) -> None:
    log, interview_id, _ = await _created(database)
    await log.append(interview_id, 1, [NewEvent(e.LanguageChosen("en"))])
    for wrong in (0, 1, 5):
        with pytest.raises(SequenceConflict) as caught:
            await log.append(interview_id, wrong, [NewEvent(e.ServerRestarted()), NewEvent(e.ServerRestarted())])
        assert caught.value.retryable
    assert [event.seq for event in await log.read(interview_id)] == [1, 2]


async def test_writers_at_the_same_moment_never_share_a_seq(database: Database) -> None:
    log, interview_id, _ = await _created(database)

    async def write(number: int) -> bool:
        try:
            await log.append(interview_id, 1, [NewEvent(e.NudgeGiven(f"turn-{number}", "x"))])
        except SequenceConflict:
            return False
        return True

    assert sum(await asyncio.gather(*(write(number) for number in range(8)))) == 1
    assert [event.seq for event in await log.read(interview_id)] == [1, 2]


async def test_interviews_written_at_the_same_time_do_not_disturb_each_other(database: Database) -> None:
    logs = [await _created(database) for _ in range(4)]

    async def write(log: EventLog, interview_id: str) -> list[int]:
        for seq in range(1, 11):
            await log.append(interview_id, seq, [NewEvent(e.NudgeGiven("turn", str(seq)))])
        return [event.seq for event in await log.read(interview_id)]

    for seqs in await asyncio.gather(*(write(log, interview_id) for log, interview_id, _ in logs)):
        assert seqs == list(range(1, 12))


async def test_a_command_is_found_by_its_id(database: Database) -> None:
    log, interview_id, _ = await _created(database)
    await log.append(
        interview_id, 1, [NewEvent(e.ServerRestarted(), cause="c1"), NewEvent(e.ServerRestarted(), cause="c1")]
    )
    assert await log.seq_of_cause(interview_id, "c1") == 3
    assert await log.seq_of_cause(interview_id, "c2") is None
    assert await log.seq_of_cause("nobody", "c1") is None


async def test_the_projection_follows_the_log(database: Database) -> None:
    log, interview_id, organisation_id = await _created(database)
    rows = InterviewRows(database)
    course = [
        (e.InviteRedeemed("i"), "lobby"),
        (e.LanguageChosen("zh-CN"), "lobby"),
        (e.InterviewStarted(text_only=True, greeting=""), "live"),
        (e.InviteRedeemed("i"), "live"),
        (e.InterviewClosing("Bye", 24), "closing"),
        (e.InterviewCompleted(5, 5), "archived"),
    ]
    for seq, (data, phase) in enumerate(course, start=1):
        assert (interview_id in await log.unfinished()) is True
        await log.append(interview_id, seq, [NewEvent(data)])
        row = await rows.find(organisation_id, interview_id)
        assert row is not None
        assert row.phase == phase
    assert await log.unfinished() == ()
    row = await rows.find(organisation_id, interview_id)
    assert row is not None
    assert row.language == "zh-CN"
    assert await rows.count_by_phase() == {"archived": 1}
    assert await rows.find("another organisation", interview_id) is None


async def test_a_log_begins_with_creation_and_needs_its_interview(database: Database) -> None:
    log = EventLog(database)
    with pytest.raises(SequenceConflict, match="begins with"):
        await log.append(new_id(), 0, [NewEvent(e.ServerRestarted())])
    with pytest.raises(SequenceConflict):
        await log.append(new_id(), 1, [NewEvent(e.ServerRestarted())])


async def test_odd_text_is_kept_to_the_letter(database: Database) -> None:
    log, interview_id, _ = await _created(database, name="王小明 \N{PILE OF POO} O'Neil; DROP TABLE events;--")
    text = "null \x00, lone \ud800, bidi \u202e, 中文 \N{OK HAND SIGN}, quote ' \" \\"
    await log.append(interview_id, 1, [NewEvent(e.NudgeGiven("turn", text))])
    (_, event) = await log.read(interview_id)
    assert cast("e.NudgeGiven", event.data).text == text


@pytest.mark.parametrize(("interview_id", "after_seq"), [("a\x00b", 0), ("a\ud800", 0), ("x", 10**30)])
async def test_what_no_column_can_hold_finds_nothing(database: Database, interview_id: str, after_seq: int) -> None:
    """PostgreSQL and SQLite refuse different ones of these; neither counts it as trouble with the storage."""
    with suppress(BadRequest):
        assert await EventLog(database).read(interview_id, after_seq) == ()


async def test_pages_of_interviews_are_newest_first_and_complete(database: Database) -> None:
    made = [await _created(database) for _ in range(5)]
    rows, organisation_id = InterviewRows(database), made[0][2]
    seen, before = list[str](), None
    while page := await rows.page(organisation_id, before, 2):
        seen += [row.id for row in page]
        before = page[-1].id
    assert seen == sorted((interview_id for _, interview_id, _ in made), reverse=True)


async def test_events_survive_without_a_clean_close(tmp_path: Path) -> None:
    """What append returned is in the file: another connection sees it while the first is still open."""
    url = f"sqlite:///{tmp_path / 'viva.sqlite3'}"
    await asyncio.to_thread(migrate, url)
    database = open_database(url)
    log, interview_id, _ = await _created(database)
    await log.append(interview_id, 1, [NewEvent(e.ServerRestarted())])
    with sqlite3.connect(tmp_path / "viva.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (2,)
    connection.close()
    async with database.read() as reader:
        assert (await reader.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"
        assert (await reader.exec_driver_sql("PRAGMA synchronous")).scalar() == 2
    await database.close()


async def test_a_full_disk_is_told_from_other_trouble_and_passes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'viva.sqlite3'}"
    await asyncio.to_thread(migrate, url)
    database = open_database(url)
    log, interview_id, _ = await _created(database)
    async with database.read() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    big = e.NudgeGiven("turn", "x" * 200_000)
    with pytest.raises(StorageFull) as caught:
        await log.append(interview_id, 1, [NewEvent(big)])
    assert (caught.value.code, caught.value.retryable) == ("storage_full", True)
    async with database.read() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    await log.append(interview_id, 1, [NewEvent(big)])
    assert [event.seq for event in await log.read(interview_id)] == [1, 2]
    await database.close()


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    database = open_database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(StorageUnavailable):
        await EventLog(database).read("x")
    await database.close()


def test_errors_of_drivers_are_told_apart() -> None:
    assert isinstance(storage_error(OSError(28, "No space left on device")), StorageFull)
    assert isinstance(storage_error(OSError(111, "refused")), StorageUnavailable)


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'viva.sqlite3'}"
    with pytest.raises(DatabaseOutdated, match="viva migrate"):
        check_revision(url)
    assert migrate(url) == migrate(url)
    check_revision(url)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'viva.sqlite3'}"
    migrate(url)
    with closing(sqlite3.connect(tmp_path / "viva.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(DatabaseOutdated, match="newer version"):
        migrate(url)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "viva.sqlite3").write_bytes(b"something else" * 100)
    with pytest.raises(StorageUnavailable, match="no database"):
        prepare_database(f"sqlite:///{tmp_path / 'viva.sqlite3'}")
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable):
        prepare_database(f"sqlite:///{tmp_path / 'file' / 'viva.sqlite3'}")


def test_an_empty_postgresql_is_set_up_once_by_servers_that_start_together(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
    url = postgres_url.replace("/postgres?", "/fresh?")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: prepare_database(url), range(4)))
    check_revision(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(DatabaseOutdated, match="viva migrate"):
        prepare_database(url)


async def test_the_migrations_make_the_tables_of_the_schema(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from server.db.schema import metadata

    async with database.read() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    assert difference == []


async def test_who_waits_for_a_person_stays_on_the_board(database: Database) -> None:
    log, interview_id, organisation_id = await _created(database)
    other = (await Organisations(database).ensure("Other")).id
    assert await log.on_board(organisation_id) == (interview_id,)
    assert await log.on_board(other) == ()
    seq = 1
    steps = [
        (e.InterviewAborted("candidate_ended", 0, 1), False),
        (e.HelpRequested("a person, please"), True),
        (e.HelpAcknowledged("user-1", "Recruiter One"), False),
        (e.ChatSent("candidate", 1, "candidate", "", "", "When do I hear from you?"), True),
        (e.ChatSent("backroom", 1, "hr", "user-1", "Recruiter One", "Who answers?"), True),
        (e.ChatSeen("candidate", "hr", "user-1", 1), False),
        (e.ChatSent("candidate", 2, "candidate", "", "", "Hello?"), True),
        (e.ChatSeen("candidate", "hr", "user-2", 1), True),
        (e.ChatSent("candidate", 3, "hr", "user-1", "Recruiter One", "Tomorrow."), False),
        (e.ChatSeen("candidate", "hr", "user-2", 1), False),
    ]
    for data, shown in steps:
        await log.append(interview_id, seq, [NewEvent(data)])
        seq += 1
        assert (interview_id in await log.on_board(organisation_id)) is shown, data
